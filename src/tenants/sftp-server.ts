import { dirname } from 'node:path'
import type { Environment } from '../core/environment.ts'
import { EntrapipeError } from '../core/errors.ts'
import { given } from '../core/given.ts'
import { absoluteIn } from './choose-tenant.ts'
import type { SecretRef } from './config.ts'
import { loadConfig } from './load-config.ts'
import { readSecret } from './read-secret.ts'

/** An SFTP server of the configuration, with its secrets. */
export interface OpenServer {
  /** Fingerprints, without padding: `SHA256:…`. */
  readonly hostKeys: readonly string[]
  readonly privateKey?: string
  readonly passphrase?: string
  readonly password?: string
  readonly marker?: string
  readonly stableMs: number
}

/** A fingerprint without the padding that some programs add. */
const bare = (fingerprint: string): string => fingerprint.replace(/=+$/, '')

/**
 * Reads the entry of a server and its secrets.
 *
 * @param host `host`, or `host:port`
 * @throws EntrapipeError `CONFIG_INVALID` if it has no entry, or nothing to sign in with; `SECRET_MISSING`, `SECRET_EXPOSED`
 */
export const sftpServerOf = async (host: string, environment: Environment): Promise<OpenServer> => {
  const loaded = await loadConfig(environment)
  const found = loaded?.config.sftp?.[host]
  if (!loaded || !found)
    throw new EntrapipeError('CONFIG_INVALID', `The configuration has no entry for the SFTP server ${host}.`, {
      facts: { host },
      fix: `Add it to entrapipe.config.ts: sftp: { '${host}': { hostKey: 'SHA256:…', privateKey: { file: '…' } } }. Its operator knows the fingerprint.`,
    })
  const { hostKey, privateKey, passphrase, password, marker, stableSeconds = 10 } = found
  if (!privateKey && !password)
    throw new EntrapipeError(
      'CONFIG_INVALID',
      `${loaded.file}: sftp[${JSON.stringify(host)}] has neither privateKey nor password.`,
      { facts: { host } },
    )
  const secret = async (ref: SecretRef | undefined): Promise<string | undefined> =>
    ref &&
    readSecret(
      'file' in ref ? { file: absoluteIn(dirname(loaded.file), ref.file, environment.home) } : ref,
      environment,
    )
  return {
    hostKeys: [hostKey].flat().map(bare),
    stableMs: stableSeconds * 1000,
    ...given({
      privateKey: await secret(privateKey),
      passphrase: await secret(passphrase),
      password: await secret(password),
      marker,
    }),
  }
}
