import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { absolute } from '../../core/absolute.ts'
import type { Context } from '../../core/context.ts'
import { given } from '../../core/given.ts'
import type { Fields } from '../../core/json.ts'
import type { Source } from '../../core/parts.ts'
import type { FileFacts } from '../../hr/safety.ts'

/** Size and time of a file. */
interface Stand {
  readonly size: number
  readonly mtimeMs: number
}

const standOf = async (path: string): Promise<Stand> => {
  const { size, mtimeMs } = await stat(path)
  return { size, mtimeMs }
}

const hashOf = async (path: string, algorithm: string): Promise<string> => {
  const hash = createHash(algorithm)
  for await (const bytes of createReadStream(path)) hash.update(bytes as Uint8Array)
  return hash.digest('hex')
}

/** A day in the name of a file, also with a time: `feed-2026-06-15.csv`, `feed_20260615.csv`, `feed_20260615030000.csv`. */
const dayOfName = (path: string): string | undefined => {
  const [, year, month, day] =
    /(?<!\d)(20\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])?(?:[0-5]\d){0,2}(?:(?<=\d{14})\d{3})?(?!\d)/.exec(
      basename(path),
    ) ?? []
  return year === undefined ? undefined : `${year}-${month}-${day}`
}

const checksums = [
  ['sha256', 'SHA-256', /\b[0-9a-f]{64}\b/i],
  ['md5', 'MD5', /\b[0-9a-f]{32}\b/i],
] as const

/** Why the file is not the one that the checksum file beside it was made for. */
const otherThanSum = async (path: string): Promise<string | undefined> => {
  for (const [extension, name, pattern] of checksums) {
    const beside = `${path}.${extension}`
    if (!existsSync(beside)) continue
    const [wanted] = pattern.exec(await readFile(beside, 'utf8')) ?? []
    if (wanted === undefined) return `${basename(beside)} has no ${name}.`
    if (wanted.toLowerCase() !== (await hashOf(path, extension)))
      return `${basename(path)} does not have the ${name} that ${basename(beside)} says.`
  }
  return undefined
}

/** What the source of a feed says of its file. */
interface Described {
  readonly sha256?: unknown
  /** Of a server: the file that was chosen. */
  readonly file?: unknown
}

/**
 * A feed with what is known of its file: its hash, the day in its name, and whether it was written to while it was read. A checksum file beside a local one (`x.csv.sha256`, `x.csv.md5`) is compared; those on a server are compared by their input.
 *
 * @param from as the source has it
 */
export const feedFile = (source: Source<Fields>, from: string) => {
  const isRemote = /^sftp:/i.test(from)
  let described: Described = {}
  let before: Stand | undefined
  return {
    source: {
      ...source,
      async describe(ctx) {
        const found = await source.describe!(ctx)
        described = found as Described
        return found
      },
      async *read(ctx, ...at) {
        if (!isRemote) before = await standOf(absolute(ctx.environment, from))
        yield* source.read(ctx, ...at)
      },
    } satisfies Source<Fields>,
    /** Called when the last row was read. */
    async facts({ environment }: Pick<Context, 'environment'>): Promise<FileFacts> {
      const sha256 = String(described.sha256)
      const date = dayOfName(String(described.file ?? from))
      if (isRemote) return { sha256, ...given({ date }) }
      const path = absolute(environment, from)
      const after = await standOf(path)
      const cutOff = await otherThanSum(path)
      const growing = before !== undefined && (before.size !== after.size || before.mtimeMs !== after.mtimeMs)
      return { sha256, ...given({ date, cutOff }), growing }
    },
  }
}
