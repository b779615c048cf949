import { createHash } from 'node:crypto'
import type { Context } from '../core/context.ts'
import { EntrapipeError } from '../core/errors.ts'
import type { FileFacts, Manifest } from '../core/manifest.ts'
import type { ObjectStore } from '../core/object-store.ts'
import { partsManifest, runOfPart } from '../core/part-names.ts'
import { countRows } from './count-rows.ts'

/** What a folder of part files has, and how it differs from its manifest. */
export interface VerifiedLoad {
  readonly parts: number
  readonly rows: number
  /** Differences between the parts and the manifest, as text. Empty if nothing is missing, strange or changed. */
  readonly differences: readonly string[]
  readonly manifest: Manifest
}

/**
 * Verifies part files against the manifest that names them. Each part is read once for its bytes and once for its rows.
 *
 * @param to the folder as given, for messages; ends in `/`
 * @throws EntrapipeError `FILE_MISSING` without a manifest, `INPUT_MALFORMED` if it is invalid, `FILE_UNREADABLE`
 */
export const verifyLoad = async (store: ObjectStore, to: string, ctx: Context): Promise<VerifiedLoad> => {
  const manifest = await readManifest(store, to, ctx)
  const there = new Map<string, boolean>()
  for await (const { name, unfinished } of store.list(ctx)) there.set(name, unfinished ?? false)
  const differences: string[] = []
  let rows = 0
  const parts = manifest.files.filter(({ name }) => name !== undefined)
  for (const part of parts) {
    const name = part.name!
    if (there.get(name) !== false) differences.push(`${name} is missing`)
    else differences.push(...(await differencesOf(store, ctx, part)).map(difference => `${name}: ${difference}`))
    rows += part.rows
  }
  const named = new Set(parts.map(({ name }) => name))
  for (const [name, unfinished] of there)
    if (runOfPart(name) !== undefined && !named.has(name))
      differences.push(`${name} is ${unfinished ? 'unfinished' : 'not in the manifest'}`)
  return { parts: parts.length, rows, differences: differences.toSorted(), manifest }
}

const readManifest = async (store: ObjectStore, to: string, ctx: Context): Promise<Manifest> => {
  const bytes = await store.get(ctx, partsManifest)
  const path = to + partsManifest
  if (!bytes) throw new EntrapipeError('FILE_MISSING', `${path} was not found`, { facts: { path } })
  let manifest: Partial<Manifest> | undefined
  try {
    manifest = JSON.parse(Buffer.from(bytes).toString()) as Partial<Manifest>
  } catch {
    // It is no manifest either.
  }
  if (!Array.isArray(manifest?.files))
    throw new EntrapipeError('INPUT_MALFORMED', `${path} is not a manifest. Was it edited?`, { facts: { path } })
  return manifest as Manifest
}

const differencesOf = async (store: ObjectStore, ctx: Context, facts: FileFacts): Promise<readonly string[]> => {
  const name = facts.name!
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of store.read(ctx, name)) {
    hash.update(chunk)
    bytes += chunk.length
  }
  const differences: string[] = []
  if (bytes !== facts.bytes) differences.push(`it has ${bytes} bytes, but ${facts.bytes} were written`)
  const sha256 = hash.digest('hex')
  if (sha256 !== facts.sha256) differences.push(`its SHA-256 is ${sha256}, but ${facts.sha256} was written`)
  const rows = await counted(store, ctx, facts)
  if (typeof rows === 'string') differences.push(rows)
  else if (rows !== facts.rows) differences.push(`it has ${rows} rows, but ${facts.rows} were written`)
  return differences
}

/** Rows, or why they cannot be counted. */
const counted = async (store: ObjectStore, ctx: Context, facts: FileFacts): Promise<number | string> => {
  async function* chunks(): AsyncGenerator<Buffer> {
    for await (const chunk of store.read(ctx, facts.name!)) yield Buffer.from(chunk)
  }
  try {
    return (await countRows(chunks(), facts)) ?? facts.rows
  } catch (error) {
    if (!(error instanceof EntrapipeError) || !error.code.startsWith('INPUT_')) throw error
    return error.message
  }
}
