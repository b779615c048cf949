import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Context } from '../../core/context.ts'
import { EntrapipeError } from '../../core/errors.ts'
import type { Input } from '../../places/input.ts'
import { sftpServerOf, type OpenServer } from '../../tenants/sftp-server.ts'
import { matcherOf, sftpAddress, type SftpAddress } from './sftp-address.ts'
import { changed, withSftp, type RemoteFile, type SftpSession } from './sftp-session.ts'

/** Files with the hash of another one, by their endings. */
const checksums: Readonly<Record<string, string>> = {
  '.sha256': 'sha256',
  '.sha512': 'sha512',
  '.sha1': 'sha1',
  '.md5': 'md5',
}

/** A file that is no longer being written may be read after so many looks. */
const mostLooks = 6

/** The file to read. */
interface Chosen extends RemoteFile {
  readonly path: string
  /** A file with its hash, if there is one. */
  readonly checksum?: RemoteFile & { readonly path: string; readonly algorithm: string }
}

type Files = Pick<Context, 'clock' | 'environment' | 'signal'>

/**
 * A file on an SFTP server, or the newest one that matches a pattern. It is read once its size and time have stayed the same for a while,
 * and its marker is there; and compared with its checksum, if there is one. Holds 512 KiB.
 */
export const sftpInput = (from: string): Input => {
  const address = sftpAddress(from)
  const { server } = address
  /** The file is chosen once: a newer one that comes meanwhile is for the next run. */
  let file: Chosen | undefined
  let sha256: string | undefined

  const within = async <T>(ctx: Files, work: (session: SftpSession, opened: OpenServer) => Promise<T>): Promise<T> => {
    const opened = await sftpServerOf(server, ctx.environment)
    return withSftp(address, opened, ctx.signal, session => work(session, opened))
  }

  return {
    name: from,
    isStdin: false,
    check: ctx =>
      within(ctx, async (session, opened) => {
        newest(address, opened, await session.list(address.folder))
      }),
    describe: ctx =>
      within(ctx, async (session, opened) => {
        file ??= await choose(address, opened, ctx, session)
        const { path, bytes, checksum } = file
        const hashes = [createHash('sha256'), createHash(checksum?.algorithm ?? 'sha256')] as const
        for await (const piece of session.read(path, file)) hashes.forEach(hash => hash.update(piece))
        const [own, told] = [hashes[0].digest('hex'), hashes[1].digest('hex')]
        if (checksum) {
          const text: Buffer[] = []
          for await (const piece of session.read(checksum.path, checksum)) text.push(piece)
          expectHash(Buffer.concat(text).toString('utf8'), told, path, checksum.path)
        }
        sha256 = own
        return { from, file: path, bytes, sha256 }
      }),
    async *bytes(ctx) {
      const hash = createHash('sha256')
      const reading = streamed(yielding =>
        within(ctx, async (session, opened) => {
          file ??= await choose(address, opened, ctx, session)
          await yielding(session.read(file.path, file))
        }),
      )
      for await (const piece of reading) {
        ctx.signal.throwIfAborted()
        hash.update(piece)
        yield piece
      }
      // A change within a second that leaves the size as it was does not show otherwise.
      if (sha256 !== undefined && hash.digest('hex') !== sha256) throw changed(file!.path)
    },
  }
}

/** What a session yields, which ends with the reading. */
async function* streamed(
  session: (yielding: (pieces: AsyncGenerator<Buffer>) => Promise<void>) => Promise<void>,
): AsyncGenerator<Buffer> {
  const over = Promise.withResolvers<void>()
  const opened = Promise.withResolvers<AsyncGenerator<Buffer>>()
  const ended = session(async pieces => {
    opened.resolve(pieces)
    await over.promise
  })
  ended.catch(opened.reject)
  try {
    yield* await opened.promise
  } finally {
    over.resolve()
    await ended.catch(() => undefined)
  }
}

/** Looks at the folder until the file stays as it is. */
const choose = async (
  address: SftpAddress,
  server: OpenServer,
  { clock, signal }: Files,
  session: SftpSession,
): Promise<Chosen> => {
  let last: Chosen | undefined
  for (let look = 1; look <= mostLooks; look++) {
    if (last) await clock.sleep(server.stableMs, signal)
    const found = newest(address, server, await session.list(address.folder))
    if (last && isDeepStrictEqual(found, last)) return found
    last = found
  }
  const { path } = last!
  throw new EntrapipeError('INPUT_NOT_READY', `${path} on ${address.server} is still being written.`, {
    facts: { path },
    fix: 'Run the command again when it is complete.',
  })
}

/** @throws EntrapipeError `FILE_MISSING`; `INPUT_NOT_READY` if the newest file has no marker yet: an older one would be the wrong one */
const newest = (
  { folder, pattern, server: host }: SftpAddress,
  { marker }: OpenServer,
  files: readonly RemoteFile[],
): Chosen => {
  const byName = new Map(files.map(file => [file.name, file]))
  const matches = matcherOf(pattern)
  const isBeside = (name: string): boolean =>
    pattern.includes('*') && [...Object.keys(checksums), ...(marker ? [marker] : [])].some(end => name.endsWith(end))
  const found = files.filter(({ name }) => matches(name) && !isBeside(name))
  const file = found.toSorted((a, b) => b.time - a.time || (a.name < b.name ? 1 : -1))[0]
  if (!file)
    throw new EntrapipeError('FILE_MISSING', `${folder}/${pattern} was not found on ${host}`, {
      facts: { folder, pattern, server: host },
    })
  const path = `${folder}/${file.name}`
  if (marker !== undefined && !byName.has(`${file.name}${marker}`))
    throw new EntrapipeError(
      'INPUT_NOT_READY',
      `${path} is the newest file on ${host}, and ${file.name}${marker}, which says that it is complete, is not there yet.`,
      { facts: { path, server: host }, fix: 'Run the command again when it is there.' },
    )
  const ending = Object.keys(checksums).find(end => byName.has(`${file.name}${end}`))
  return {
    ...file,
    path,
    ...(ending !== undefined && {
      checksum: {
        ...byName.get(`${file.name}${ending}`)!,
        path: `${folder}/${file.name}${ending}`,
        algorithm: checksums[ending]!,
      },
    }),
  }
}

/** A file with a hash begins with it, as `sha256sum` writes it, or ends with it, as `shasum --tag` does. */
const expectHash = (text: string, hash: string, path: string, from: string): void => {
  const told: readonly string[] = text.toLowerCase().match(/\b[0-9a-f]{32,128}\b/g) ?? []
  if (told.includes(hash)) return
  throw new EntrapipeError('INPUT_CUT_OFF', `${path} does not match its checksum in ${from}, so it is not complete.`, {
    facts: { path },
    fix: 'Transfer the file again, and then its checksum.',
  })
}
