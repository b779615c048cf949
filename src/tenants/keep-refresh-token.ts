import { randomUUID } from 'node:crypto'
import { open, realpath, rename, rm, stat } from 'node:fs/promises'
import type { Clock } from '../core/clock.ts'
import type { Environment } from '../core/environment.ts'
import { systemCode } from '../core/errors.ts'
import type { SecretRef } from './config.ts'
import { systemKeyring, type Keyring } from './keyring.ts'
import { readSecret } from './read-secret.ts'

interface Keeping {
  readonly environment: Environment
  readonly clock: Clock
  /** Says that a token could not be kept. */
  readonly tell: (message: string) => void
  readonly keyring?: Keyring
}

/** A refresh token is valid for 90 days: one that is younger than this need not be replaced. */
const youngMs = 86_400_000

/** Replaces a file by one rename: whatever happens, the old secret or the new one is there. */
const replaceFile = async (path: string, secret: string): Promise<void> => {
  const fresh = `${path}.${randomUUID()}`
  try {
    const file = await open(fresh, 'wx', 0o600)
    try {
      await file.writeFile(`${secret}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(fresh, path)
  } catch (error) {
    await rm(fresh, { force: true }).catch(() => undefined)
    throw error
  }
}

/**
 * Returns what keeps a new refresh token where the one before is: in the keyring, or in the file once it is a day old. In a
 * variable nothing can be kept. A secret that somebody else has changed meanwhile stays. What cannot be kept is reported once, and
 * the one before remains, which Entra does not revoke.
 */
export const keepRefreshToken = (
  ref: SecretRef,
  { environment, clock, tell, keyring = systemKeyring }: Keeping,
): ((fresh: string, before: string) => Promise<void>) => {
  let isTold = false
  /** What is kept, which is older than the last one that came. */
  let kept: string | undefined
  return async (fresh, before) => {
    if ('env' in ref) return
    kept ??= before
    try {
      if ('keyring' in ref) {
        if ((await keyring.get(ref.keyring)) !== kept) return
        await keyring.set(ref.keyring, fresh)
      } else {
        const path = await realpath(ref.file)
        if (clock.now() - (await stat(path)).mtimeMs < youngMs) return
        if ((await readSecret(ref, environment)) !== kept) return
        await replaceFile(path, fresh)
      }
      kept = fresh
    } catch (error) {
      if (isTold) return
      isTold = true
      const place = 'keyring' in ref ? `the keyring (${ref.keyring})` : ref.file
      tell(
        `The new refresh token could not be kept in ${place} (${systemCode(error) ?? 'no access'}). The one there stays valid until 90 days after it was issued.`,
      )
    }
  }
}
