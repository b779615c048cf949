import { EntrapipeError } from '../core/errors.ts'
import { given } from '../core/given.ts'
import type { Fields } from '../core/json.ts'
import type { Source } from '../core/parts.ts'
import type { Destination } from '../core/place.ts'
import { deltaKinds, type DeltaKindName } from '../data/delta-kinds.ts'
import { expectOptions, needed, oneOf, optional, someText, someTexts } from '../data/expect-options.ts'
import { listableProperties } from '../data/listing.ts'
import { relationsOfType } from '../data/properties.ts'
import { parseFilter } from '../odata/parse-filter.ts'
import { splitFilter } from '../odata/split-filter.ts'
import { ahead } from './graph/ahead.ts'
import { collection } from './graph/collection.ts'
import { changedRows } from './graph/delta/changed-rows.ts'
import { deltaSource } from './graph/delta/delta-source.ts'
import { typed } from './graph/directory-listing.ts'
import type { Entity } from './graph/listing.ts'
import { listingOptions } from './graph/listing-options.ts'
import { selection } from './graph/selection.ts'
import { shardKeyOf } from './graph/sharding/shard-key.ts'

/** Options of `delta`. */
export interface DeltaOptions {
  readonly of: DeltaKindName
  /** Properties, and paths into them. */
  readonly select: readonly string[]
  /** Only some objects, at most 15: `id eq '…' or id eq '…'`, or `id in ('…')`. @default all */
  readonly filter?: string
  /** Apart from other deltas of the same objects and properties: lower-case letters, digits and hyphens, at most 20. */
  readonly name?: string
  /** Where the rows are written. Changes are not written over the load that they continue. */
  readonly place?: Pick<Destination, 'published'> | undefined
  /** Rows per page of a full load, 1 to 999. @default 999 */
  readonly top?: number
}

const objectsAtOnce = 300
/** Of those that must be read. */
const listsAtOnce = 4

/**
 * The changes of a kind of objects since the last run: a row for each object that was created, updated or restored, with the selected
 * properties as they are now, and one with only its id for each that was deleted. `removed` is null, or why it is gone: `changed` (in
 * the recycle bin), `deleted` (permanently), `absent` (missing from a full load). `key` is the id, and each has one row.
 *
 * The first run reads all objects. So does one whose link Graph no longer knows, and it also reports what is gone of the objects that
 * earlier runs had. The link to the changes is kept beyond the run, per tenant, kind, properties and name, with the ids of all objects
 * (about 50 bytes each). It is replaced once the output is published and the run is done, unless rows failed or a limit ended it.
 *
 * @throws EntrapipeError `PROPERTY_UNKNOWN`, `OPTION_INVALID` at once
 * @see https://learn.microsoft.com/graph/delta-query-overview
 */
export const delta = (options: DeltaOptions): Source<Fields> => {
  expectOptions('delta', options, {
    of: { ...oneOf(...Object.keys(deltaKinds)), needs: 'the kind of objects' },
    select: { ...needed('a list of properties'), ...someTexts },
    filter: someText,
    name: someText,
    place: optional,
    top: listingOptions.top,
  })
  const { of, select, filter, name, top, place } = options
  const { path, type, isWhole } = deltaKinds[of]
  expectNoRelations(of, type, select)
  const checked = typed({ path, type, select, delta: true, ...given({ filter, top }) })
  expectTracked(of, type, select)
  const ids = filter === undefined ? undefined : idsIn(filter)
  const rows = changedRows(path, type, select, isWhole)
  const by = shardKeyOf(type)
  const listing = collection<Entity>(of, { ...checked, parsed: true, ...(by && { shards: { by, direct: true } }) })
  return deltaSource({
    ...{ of, name, place, columns: rows.columns },
    streams: [{ path, select: selection(select).names, ids }],
    full: {
      ...listing,
      async *read(...args) {
        for await (const page of listing.read(...args))
          yield { ...page, rows: page.rows.map(({ key, value }) => ({ key, value: rows.live(value).value })) }
      },
    },
    async *changed(ctx, run, _delta, from) {
      yield* ahead(run.objects(from, objectsAtOnce), listsAtOnce, async objects => ({
        rows: await rows.of(ctx, objects),
        after: objects.at(-1)!.id,
      }))
    },
    async unread(ctx, ids) {
      const found = await rows.found(ctx, ids)
      const there = new Set(found.map(({ id }) => id))
      return [...found, ...ids.filter(id => !there.has(id)).map(id => rows.gone(id, 'absent'))]
    },
  })
}

/** @throws EntrapipeError `OPTION_INVALID` */
const expectNoRelations = (of: DeltaKindName, type: string, select: readonly string[]): void => {
  const relations = relationsOfType(type)
  const found = select.find(name => relations.has(name.split('/')[0]!))
  if (found !== undefined)
    throw new EntrapipeError('OPTION_INVALID', `A delta of ${of} has no related objects, such as ${found}.`)
}

/** A listing takes no more of them. See https://learn.microsoft.com/graph/filter-query-parameter */
const mostIds = 15

/** The ids that a filter names. @throws EntrapipeError `OPTION_INVALID` for any other filter */
const idsIn = (filter: string): readonly string[] => {
  const { index, residual } = splitFilter(parseFilter(filter), one => one.kind === 'equal' && one.property === 'id')
  if (index?.kind === 'equal' && !residual && index.values.length <= mostIds)
    return index.values.map(({ value }) => String(value))
  throw new EntrapipeError(
    'OPTION_INVALID',
    `Graph reports changes of all objects, or of up to ${mostIds} that \`filter\` names by id, so other filters do not apply.`,
    { fix: 'Filter the changes where they are loaded.' },
  )
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
