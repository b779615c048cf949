import type { Context } from '../../../core/context.ts'
import { typeIn } from '../related-row.ts'
import type { Entity } from '../listing.ts'
import type { Changed } from '../drift.ts'
import { removedIn, type Removed } from './changed-rows.ts'
import type { DeltaMemory } from './delta-memory.ts'
import type { ChangedObject, DeltaRun } from './delta-run.ts'
import { edgeKey, type Edge, type EdgeTable } from './edge-table.ts'

/** An object whose links are read. */
export interface Linked {
  readonly id: string
  /** `user` */
  readonly type: string
}

/** The links of objects of one kind, such as members of groups. */
export interface EdgeReaders {
  /** `members` */
  readonly relation: string
  /** Whether an object has one link at most, so that a new one replaces it. Graph may then not report that the earlier one is gone. */
  readonly isSingle: boolean
  /** The types of objects by the collections whose changes are read. Those of the first one have the links. */
  readonly types: readonly string[]
  /** Types of linked objects that the full load leaves out. */
  readonly leftOut: readonly string[]
  /** Reads all links of some objects that have them. */
  ofOwners(ctx: Context, ids: readonly string[]): AsyncIterable<readonly Edge[]>
  /** Reads all links to some objects. */
  ofTargets(ctx: Context, targets: readonly Linked[]): AsyncIterable<readonly Edge[]>
}

/** An object may have many thousand links that have changed. */
const objectsAtOnce = 30
const edgesAtOnce = 1000

/**
 * Finds which links have changed. Graph reports a link that was added or removed, and one to or from an object that was deleted
 * permanently. It does not report the links of an object that is in the recycle bin, or that was restored from there: the former
 * are those that earlier runs had, the latter are read.
 */
export const findEdges = async (
  ctx: Context,
  run: DeltaRun,
  memory: DeltaMemory,
  table: EdgeTable,
  readers: EdgeReaders,
): Promise<void> => {
  if (table.isWhole) return
  table.clear()
  const gone = new Map<string, Removed>()
  /** Entries say both that it is gone and that it is not. */
  const unsure = new Set<string>()
  const alive: Linked[] = []
  const replaced = new Set<string>()
  const reread = new Set<string>()
  const contradicted = new Map<string, Linked>()
  for (const objects of run.objects(undefined, objectsAtOnce)) {
    const found: (readonly Edge[])[] = []
    for (const object of objects) {
      const removed = removedIn(object.entries)
      const isAlive = object.entries.some(entry => !entry['@removed'])
      if (removed) gone.set(object.id, removed)
      if (isAlive) alive.push({ id: object.id, type: readers.types[object.stream]! })
      if (removed && isAlive) unsure.add(object.id)
      if (!isAlive || object.stream !== 0) continue
      const edges = reported(object, readers, contradicted)
      const live = readers.isSingle ? edges.filter(edge => edge.removed === null).length : 0
      if (live > 0) replaced.add(object.id)
      // Which one came last is not known, so it is read.
      if (live < 2) found.push(edges)
      else reread.add(object.id)
    }
    table.set(found.flat(), 'reported')
  }

  const known = await knownEdges(memory, table, { gone, replaced, alive: new Set(alive.map(({ id }) => id)) })
  const owners = alive.filter(
    ({ id, type }) => type === readers.types[0] && (unsure.has(id) || reread.has(id) || !known.owners.has(id)),
  )
  const isOwner = new Set(owners.map(({ id }) => id))
  const targets = alive.filter(
    ({ id, type }) => unsure.has(id) || (!known.targets.has(id) && (isOwner.has(id) || type !== readers.types[0])),
  )
  for await (const edges of readers.ofOwners(
    ctx,
    owners.map(({ id }) => id),
  ))
    table.set(edges, 'read')
  for await (const edges of readers.ofTargets(ctx, targets)) table.set(edges, 'read')
  await decide(ctx, table, readers, contradicted)
  for (const id of unsure) gone.delete(id)
  for (const edges of table.edges(undefined, edgesAtOnce))
    table.set(
      edges.flatMap(edge => {
        const removed = gone.get(edge.owner) ?? gone.get(edge.target)
        return removed && edge.removed !== removed ? [{ ...edge, removed }] : []
      }),
      'decided',
    )
  table.end()
}

/** The links that the entries of an object report, which may be several entries. */
const reported = (
  { id: owner, entries }: ChangedObject,
  { relation, leftOut }: EdgeReaders,
  contradicted: Map<string, Linked>,
): readonly Edge[] => {
  const found = new Map<string, Edge>()
  for (const entry of entries)
    for (const link of (entry[`${relation}@delta`] ?? []) as readonly (Changed & Entity)[]) {
      const type = typeIn(link)
      if (type !== null && leftOut.includes(type)) continue
      const edge: Edge = { owner, target: link.id, type, removed: link['@removed'] ? 'deleted' : null }
      const before = found.get(link.id)
      if (before && before.removed !== edge.removed)
        contradicted.set(edgeKey(edge), { id: link.id, type: type ?? 'user' })
      found.set(link.id, edge)
    }
  return [...found.values()]
}

/** Which of the objects that are there have a link, and to which there is one. */
interface KnownEdges {
  readonly owners: ReadonlySet<string>
  readonly targets: ReadonlySet<string>
}

/**
 * Looks through the links that earlier runs had. Those of or to objects that are gone are gone, too, and those that were replaced. Rows
 * of a run that did not save may have been published: they are removed, and do not count as known.
 */
const knownEdges = async (
  memory: DeltaMemory,
  table: EdgeTable,
  {
    gone,
    replaced,
    alive,
  }: {
    readonly gone: ReadonlyMap<string, Removed>
    readonly replaced: ReadonlySet<string>
    readonly alive: ReadonlySet<string>
  },
): Promise<KnownEdges> => {
  const owners = new Set<string>()
  const targets = new Set<string>()
  for (const [lists, isKnown] of [
    [memory.ids(), true],
    [memory.unsavedIds(), false],
  ] as const)
    for await (const keys of lists) {
      const removed: Edge[] = []
      for (const key of keys) {
        const [owner = '', target = ''] = key.split('/')
        if (isKnown && alive.has(owner)) owners.add(owner)
        if (isKnown && alive.has(target)) targets.add(target)
        const why = gone.get(owner) ?? gone.get(target) ?? (replaced.has(owner) ? 'deleted' : undefined)
        if (why) removed.push({ owner, target, type: null, removed: why })
      }
      table.set(removed, 'presumed')
    }
  return { owners, targets }
}

/** Entries come in no certain order, so a link that was both added and removed is looked up. */
const decide = async (
  ctx: Context,
  table: EdgeTable,
  readers: EdgeReaders,
  contradicted: ReadonlyMap<string, Linked>,
): Promise<void> => {
  if (contradicted.size === 0) return
  const there = new Set<string>()
  for await (const edges of readers.ofTargets(ctx, [...contradicted.values()]))
    for (const edge of edges) there.add(edgeKey(edge))
  table.set(
    [...contradicted].map(([key, { id: target, type }]) => ({
      ...{ owner: key.slice(0, key.indexOf('/')), target, type },
      removed: there.has(key) ? null : ('deleted' as const),
    })),
    'decided',
  )
}
