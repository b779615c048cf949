import { readFile } from 'node:fs/promises'
import { createSecureContext } from 'node:tls'
import { absolute } from '../../core/absolute.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { readError } from '../../places/file-errors.ts'
import { readSecret } from '../../tenants/read-secret.ts'
import type { Cli } from '../cli.ts'

/**
 * Reads the certificate of a server and its key.
 *
 * @throws EntrapipeError `USAGE` for only one of them; `FILE_MISSING`, `FILE_UNREADABLE`, `SECRET_MISSING`, `SECRET_EXPOSED`;
 *   `OPTION_INVALID` if they are not PEM, or do not belong together
 */
export const tlsFiles = async (
  { tlsCert, tlsKey }: { readonly tlsCert?: string; readonly tlsKey?: string },
  { environment }: Pick<Cli, 'environment'>,
): Promise<{ readonly cert: string; readonly key: string } | undefined> => {
  if (tlsCert === undefined && tlsKey === undefined) return undefined
  if (tlsCert === undefined || tlsKey === undefined)
    throw new EntrapipeError('USAGE', '--tls-cert and --tls-key need each other.')
  const path = absolute(environment, tlsCert)
  const cert = await readFile(path, 'utf8').catch(error => {
    throw readError(error, path)
  })
  const key = await readSecret({ file: absolute(environment, tlsKey) }, environment)
  try {
    createSecureContext({ cert, key })
  } catch (cause) {
    throw new EntrapipeError('OPTION_INVALID', '--tls-cert and --tls-key are not a certificate and its key, as PEM.', {
      cause,
      fix: 'Name the certificate with its chain, and the private key that was made for it, without a passphrase.',
    })
  }
  return { cert, key }
}
