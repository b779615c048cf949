import type { Context } from '../../../core/context.ts'
import type { Changed } from '../drift.ts'
import type { Entity } from '../listing.ts'
import { typeIn } from '../related-row.ts'
import type { ChangedState } from './changed-objects.ts'
import { removedIn, type Removed } from './changed-rows.ts'
import type { DeltaMemory } from './delta-memory.ts'
import type { DeltaEntry, DeltaRun } from './delta-run.ts'
import { edgeKey, type Edge, type EdgeTable } from './edge-table.ts'

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
  ofOwners(ctx: Context, ids: Iterable<string>): AsyncIterable<readonly Edge[]>
  /** Reads all links to some objects of a type. */
  ofTargets(ctx: Context, type: string, ids: Iterable<string>): AsyncIterable<readonly Edge[]>
}

const atOnce = 1000

/**
 * Finds which links have changed. Graph reports a link that was added or removed, and one to or from an object that was deleted
 * permanently. It does not report the links of an object that is in the recycle bin, or that was restored from there: the former
 * are those that earlier runs had, the latter are read. What is found is on disk; some thousand links are held.
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
  const { objects } = table
  const [ownerType = ''] = readers.types
  setReported(run, table, readers)
  await setPresumed(memory, table)
  for await (const edges of readers.ofOwners(ctx, objects.unknownOwners(ownerType))) table.set(edges, 'read')
  for (const type of readers.types)
    for await (const edges of readers.ofTargets(ctx, type, objects.unknownTargets(type, ownerType)))
      table.set(edges, 'read')
  await decide(ctx, table, readers)
  table.removeOfGone()
  table.end()
}

/** What the entries of one object say. */
interface Reported {
  readonly id: string
  readonly stream: number
  gone: Removed | undefined
  alive: boolean
  /** Of an object that has one link at most: what is reported of it, in order. */
  readonly links: Edge[]
}

/** Notes the objects that have entries, and the links that these report. An object may have many thousand, in many entries. */
const setReported = (run: DeltaRun, table: EdgeTable, readers: EdgeReaders): void => {
  let objects: ChangedState[] = []
  let edges: Edge[] = []
  const flush = (least: number): void => {
    if (objects.length + edges.length < least) return
    table.objects.add(objects)
    table.set(edges, 'reported')
    objects = []
    edges = []
  }
  const add = ({ id, stream, gone, alive, links }: Reported): void => {
    const live = new Set<string>()
    for (const { target, removed } of links)
      if (removed === null) live.add(target)
      else live.delete(target)
    // Which of several came last is not known, so it is read.
    const reread = live.size > 1
    if (!reread) edges.push(...links)
    objects.push({ id, type: readers.types[stream]!, alive, gone, replaced: live.size > 0, reread })
  }
  let object: Reported | undefined
  for (const entry of run.entries()) {
    if (object?.id !== entry.id) {
      if (object) add(object)
      object = { id: entry.id, stream: entry.stream, gone: undefined, alive: false, links: [] }
    }
    const removed = removedIn([entry.entry])
    if (object.gone !== 'deleted') object.gone = removed ?? object.gone
    object.alive ||= !entry.entry['@removed']
    if (entry.stream === 0) (readers.isSingle ? object.links : edges).push(...linksIn(entry, readers))
    flush(atOnce)
  }
  if (object) add(object)
  flush(0)
}

/** The links that an entry reports. */
const linksIn = ({ id: owner, entry }: DeltaEntry, { relation, leftOut }: EdgeReaders): readonly Edge[] =>
  ((entry[`${relation}@delta`] ?? []) as readonly (Changed & Entity)[]).flatMap(link => {
    const type = typeIn(link)
    if (type !== null && leftOut.includes(type)) return []
    return { owner, target: link.id, type, removed: link['@removed'] ? ('deleted' as const) : null }
  })

/**
 * Looks through the links that earlier runs had. Those of or to objects that are gone are gone, too, and those that were replaced. Rows
 * of a run that did not save may have been published: they are removed, and do not count as known.
 */
const setPresumed = async (memory: DeltaMemory, { objects, set }: EdgeTable): Promise<void> => {
  for (const [lists, isKnown] of [
    [memory.ids(), true],
    [memory.unsavedIds(), false],
  ] as const)
    for await (const keys of lists) {
      const links = keys.map(key => key.split('/'))
      const changed = objects.of(new Set(links.flat()))
      if (changed.size === 0) continue
      const owners = new Set<string>()
      const targets = new Set<string>()
      const removed: Edge[] = []
      for (const [owner = '', target = ''] of links) {
        const [from, to] = [changed.get(owner), changed.get(target)]
        if (isKnown && from?.alive) owners.add(owner)
        if (isKnown && to?.alive) targets.add(target)
        const why = from?.gone ?? to?.gone ?? (from?.replaced ? 'deleted' : undefined)
        if (why) removed.push({ owner, target, type: null, removed: why })
      }
      objects.linked(owners, targets)
      set(removed, 'presumed')
    }
}

/** Entries come in no certain order, so a link that was both added and removed is looked up. */
const decide = async (ctx: Context, table: EdgeTable, readers: EdgeReaders): Promise<void> => {
  for (const edges of table.contradicted(atOnce)) {
    const type = edges[0]!.type ?? 'user'
    const keys = new Set(edges.map(edgeKey))
    const there = new Set<string>()
    for await (const found of readers.ofTargets(ctx, type, new Set(edges.map(({ target }) => target))))
      for (const key of found.map(edgeKey)) if (keys.has(key)) there.add(key)
    table.set(
      edges.map(edge => ({ ...edge, type, removed: there.has(edgeKey(edge)) ? null : ('deleted' as const) })),
      'decided',
    )
  }
}
