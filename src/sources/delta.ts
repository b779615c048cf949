import type { Judged } from '../core/completeness.ts'
import type { Context } from '../core/context.ts'
import { EntrapipeError } from '../core/errors.ts'
import { given } from '../core/given.ts'
import type { Fields, Json } from '../core/json.ts'
import type { DeltaFacts } from '../core/manifest.ts'
import type { Read, Source } from '../core/parts.ts'
import type { Destination } from '../core/place.ts'
import { failuresIn } from '../core/result.ts'
import type { Row } from '../core/row.ts'
import { deltaKinds, deltaLinkLifeDays, removedColumn, type DeltaKindName } from '../data/delta-kinds.ts'
import { expectOptions, needed, oneOf, optional, someText, someTexts } from '../data/expect-options.ts'
import { listableProperties } from '../data/listing.ts'
import { relationsOfType } from '../data/properties.ts'
import { collection } from './graph/collection.ts'
import { changedRows, type DeltaRow } from './graph/delta/changed-rows.ts'
import { deltaRun, type DeltaRun, type NextLink } from './graph/delta/delta-run.ts'
import type { DeltaMemory, SavedDelta } from './graph/delta/delta-memory.ts'
import { memoryName, openDelta, type OpenDelta } from './graph/delta/open-delta.ts'
import { readRound, timeOf } from './graph/delta/read-round.ts'
import { typed } from './graph/directory-listing.ts'
import { latestLink } from './graph/drift.ts'
import { isLate, lateShard } from './graph/late.ts'
import type { Entity } from './graph/listing.ts'
import { listingOptions } from './graph/listing-options.ts'
import { selection } from './graph/selection.ts'
import { byDisplayName, byMailNickname, byUserPrincipalName } from './graph/sharding/shard-key.ts'

/** Options of `delta`. */
export interface DeltaOptions {
  readonly of: DeltaKindName
  /** Properties, and paths into them. */
  readonly select: readonly string[]
  /** Apart from other deltas of the same objects and properties: lower-case letters, digits and hyphens, at most 20. */
  readonly name?: string
  /** Where the rows are written. Changes are not written over the load that they continue. */
  readonly place?: Pick<Destination, 'published'> | undefined
  /** Rows per page of a full load, 1 to 999. @default 999 */
  readonly top?: number
}

const shardKeys: Readonly<Partial<Record<DeltaKindName, typeof byDisplayName>>> = {
  users: byUserPrincipalName,
  groups: byMailNickname,
  devices: byDisplayName,
}

/** A link of this age is close to its end. */
const oldDays = 5
const dayMs = 24 * 60 * 60 * 1000
const changesShard = 'changes'
const rowsAtOnce = 300

/**
 * The changes of a kind of objects since the last run: a row for each object that was created, updated or restored, with the selected
 * properties as they are now, and one with only its id for each that was deleted. `removed` is null, or why it is gone: `changed` (in
 * the recycle bin), `deleted` (permanently), `absent` (missing from a full load). `key` is the id, and each has one row.
 *
 * The first run reads all objects. So does one whose link Graph no longer knows, and it also reports what is gone of the objects that
 * earlier runs had. The link to the changes is kept beyond the run, per tenant, kind, properties and name, with the ids of all objects
 * (25 bytes each). It is replaced once the output is published and the run is done, unless rows failed or a limit ended it.
 *
 * @throws EntrapipeError `PROPERTY_UNKNOWN`, `OPTION_INVALID` at once
 * @see https://learn.microsoft.com/graph/delta-query-overview
 */
export const delta = (options: DeltaOptions): Source<Fields> => {
  expectOptions('delta', options, {
    of: { ...oneOf(...Object.keys(deltaKinds)), needs: `the kind of objects` },
    select: { ...needed('a list of properties'), ...someTexts },
    name: someText,
    place: optional,
    top: listingOptions.top,
  })
  const { of, select, name, top, place } = options
  const { path, type, isWhole } = deltaKinds[of]
  if (name !== undefined && !nameShape.test(name))
    throw new EntrapipeError(
      'OPTION_INVALID',
      `Expected \`name\` to be lower-case letters, digits and hyphens, at most 20, got ${JSON.stringify(name)}`,
    )
  expectNoRelations(of, type, select)
  const checked = typed({ path, type, select, delta: true, ...given({ top }) })
  expectTracked(of, type, select)
  const rows = changedRows(path, type, select, isWhole)
  const by = shardKeys[of]
  const listing = collection<Entity>(of, {
    ...checked,
    parsed: true,
    ...(by && { shards: { by } }),
  })
  const { names } = selection(select)
  const file = memoryName({ of, select: names, name })
  let opened: Promise<OpenDelta> | undefined
  let isChanges = false
  const open = (ctx: Context): Promise<OpenDelta> => {
    opened ??= openDelta(ctx, file).then(delta => {
      ;({ isChanges } = delta)
      return delta
    })
    return opened
  }
  /** Notes rows before they are passed on. */
  const noted = (run: DeltaRun, made: readonly DeltaRow[]): readonly Row<Fields>[] => {
    for (const gone of [false, true])
      run.add(
        made.filter(row => row.gone === gone).map(({ id }) => id),
        gone,
      )
    return made.map(({ id, value }) => ({ key: id, value }))
  }

  async function* changes(ctx: Context, saved: NextLink, from: string | undefined): AsyncGenerator<Read<Fields>> {
    const run = deltaRun(ctx)
    await readRound(ctx, run, saved.link, { what: of, count: async () => listing.count?.(ctx) })
    for (const objects of run.objects(from, rowsAtOnce))
      yield { rows: noted(run, await rows.of(ctx, objects)), position: { after: objects.at(-1)!.id } }
  }

  /** What earlier runs had and this one has not read. */
  async function* absent(ctx: Context, { memory }: OpenDelta): AsyncGenerator<Read<Fields>> {
    const run = deltaRun(ctx)
    for (const ids of memory.ids()) {
      const were = ctx.wasRead?.(ids)
      const unread = ids.filter((_, at) => !were?.[at])
      if (unread.length === 0) continue
      const found = await rows.found(ctx, unread)
      const there = new Set(found.map(({ id }) => id))
      const gone = unread.filter(id => !there.has(id)).map(id => rows.gone(id, 'absent'))
      yield { rows: noted(run, [...found, ...gone]) }
    }
  }

  return {
    kind: 'delta',
    usesGraph: true,
    keys: 'unique',
    live: () => !isChanges,
    async check(ctx) {
      const { saved } = await open(ctx)
      if (place && saved && isChanges) await expectAnother(ctx, place, saved)
    },
    async describe(ctx) {
      const { saved } = await open(ctx)
      return {
        of,
        query: `$select=${names.join(',')}`,
        select,
        ...given({ name }),
        load: isChanges ? 'changes' : 'full',
        ...given({ after: saved?.run }),
        generation: saved?.generation ?? 0,
      }
    },
    columns: () => ({
      names: rows.columns,
      closed: true,
      more: 'Other properties are returned if `select` names them.',
    }),
    async split(ctx, most) {
      await open(ctx)
      if (isChanges) return [{ name: changesShard }]
      return (await listing.split?.(ctx, most)) ?? [{ name: listing.kind }]
    },
    async *read(ctx, shard, from) {
      const delta = await open(ctx)
      if (shard.name === changesShard)
        return yield* changes(ctx, delta.saved!, (from as { readonly after: string } | undefined)?.after)
      const run = deltaRun(ctx)
      for await (const page of listing.read(ctx, shard, from))
        yield {
          ...page,
          rows: noted(
            run,
            page.rows.map(({ value }) => rows.live(value)),
          ),
        }
      if (isLate(shard) && delta.saved) yield* absent(ctx, delta)
    },
    pace: ctx => (isChanges ? undefined : listing.pace?.(ctx)),
    async count(ctx) {
      await open(ctx)
      return isChanges ? undefined : listing.count?.(ctx)
    },
    async present(ctx) {
      await open(ctx)
      if (isChanges) return undefined
      const sinceMs = timeOf(ctx)
      const link = await latestLink(ctx, path, names)
      if (link === undefined) throw noLink(of)
      return { delta: link, ...((await listing.present?.(ctx)) as object | undefined), link, sinceMs }
    },
    late: lateShard,
    drift: (ctx, since, countedAtMs) => listing.drift!(ctx, since, countedAtMs),
    delta: {
      async facts(ctx, present) {
        const { memory, saved } = await open(ctx)
        const run = deltaRun(ctx)
        const { sinceMs } = nextOf(run, present)
        const to = new Date(sinceMs).toISOString()
        if (!isChanges)
          return { facts: { kind: 'full', ...given({ after: saved?.run }), to, removed: saved ? run.gone() : 0 } }
        const counts = countsOf(run, memory)
        const facts: DeltaFacts = {
          kind: 'changes',
          after: saved!.run,
          from: new Date(saved!.sinceMs).toISOString(),
          to,
          ...counts.rows,
        }
        return { facts, judged: judgedBy(of, counts.known, run.next?.counted, await listing.count?.(ctx)) }
      },
      async stage(ctx, manifest, present) {
        const { memory, saved } = await open(ctx)
        const ageMs = saved ? timeOf(ctx) - saved.sinceMs : 0
        const notes = notesOf(of, ageMs, saved !== undefined && !isChanges)
        if (failuresIn(manifest.counts) > 0 || manifest.limit !== undefined)
          return [
            ...notes,
            `${manifest.limit === undefined ? 'Rows failed' : 'A limit ended the run'}, so the next run reports the same changes again.`,
          ]
        const run = deltaRun(ctx)
        const { link, sinceMs } = nextOf(run, present)
        memory.stage({
          generation: saved?.generation ?? 0,
          state: { link, sinceMs, run: ctx.run, files: manifest.files },
          isFull: !isChanges,
          keys: run.keys(),
        })
        return notes
      },
      async save(ctx) {
        ;(await open(ctx)).memory.save(ctx.run)
      },
    },
  }
}

/** @throws EntrapipeError `OPTION_INVALID` if the place still has what the earlier run wrote there */
const expectAnother = async (
  ctx: Context,
  place: Pick<Destination, 'published'>,
  { run, files }: SavedDelta,
): Promise<void> => {
  const earlier = Object.create(ctx, { run: { value: run } }) as Context
  if (!(await place.published(earlier, files))) return
  throw new EntrapipeError(
    'OPTION_INVALID',
    'The file or folder has the load that these changes continue, and they would replace it.',
    { facts: { run }, fix: 'Write the changes to another one, or move it away once it is loaded.' },
  )
}

/** A tenant without changes, such as one of External ID. */
const noLink = (of: string): EntrapipeError =>
  new EntrapipeError('GRAPH_REFUSED', `Graph returned no link to the changes of ${of}.`, {
    fix: 'Some tenants have no change tracking. Export without a delta.',
  })

const nameShape = /^[a-z][a-z0-9-]{0,19}$/

/** @throws EntrapipeError `OPTION_INVALID` */
const expectNoRelations = (of: DeltaKindName, type: string, select: readonly string[]): void => {
  const relations = relationsOfType(type)
  const found = select.find(name => relations.has(name.split('/')[0]!))
  if (found !== undefined)
    throw new EntrapipeError('OPTION_INVALID', `A delta of ${of} has no related objects, such as ${found}.`)
}

/** @throws EntrapipeError `OPTION_INVALID` */
const expectTracked = (of: DeltaKindName, type: string, select: readonly string[]): void => {
  const tracked = new Set(['id', ...listableProperties(type)])
  const found = select.find(name => !tracked.has(name.split('/')[0]!))
  if (found !== undefined)
    throw new EntrapipeError('OPTION_INVALID', `Graph does not report changes of ${found} of ${of}.`, {
      facts: { type, property: found },
      fix: 'Leave it out, and export it without a delta.',
    })
}

/** Where the next run begins: after the changes that were read, or where a full load began. */
/** Lists of so many. */
function* inLists<T>(items: Iterable<T>, length: number): Generator<readonly T[]> {
  let list: T[] = []
  for (const item of items) {
    list.push(item)
    if (list.length < length) continue
    yield list
    list = []
  }
  if (list.length > 0) yield list
}

const nextOf = (run: DeltaRun, present: Json | undefined): NextLink => (run.next ?? present) as unknown as NextLink

const countsOf = (
  run: DeltaRun,
  memory: DeltaMemory,
): { readonly rows: Required<Pick<DeltaFacts, 'created' | 'updated' | 'removed'>>; readonly known: number } => {
  const rows = { created: 0, updated: 0, removed: 0 }
  let known = memory.count()
  for (const keys of inLists(run.keys(), rowsAtOnce)) {
    const had = memory.hasKeys(keys.map(({ key }) => key))
    for (const [at, { gone }] of keys.entries()) {
      rows[gone ? 'removed' : had[at] ? 'updated' : 'created']++
      if (gone && had[at]) known--
      if (!gone && !had[at]) known++
    }
  }
  return { rows, known }
}

/** Compares the objects that are known after the changes with the service's counts. */
const judgedBy = (of: string, known: number, before: number | undefined, after: number | undefined): Judged => {
  if (before === undefined || after === undefined)
    return { completeness: 'unverified', why: `the service has no count of ${of} to compare the changes with` }
  if (known === before && known === after) return { completeness: 'complete' }
  const compared = `after these changes ${known} ${of} are known, and ${before === after ? before : `${before} before and ${after} after`} were counted`
  return known >= Math.min(before, after) && known <= Math.max(before, after)
    ? { completeness: 'drifted', why: `${compared}: the directory changed meanwhile` }
    : {
        completeness: 'unverified',
        why: `${compared}: the count lags behind the changes, or changes are missing. If it stays so, begin again with a full load`,
      }
}

const notesOf = (of: string, ageMs: number, isAgain: boolean): readonly string[] => {
  if (isAgain)
    return [
      `Graph no longer knew the earlier changes of ${of}, so all were read. What is gone since the last run has "absent" in the column ${removedColumn}.`,
    ]
  const days = Math.floor(ageMs / dayMs)
  return days < oldDays
    ? []
    : [
        `The last run was ${days} days ago. Graph keeps the changes for ${deltaLinkLifeDays} days; after that, everything is read again.`,
      ]
}
