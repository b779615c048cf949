import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { readFile, realpath } from 'node:fs/promises'
import { basename, normalize, sep } from 'node:path'
import { absolute } from '../core/absolute.ts'
import type { Environment } from '../core/environment.ts'
import { EntrapipeError, systemCode } from '../core/errors.ts'
import type { FileFacts, Manifest } from '../core/manifest.ts'
import { manifestOf } from '../core/sidecars.ts'
import { countRows } from './count-rows.ts'

interface VerifyOptions {
  readonly environment: Pick<Environment, 'cwd' | 'home'>
  readonly signal?: AbortSignal
}

interface Verified {
  readonly path: string
  readonly format: string
  /** As counted now, by reading the file; undefined where it cannot be read. */
  readonly rows: number
  readonly bytes: number
  readonly sha256: string
  /** What the file and its manifest disagree about, in words; empty when it is what was written. */
  readonly differences: readonly string[]
  readonly manifest: Manifest
}

const unreadable = (error: unknown, path: string, missing: string): unknown => {
  const code = systemCode(error)
  if (error instanceof EntrapipeError || code === undefined) return error
  return code === 'ENOENT'
    ? new EntrapipeError('FILE_MISSING', missing, { cause: error, facts: { path } })
    : new EntrapipeError('FILE_UNREADABLE', `${path} cannot be read (${code}); check that it is a file you may read`, {
        cause: error,
        facts: { path },
      })
}

const isManifest = (value: unknown): value is Manifest =>
  typeof value === 'object' && value !== null && 'files' in value && Array.isArray(value.files)

const readManifest = async (path: string): Promise<Manifest> => {
  const place = manifestOf(path)
  let text: string
  try {
    text = await readFile(place, 'utf8')
  } catch (error) {
    if (!existsSync(path)) throw unreadable(error, path, `There is no file ${path}`)
    throw unreadable(error, place, `${path} has no manifest (${place}): it cannot be told what it should be`)
  }
  let manifest: unknown
  try {
    manifest = JSON.parse(text)
  } catch (cause) {
    throw new EntrapipeError('INPUT_MALFORMED', `${place} is not JSON; was it edited?`, {
      cause,
      facts: { path: place },
    })
  }
  if (!isManifest(manifest)) throw new EntrapipeError('INPUT_MALFORMED', `${place} is not a manifest; was it edited?`)
  return manifest
}

async function* chunksOf(path: string, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path, signal ? { signal } : {}) as AsyncIterable<Buffer>
  } catch (error) {
    throw unreadable(error, path, `There is no file ${path}, although there is a manifest of it`)
  }
}

const digest = async (chunks: AsyncIterable<Buffer>): Promise<{ readonly bytes: number; readonly sha256: string }> => {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of chunks) {
    hash.update(chunk)
    bytes += chunk.length
  }
  return { bytes, sha256: hash.digest('hex') }
}

/** Rows, or why they cannot be counted. */
const counted = async (chunks: AsyncIterable<Buffer>, facts: FileFacts): Promise<number | string> => {
  try {
    return (await countRows(chunks, facts)) ?? facts.rows
  } catch (error) {
    if (!(error instanceof EntrapipeError) || !error.code.startsWith('INPUT_')) throw error
    return error.message
  }
}

/** The file that a path leads to: a manifest stands beside that one, whatever links lead there. */
const withoutLinks = async (path: string): Promise<string> => {
  try {
    return await realpath(path)
  } catch {
    // Whoever opens it meets the cause, and tells it.
    return path
  }
}

/** How many names at the end of two paths are the same. */
const alike = (one: string, other: string): number => {
  const [a, b] = [one, other].map(path => normalize(path).split(sep).reverse())
  const at = a!.findIndex((name, index) => name !== b![index])
  return at < 0 ? a!.length : at
}

/**
 * What a manifest says of a file. Paths in it are relative to where the run was begun, which may be another folder, on
 * another machine; of several files of one name it is the one whose path fits best.
 */
const factsOf = async (
  files: readonly FileFacts[],
  place: string,
  environment: VerifyOptions['environment'],
): Promise<FileFacts | undefined> => {
  for (const facts of files) if ((await withoutLinks(absolute(environment, facts.path))) === place) return facts
  const named = files.filter(({ path }) => basename(path) === basename(place))
  return named.toSorted((a, b) => alike(b.path, place) - alike(a.path, place))[0]
}

/**
 * Holds a file against the manifest beside it: reads it twice, once for its bytes and once for its rows, in pieces.
 *
 * @throws EntrapipeError `FILE_MISSING` when the file or its manifest is not there, `FILE_UNREADABLE`, `INPUT_MALFORMED`
 *   when the manifest is none
 */
export const verifyFile = async (path: string, { environment, signal }: VerifyOptions): Promise<Verified> => {
  const place = await withoutLinks(absolute(environment, path))
  const manifest = await readManifest(place)
  const facts = await factsOf(manifest.files, place, environment)
  if (!facts)
    throw new EntrapipeError(
      'INPUT_MALFORMED',
      `${manifestOf(place)} names no file ${basename(place)}; is it of another file?`,
    )
  const { bytes, sha256 } = await digest(chunksOf(place, signal))
  const rows = await counted(chunksOf(place, signal), { ...facts, path })
  const differences: string[] = []
  if (bytes !== facts.bytes) differences.push(`it has ${bytes} bytes, ${facts.bytes} were written`)
  if (facts.sha256 !== undefined && sha256 !== facts.sha256)
    differences.push(`its SHA-256 is ${sha256}, that of what was written ${facts.sha256}`)
  if (typeof rows === 'string') differences.push(rows)
  else if (rows !== facts.rows)
    differences.push(`it has ${rows} ${rows === 1 ? 'row' : 'rows'}, ${facts.rows} were written`)
  return {
    path,
    format: facts.format,
    rows: typeof rows === 'number' ? rows : 0,
    bytes,
    sha256,
    differences,
    manifest,
  }
}
