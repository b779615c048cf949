import type { Context } from '../core/context.ts'
import { EntrapipeError } from '../core/errors.ts'
import type { FileFacts, Manifest } from '../core/manifest.ts'
import type { ObjectStore, StoredObject } from '../core/object-store.ts'
import { idsOfPart, partsManifest, runOfPart, shardOfPart } from '../core/part-names.ts'
import type { Destination } from '../core/place.ts'

/** Part files among the objects of a store, and the manifest that names those of the last load. */
export interface PartFiles extends Destination {
  /** The manifest of the last load. @throws EntrapipeError `INPUT_MALFORMED` if it is none */
  manifest(ctx: Context): Promise<Manifest | undefined>
  /** Removes the parts of the context's run, or of one of its shards, that the manifest does not name, except these and their ids. */
  removeOwn(ctx: Context, except?: readonly string[], shard?: number): Promise<void>
  /** Removes the parts that the manifest does not name: those of the load before, and those of runs that were killed. Returns their names. */
  removeUnnamed(ctx: Context): Promise<readonly string[]>
}

/** The parts that a manifest names. */
export const partsIn = (manifest: Manifest | undefined): readonly (FileFacts & { readonly name: string })[] =>
  (manifest?.files ?? []).flatMap(file => (file.name === undefined ? [] : [{ ...file, name: file.name }]))

/** @param to as given, for messages; ends in `/` */
export const partFiles = (store: ObjectStore, to: string): PartFiles => {
  const manifest = async (ctx: Context): Promise<Manifest | undefined> => {
    const bytes = await store.get(ctx, partsManifest)
    return bytes && parsed(Buffer.from(bytes).toString(), `${to}${partsManifest}`)
  }
  const unnamed = async (ctx: Context): Promise<readonly StoredObject[]> => {
    const named = new Set(partsIn(await manifest(ctx)).map(({ name }) => name))
    const found: StoredObject[] = []
    for await (const one of store.list(ctx))
      if (runOfPart(one.name) !== undefined && !named.has(one.name)) found.push(one)
    return found.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  }
  const removeUnnamed = async (ctx: Context): Promise<readonly string[]> => {
    const names = [...new Set((await unnamed(ctx)).map(({ name }) => name))]
    await store.remove(ctx, names)
    return names.map(name => to + name)
  }
  return {
    target: ctx => store.target(ctx),
    namedByRun: true,
    manifest,
    removeUnnamed,
    async removeOwn(ctx, except = [], shard) {
      const kept = new Set(except.flatMap(name => [name, idsOfPart(name)]))
      const own = (await unnamed(ctx)).filter(
        ({ name }) =>
          runOfPart(name) === ctx.run && (shard === undefined || shardOfPart(name) === shard) && !kept.has(name),
      )
      await store.remove(
        ctx,
        own.map(({ name }) => name),
      )
    },
    async published(ctx, files) {
      const found = await manifest(ctx)
      if (found?.run !== ctx.run) return false
      const sizes = new Map<string, number>()
      for await (const { name, bytes, unfinished } of store.list(ctx)) if (!unfinished) sizes.set(name, bytes)
      const named = new Set(partsIn(found).map(({ name }) => name))
      return partsIn({ ...found, files }).every(({ name, bytes }) => named.has(name) && sizes.get(name) === bytes)
    },
    async leftover(ctx) {
      const [first] = await unnamed(ctx)
      return first && to + first.name
    },
    discard: removeUnnamed,
    async clear(ctx) {
      await store.remove(ctx, [partsManifest])
      await removeUnnamed(ctx)
    },
  }
}

const parsed = (text: string, path: string): Manifest => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // It is no manifest either.
  }
  if (typeof value === 'object' && value !== null && 'files' in value && Array.isArray(value.files))
    return value as Manifest
  throw new EntrapipeError(
    'INPUT_MALFORMED',
    `${path} is not a manifest, so it does not say which parts belong to it`,
    {
      facts: { path },
      fix: 'Find out what changed it. If no part is needed any more, remove it and run the export again.',
    },
  )
}
