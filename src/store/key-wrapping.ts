import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  randomBytes,
  randomUUID,
  type KeyObject,
} from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EntrapipeError, systemCode } from '../core/errors.ts'

/** Encrypts the keys of runs, where machines share them. */
export interface KeyWrapping {
  /** @param about the run whose key it is: it is opened for the same one only */
  wrap(key: Buffer, about: string): Buffer
  /** Undefined if it was wrapped by a key that is not there, or was changed. */
  unwrap(wrapped: Buffer, about: string): Buffer | undefined
  /** Whether it is wrapped by the first key. */
  isCurrent(wrapped: Buffer): boolean
  /** The names of all keys, which tell nothing of them; the first one wraps. */
  readonly names: readonly string[]
  /** The name of the key that wrapped it. */
  nameOf(wrapped: Buffer): string
}

const algorithm = 'aes-256-gcm'
const [keyBytes, nameBytes, nonceBytes, tagBytes] = [32, 8, 12, 16]

const fix =
  'Make one with: openssl rand -base64 32. All servers and workers need the same file; the first line wraps, and keys that are wrapped by the others can still be opened.'

/**
 * Reads the keys of a file, one of 32 bytes as Base64 in each line. The first one wraps.
 *
 * @throws EntrapipeError `CONFIG_INVALID`
 */
export const keyWrapping = (text: string): KeyWrapping => {
  const lines = text.split(/\r?\n/).filter(line => line.trim() !== '')
  const keys = lines.map((line, at) => {
    const bytes = Buffer.from(line.trim(), 'base64')
    if (bytes.length !== keyBytes || bytes.toString('base64') !== line.trim())
      throw new EntrapipeError(
        'CONFIG_INVALID',
        `Line ${at + 1} of the file that ENTRAPIPE_KEY_FILE names is not a key of ${keyBytes} bytes as Base64.`,
        { fix },
      )
    return { name: createHash('sha256').update(bytes).digest().subarray(0, nameBytes), key: createSecretKey(bytes) }
  })
  const [first] = keys
  if (!first) throw new EntrapipeError('CONFIG_INVALID', 'The file that ENTRAPIPE_KEY_FILE names has no key.', { fix })
  const opened = (key: KeyObject, wrapped: Buffer, about: string): Buffer | undefined => {
    const nonce = wrapped.subarray(nameBytes, nameBytes + nonceBytes)
    const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes })
    decipher.setAAD(Buffer.from(about))
    decipher.setAuthTag(wrapped.subarray(-tagBytes))
    try {
      return Buffer.concat([decipher.update(wrapped.subarray(nameBytes + nonceBytes, -tagBytes)), decipher.final()])
    } catch {
      return undefined
    }
  }
  const isOf = ({ name }: (typeof keys)[number], wrapped: Buffer): boolean =>
    wrapped.length === nameBytes + nonceBytes + keyBytes + tagBytes && name.equals(wrapped.subarray(0, nameBytes))
  return {
    wrap(key, about) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv(algorithm, first.key, nonce, { authTagLength: tagBytes })
      cipher.setAAD(Buffer.from(about))
      return Buffer.concat([first.name, nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()])
    },
    unwrap(wrapped, about) {
      const by = keys.find(key => isOf(key, wrapped))
      return by && opened(by.key, wrapped, about)
    },
    isCurrent: wrapped => isOf(first, wrapped),
    names: keys.map(({ name }) => name.toString('hex')),
    nameOf: wrapped => wrapped.subarray(0, nameBytes).toString('hex'),
  }
}

const unlessGone = <T>(read: () => T): T | undefined => {
  try {
    return read()
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/**
 * Wraps by the keys of a file as they are at the time: a process that was not restarted since the file was changed opens what others wrap
 * by a new key, and wraps by it, too. A file that cannot be read, or has a mistake, changes nothing.
 *
 * @param text of the file, as it was read and checked
 * @throws EntrapipeError as `keyWrapping`
 */
export const keyWrappingOf = (path: string, text: string): KeyWrapping => {
  let keys = keyWrapping(text)
  let seen = stampOf(path)
  const now = (): KeyWrapping => {
    const stamp = stampOf(path)
    if (stamp === undefined || stamp === seen) return keys
    seen = stamp
    try {
      keys = keyWrapping(readFileSync(path, 'utf8'))
    } catch {
      // The next change is looked at again.
    }
    return keys
  }
  return {
    wrap: (key, about) => now().wrap(key, about),
    unwrap: (wrapped, about) => now().unwrap(wrapped, about),
    isCurrent: wrapped => now().isCurrent(wrapped),
    get names() {
      return now().names
    },
    nameOf: wrapped => now().nameOf(wrapped),
  }
}

/** Tells one content of a file from another. */
const stampOf = (path: string): string | undefined => {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true })
  return found && `${found.ino} ${found.mtimeNs} ${found.size}`
}

/**
 * Wraps all keys of a folder by the first key, so that the others are needed no more. Those that no key opens stay as they are.
 *
 * @returns how many were wrapped again, and how many could not be opened
 */
export const rewrapKeys = ({
  folder,
  wrapping,
}: {
  /** Has a file for each run, under its id. */
  readonly folder: string
  readonly wrapping: KeyWrapping
}): { readonly rewrapped: number; readonly unreadable: number } => {
  let [rewrapped, unreadable] = [0, 0]
  for (const run of existsSync(folder) ? readdirSync(folder) : []) {
    const path = join(folder, run)
    if (run.endsWith('.new')) continue
    const wrapped = unlessGone(() => readFileSync(path))
    // Its run was removed meanwhile.
    if (!wrapped || wrapping.isCurrent(wrapped)) continue
    const key = wrapping.unwrap(wrapped, run)
    if (!key) {
      unreadable++
      continue
    }
    // Others may wrap it at the same time. All write the same key.
    const own = `${path}.${randomUUID()}.new`
    writeFileSync(own, wrapping.wrap(key, run), { mode: 0o600, flush: true })
    renameSync(own, path)
    rewrapped++
  }
  return { rewrapped, unreadable }
}
