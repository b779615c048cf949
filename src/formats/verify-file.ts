import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { readFile, realpath } from 'node:fs/promises'
import { basename, normalize, sep } from 'node:path'
import { absolute } from '../core/absolute.ts'
import type { Environment } from '../core/environment.ts'
import { EntrapipeError, systemCode } from '../core/errors.ts'
import { given } from '../core/given.ts'
import type { FileFacts, Manifest } from '../core/manifest.ts'
import { manifestOf } from '../core/sidecars.ts'
import { countRows } from './count-rows.ts'

interface VerifyOptions {
  readonly environment: Pick<Environment, 'cwd' | 'home'>
  readonly signal?: AbortSignal
}

/** A file that was read again. */
interface Verified {
  readonly path: string
  readonly format: string
  /** Rows counted by reading the file; undefined if it cannot be read. */
  readonly rows: number
  readonly bytes: number
  readonly sha256: string
  /** Differences between the file and its manifest, as text. Empty if the file is unchanged. */
  readonly differences: readonly string[]
  readonly manifest: Manifest
  /** What the manifest says of the file. */
  readonly facts: FileFacts
}

const unreadable = (error: unknown, path: string, missing: string): unknown => {
  const code = systemCode(error)
  if (error instanceof EntrapipeError || code === undefined) return error
  return code === 'ENOENT'
    ? new EntrapipeError('FILE_MISSING', missing, { cause: error, facts: { path } })
    : new EntrapipeError(
        'FILE_UNREADABLE',
        `${path} cannot be read (${code}). Check that it is a file and that you have permission to read it`,
        {
          cause: error,
          facts: { path },
        },
      )
}

const isManifest = (value: unknown): value is Manifest =>
  typeof value === 'object' && value !== null && 'files' in value && Array.isArray(value.files)

const readManifest = async (path: string): Promise<Manifest> => {
  const place = manifestOf(path)
  let text: string
  try {
    text = await readFile(place, 'utf8')
  } catch (error) {
    if (!existsSync(path)) throw unreadable(error, path, `${path} was not found`)
    throw unreadable(error, place, `${path} has no manifest (${place}), so it cannot be verified`)
  }
  let manifest: unknown
  try {
    manifest = JSON.parse(text)
  } catch (cause) {
    throw new EntrapipeError('INPUT_MALFORMED', `${place} is not valid JSON. Was it edited?`, {
      cause,
      facts: { path: place },
    })
  }
  if (!isManifest(manifest)) throw new EntrapipeError('INPUT_MALFORMED', `${place} is not a manifest. Was it edited?`)
  return manifest
}

async function* chunksOf(path: string, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path, signal ? { signal } : {}) as AsyncIterable<Buffer>
  } catch (error) {
    throw unreadable(error, path, `${path} was not found, but its manifest exists`)
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

/** The path with links resolved. The manifest is beside the real file. */
const withoutLinks = async (path: string): Promise<string> => {
  try {
    return await realpath(path)
  } catch {
    // Opening the file reports the cause.
    return path
  }
}

/** The number of equal names at the end of two paths. */
const alike = (one: string, other: string): number => {
  const [a, b] = [one, other].map(path => normalize(path).split(sep).reverse())
  const at = a!.findIndex((name, index) => name !== b![index])
  return at < 0 ? a!.length : at
}

/**
 * Finds a file in a manifest. Paths in a manifest are relative to where the run was started, which may be another folder
 * on another machine. Of several files with the same name, the one whose path matches best is returned.
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
 * Verifies a file against the manifest beside it, as `verifyFacts` does.
 *
 * @throws EntrapipeError `FILE_MISSING` if the file or its manifest is missing, `FILE_UNREADABLE`, `INPUT_MALFORMED` if
 *   the manifest is invalid
 */
export const verifyFile = async (path: string, { environment, signal }: VerifyOptions): Promise<Verified> => {
  const place = await withoutLinks(absolute(environment, path))
  const manifest = await readManifest(place)
  const facts = await factsOf(manifest.files, place, environment)
  if (!facts)
    throw new EntrapipeError(
      'INPUT_MALFORMED',
      `${manifestOf(place)} does not list ${basename(place)}. Does it belong to another file?`,
    )
  return { ...(await verifyFacts(path, facts, { environment, ...given({ signal }) })), manifest, facts }
}

/**
 * Compares a file with what was written. Streams it twice, once for its bytes and once for its rows.
 *
 * @throws EntrapipeError `FILE_MISSING`, `FILE_UNREADABLE`
 */
export const verifyFacts = async (
  path: string,
  facts: FileFacts,
  { environment, signal }: VerifyOptions,
): Promise<Omit<Verified, 'manifest' | 'facts'>> => {
  const place = await withoutLinks(absolute(environment, path))
  const { bytes, sha256 } = await digest(chunksOf(place, signal))
  const rows = await counted(chunksOf(place, signal), { ...facts, path })
  const differences: string[] = []
  if (bytes !== facts.bytes) differences.push(`it has ${bytes} bytes, but ${facts.bytes} were written`)
  if (facts.sha256 !== undefined && sha256 !== facts.sha256)
    differences.push(`its SHA-256 is ${sha256}, but ${facts.sha256} was written`)
  if (typeof rows === 'string') differences.push(rows)
  else if (rows !== facts.rows)
    differences.push(`it has ${rows} ${rows === 1 ? 'row' : 'rows'}, but ${facts.rows} were written`)
  return {
    path,
    format: facts.format,
    rows: typeof rows === 'number' ? rows : 0,
    bytes,
    sha256,
    differences,
  }
}
