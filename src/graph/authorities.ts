import { readFile } from 'node:fs/promises'
import { getCACertificates } from 'node:tls'
import type { Environment } from '../core/environment.ts'
import { EntrapipeError, systemCode } from '../core/errors.ts'

/**
 * The trusted CA certificates as PEM: Node's own, and those added by `NODE_EXTRA_CA_CERTS`, `SSL_CERT_FILE` or a tenant's
 * `caFile`. Undefined if none are added.
 *
 * @throws EntrapipeError `FILE_UNREADABLE` if a named file cannot be read
 */
export const trustedAuthorities = async (environment: Environment, caFile?: string): Promise<string[] | undefined> => {
  const named = [
    ['caFile', caFile],
    ['NODE_EXTRA_CA_CERTS', environment.variable('NODE_EXTRA_CA_CERTS')],
    ['SSL_CERT_FILE', environment.variable('SSL_CERT_FILE')],
  ] as const
  const extra: string[] = []
  for (const [name, path] of named) if (path !== undefined) extra.push(await certificates(name, path))
  return extra.length === 0 ? undefined : [...getCACertificates('default'), ...extra]
}

const why = (cause: unknown): string => {
  const code = systemCode(cause)
  return (code && whys[code]) ?? String(cause)
}

const whys: Readonly<Record<string, string>> = {
  ENOENT: 'the file was not found',
  ENOTDIR: 'the file was not found',
  EISDIR: 'it is a folder',
  EACCES: 'this user is not allowed to read it',
  EPERM: 'this user is not allowed to read it',
}

const certificates = async (name: string, path: string): Promise<string> => {
  const fix =
    name === 'caFile'
      ? 'Correct caFile in the configuration, or remove it.'
      : `Correct the variable ${name} in the environment, or unset it.`
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    throw new EntrapipeError('FILE_UNREADABLE', `The CA file ${path} (${name}) cannot be read: ${why(cause)}.`, {
      cause,
      facts: { path, name },
      fix,
    })
  }
  if (!text.includes('-----BEGIN CERTIFICATE-----'))
    throw new EntrapipeError('FILE_UNREADABLE', `The CA file ${path} (${name}) does not contain a PEM certificate.`, {
      facts: { path, name },
      fix,
    })
  return text
}
