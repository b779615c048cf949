import { EntrapipeError } from '../../core/errors.ts'

/** A file on an SFTP server, or the newest one that matches a pattern. */
export interface SftpAddress {
  readonly user: string
  readonly host: string
  readonly port: number
  /** The name of the server in the configuration: `host`, or `host:port` if the port is not 22. */
  readonly server: string
  /** Absolute, without the last slash; empty for the root. */
  readonly folder: string
  /** A file name, in which `*` stands for any characters. */
  readonly pattern: string
}

/** Whether a path is an address of SFTP. */
export const isSftp = (from: string): boolean => /^sftp:\/\//i.test(from)

const invalid = (why: string): EntrapipeError =>
  new EntrapipeError(
    'OPTION_INVALID',
    `Expected an address such as sftp://hr@files.contoso.com/out/people-*.csv: ${why}.`,
  )

/**
 * Parses `sftp://user@host:port/folder/name`. Only the name may have `*`.
 *
 * @throws EntrapipeError `OPTION_INVALID`; a password in it is not repeated
 */
export const sftpAddress = (from: string): SftpAddress => {
  let url: URL
  try {
    url = new URL(from)
  } catch {
    throw invalid('this is not a URL')
  }
  if (url.password !== '')
    throw new EntrapipeError('OPTION_INVALID', 'The address of an SFTP server must not have a password.', {
      fix: 'Put a reference to it into the configuration: sftp: { host: { password: { keyring: … } } }.',
    })
  if (url.username === '') throw invalid('it has no user')
  if (url.search !== '' || url.hash !== '') throw invalid('"?" and "#" in a name are written %3F and %23')
  const [folder, pattern] = split(decodeURIComponent(url.pathname))
  if (pattern === '') throw invalid('it names no file')
  if (folder.includes('*')) throw invalid('only the name of the file may have *')
  const port = url.port === '' ? 22 : Number(url.port)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const server = port === 22 ? host : `${host}:${port}`
  return { user: decodeURIComponent(url.username), host, port, server, folder, pattern }
}

const split = (path: string): readonly [folder: string, name: string] => {
  const at = path.lastIndexOf('/')
  return [path.slice(0, at), path.slice(at + 1)]
}

/** Tests a file name against a pattern. */
export const matcherOf = (pattern: string): ((name: string) => boolean) => {
  const parts = pattern.split('*').map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  const test = new RegExp(`^${parts.join('.*')}$`, 's')
  return name => test.test(name)
}
