import { asSentence } from '../../core/as-sentence.ts'
import { createHash } from 'node:crypto'
import type { Client, SFTPWrapper, Stats } from 'ssh2'
import { EntrapipeError, errorOf } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { OpenServer } from '../../tenants/sftp-server.ts'
import type { SftpAddress } from './sftp-address.ts'

/** A file as a server shows it. */
export interface RemoteFile {
  readonly name: string
  readonly bytes: number
  /** Seconds since 1970. */
  readonly time: number
}

/** A session with an SFTP server. */
export interface SftpSession {
  /** The files of a folder. @throws EntrapipeError `FILE_MISSING`, `FILE_UNREADABLE`, `SERVER_UNAVAILABLE` */
  list(folder: string): Promise<readonly RemoteFile[]>
  /**
   * The bytes of a file, in pieces of at most 32 KiB. Before each piece is returned, the file is checked for changes.
   *
   * @throws EntrapipeError as `list`, and `INPUT_CHANGED` if it is not the file that was seen
   */
  read(path: string, seen: RemoteFile): AsyncGenerator<Buffer>
}

const pieceBytes = 32 * 1024
/** Pieces that are asked for at once. */
const ahead = 16
const connectMs = 20_000

/** Status codes of the protocol. */
const [noSuchFile, denied] = [2, 3]

/** `SHA256:…`, as OpenSSH prints it. */
const fingerprintOf = (key: Buffer): string =>
  `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`

/**
 * Signs in to a server, does some work, and signs out. A server whose key is not pinned is refused before anything is sent to it.
 *
 * @throws EntrapipeError `SIGN_IN_FAILED`, `SERVER_UNAVAILABLE`, the signal's reason when that was aborted
 */
export const withSftp = async <T>(
  address: SftpAddress,
  server: OpenServer,
  signal: AbortSignal,
  work: (session: SftpSession) => Promise<T>,
): Promise<T> => {
  const { client, sftp } = await connect(address, server, signal)
  try {
    return await work(sessionOf(address, client, sftp))
  } catch (error) {
    throw signal.aborted ? signal.reason : error
  } finally {
    client.end()
  }
}

const connect = async (
  { user, host, port, server: name }: SftpAddress,
  { hostKeys, privateKey, passphrase, password }: OpenServer,
  signal: AbortSignal,
): Promise<{ readonly client: Client; readonly sftp: SFTPWrapper }> => {
  signal.throwIfAborted()
  const { default: ssh2 } = await loadSsh2()
  const client: Client = new ssh2.Client()
  let shown: string | undefined
  try {
    const sftp = await new Promise<SFTPWrapper>((resolve, reject) => {
      signal.addEventListener('abort', () => (client.destroy(), reject(errorOf(signal.reason))), { once: true })
      client.on('error', reject)
      client.on('close', () => reject(new Error('the connection was closed')))
      client.on('keyboard-interactive', (_name, _instructions, _language, prompts, finish) =>
        finish(prompts.map(() => password ?? '')),
      )
      client.on('ready', () => client.setNoDelay().sftp((error, opened) => (error ? reject(error) : resolve(opened))))
      client.connect({
        host,
        port,
        username: user,
        readyTimeout: connectMs,
        keepaliveInterval: connectMs,
        tryKeyboard: password !== undefined,
        hostVerifier(key: Buffer) {
          shown = fingerprintOf(key)
          return hostKeys.includes(shown)
        },
        ...given({ privateKey, passphrase, password }),
      })
    })
    // Without a handler, a later error of the connection would end the process. The work notices that its replies are missing.
    client.on('error', () => client.destroy())
    return { client, sftp }
  } catch (error) {
    client.destroy()
    if (signal.aborted) throw signal.reason
    if (shown !== undefined && !hostKeys.includes(shown)) throw strange(name, shown)
    throw refused(errorOf(error), name, user)
  }
}

const loadSsh2 = async () => {
  try {
    return await import('ssh2')
  } catch (cause) {
    throw new EntrapipeError(
      'FILE_UNREADABLE',
      'Reading from an SFTP server requires the package ssh2, which is not installed.',
      {
        cause,
        fix: 'Install it: npm install ssh2',
      },
    )
  }
}

const strange = (server: string, shown: string): EntrapipeError =>
  new EntrapipeError(
    'SIGN_IN_FAILED',
    `The host key of ${server} is not the one in the configuration. Nothing was sent.`,
    {
      facts: { server, shown },
      fix: `It shows ${shown}. If its operator confirms that this key is new, change hostKey in the configuration.`,
    },
  )

const refused = (cause: Error, server: string, user: string): EntrapipeError => {
  const { level } = cause as { readonly level?: string }
  if (level === 'client-authentication')
    return new EntrapipeError('SIGN_IN_FAILED', `${server} refused the sign-in of ${user}.`, {
      cause,
      facts: { server },
      fix: 'Check the user in the address, and privateKey or password of the server in the configuration.',
    })
  // The message of a key that cannot be parsed does not quote it.
  if (/privateKey|passphrase/i.test(cause.message))
    return new EntrapipeError(
      'SECRET_MISSING',
      asSentence(`The private key for ${server} cannot be used: ${cause.message}`),
      {
        facts: { server },
      },
    )
  return unavailable(cause, server)
}

const unavailable = (cause: Error, server: string): EntrapipeError =>
  new EntrapipeError('SERVER_UNAVAILABLE', asSentence(`The SFTP server ${server} cannot be used: ${cause.message}`), {
    cause,
    facts: { server },
  })

const sessionOf = ({ server }: SftpAddress, client: Client, sftp: SFTPWrapper): SftpSession => {
  const lost = new AbortController()
  client.once('close', () => lost.abort(unavailable(new Error('the connection was lost'), server)))
  /** Calls a function of the protocol. Its reply never comes if the connection is lost. */
  const ask = <T>(path: string, call: (done: (error: Error | undefined, found: T) => void) => unknown): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      const giveUp = (): void => reject(lost.signal.reason as Error)
      if (lost.signal.aborted) return giveUp()
      lost.signal.addEventListener('abort', giveUp, { once: true })
      call((error, found) => {
        lost.signal.removeEventListener('abort', giveUp)
        if (error) reject(ofFile(error, path, server))
        else resolve(found)
      })
    })

  return {
    async list(folder) {
      const path = folder === '' ? '/' : folder
      const found = await ask<readonly { readonly filename: string; readonly attrs: Stats }[]>(path, done =>
        sftp.readdir(path, done),
      )
      return found
        .filter(({ attrs }) => !attrs.isDirectory())
        .map(({ filename, attrs }) => ({ name: filename, bytes: attrs.size, time: attrs.mtime }))
    },
    async *read(path, { bytes, time }) {
      const handle = await ask<Buffer>(path, done => sftp.open(path, 'r', done))
      const piece = async (at: number): Promise<Buffer> => {
        const buffer = Buffer.allocUnsafe(Math.min(pieceBytes, bytes - at))
        let filled = 0
        while (filled < buffer.length) {
          const read = await ask<number>(path, done =>
            sftp.read(handle, buffer, filled, buffer.length - filled, at + filled, done),
          )
          if (read === 0) throw changed(path)
          filled += read
        }
        await expectSame()
        return buffer
      }
      const expectSame = async (): Promise<void> => {
        const now = await ask<Stats>(path, done => sftp.fstat(handle, done))
        if (now.size !== bytes || now.mtime !== time) throw changed(path)
      }
      const pieces: Promise<Buffer>[] = []
      try {
        await expectSame()
        for (let at = 0; at < bytes || pieces.length > 0;) {
          for (; at < bytes && pieces.length < ahead; at += pieceBytes) {
            const next = piece(at)
            // It may fail before it is awaited: without a handler that would end the process.
            next.catch(() => undefined)
            pieces.push(next)
          }
          yield await pieces.shift()!
        }
      } finally {
        await Promise.allSettled(pieces)
        await ask<unknown>(path, done => sftp.close(handle, error => done(error ?? undefined, undefined))).catch(
          () => undefined,
        )
      }
    },
  }
}

/** The error for a file that is not the one that was looked at. */
export const changed = (path: string): EntrapipeError =>
  new EntrapipeError(
    'INPUT_CHANGED',
    `${path} was changed while it was read, so its rows would come from two versions; run it again when the file is no longer being written`,
    { facts: { path } },
  )

const ofFile = (error: Error, path: string, server: string): EntrapipeError => {
  const { code } = error as { readonly code?: unknown }
  if (code === noSuchFile)
    return new EntrapipeError('FILE_MISSING', `${path} was not found on ${server}`, { facts: { path, server } })
  if (code === denied)
    return new EntrapipeError('FILE_UNREADABLE', `${path} on ${server} cannot be read: permission denied`, {
      facts: { path, server },
    })
  return unavailable(error, server)
}
