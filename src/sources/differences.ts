import type { Columns } from '../core/columns.ts'
import type { Context, Origin } from '../core/context.ts'
import { EntrapipeError } from '../core/errors.ts'
import { given } from '../core/given.ts'
import { joined } from '../core/joined.ts'
import type { Fields, Json } from '../core/json.ts'
import type { Source } from '../core/parts.ts'
import type { Row } from '../core/row.ts'
import { joinSorted } from '../core/sorted.ts'
import { expectOptions, isNamed, needed, optional, someTexts, trueOrFalse } from '../data/expect-options.ts'
import { rowsRead } from '../places/rows-read.ts'
import { compared, type Compared } from './differences/compared.ts'
import { differenceOf } from './differences/difference-of.ts'
import { inOrder } from './differences/in-order.ts'
import { layoutOf } from './differences/layout.ts'
import { readSide, shownKey, type Side } from './differences/read-side.ts'
import { rowCodec } from './differences/row-codec.ts'
import { isSelectable, type Selectable } from './differences/selectable.ts'

/** Options of `differences`. */
export interface DifferencesOptions {
  readonly old: Source<Fields>
  readonly new: Source<Fields> | Selectable
  /** Names of the two inputs in messages. @default their kinds */
  readonly names?: readonly [old: string, new: string]
  /** Columns whose values together identify a row. They are compared as text. */
  readonly key: readonly string[]
  /** Columns to compare. Both inputs must have them. @default all that both have */
  readonly columns?: readonly string[]
  /** Columns that are not compared. */
  readonly ignore?: readonly string[]
  /** Whether each property has two columns, as a CSV needs it, instead of the objects `old` and `new`. @default false */
  readonly flat?: boolean
  /**
   * Whether values are compared as the text of a CSV cell: `true` and true are then equal, `E3;P1` and the list of both, and empty
   * text and null. @default false
   */
  readonly asText?: boolean
  /** Whether the rows may be of different tenants. @default false */
  readonly acrossTenants?: boolean
}

/**
 * The rows in which two inputs differ, in the order of their keys: `change` (`added`, `removed`, `changed`), the key, and `old` and
 * `new` with the properties that differ, or with all of a row that only one input has. `flat` rows have the names of changed
 * properties in `properties`, and each property in `<name>.old` and `<name>.new`. A missing value equals null. Rows are sorted on
 * disk: about 40 MB of memory, whatever their number. A run that is resumed reads both inputs again.
 *
 * @throws EntrapipeError `OPTION_INVALID`; `COLUMN_UNKNOWN` if an input lacks a column of `key` or `columns`; `INPUT_MALFORMED` if a
 *   key is empty or repeated, or an input rejects a row; `INPUT_FOREIGN` if the rows are of different tenants; `DISK_FULL`
 */
export const differences = (options: DifferencesOptions): Source<Fields> => {
  expectOptions('differences', options, {
    old: needed('a source', isSource),
    new: needed('a source', input => isSource(input) || (isNamed(input) && 'select' in input)),
    names: optional,
    key: needed('a list of columns', isList),
    columns: someTexts,
    ignore: someTexts,
    flat: trueOrFalse,
    asText: trueOrFalse,
    acrossTenants: trueOrFalse,
  })
  const { key, columns, ignore = [], flat = false, asText = false, acrossTenants = false } = options
  const { old: source, new: other } = options
  const names = options.names ?? ([options.old.kind, options.new.kind] as const)
  // A listing is asked for the columns of the file, so what else its rows have is nothing that only they have.
  const comparedIn = (old: readonly string[], now: readonly string[]) =>
    compared(old, isSelectable(other) ? now.filter(name => old.includes(name)) : now, { names, key, columns, ignore })

  /** The other input, for the columns of the first one. */
  const otherFor = (names: readonly string[]): Source<Fields> =>
    isSelectable(other) ? other.select((columns ? [...key, ...columns] : names).filter(other.has)) : other

  /** The columns of both inputs; undefined if they are not known before the first row. */
  const known = async (ctx: Context): Promise<readonly [Columns, Columns] | undefined> => {
    const old = await source.columns?.(ctx)
    if (!old?.closed) return undefined
    const now = await otherFor(old.names).columns?.(ctx)
    return now?.closed ? [old, now] : undefined
  }

  return {
    kind: 'differences',
    ...(other.usesGraph && { usesGraph: true, live: false }),
    // A directory changes, so that other rows would differ.
    resumable: source.resumable !== false && !isSelectable(other) && other.resumable !== false,
    async check(ctx) {
      await source.check?.(ctx)
      if (!isSelectable(other)) await other.check?.(ctx)
      layoutOf(key, [], flat)
    },
    async describe(ctx) {
      const { old: _, new: __, ...rest } = options
      const now = isSelectable(other) ? undefined : await other.describe?.(ctx)
      return {
        kind: 'differences',
        ...rest,
        from: [(await source.describe?.(ctx)) ?? source.kind, now ?? other.kind],
      } as Json
    },
    async columns(ctx) {
      const both = await known(ctx)
      const properties = both && comparedIn(both[0].names, both[1].names).properties
      // Properties that are not known yet follow. Without differences, the header of a file has the others.
      return {
        names: layoutOf(key, properties ?? columns ?? [], flat).columns,
        closed: !flat || properties !== undefined,
      }
    },
    async *read(ctx, _shard, position) {
      const progress = rowsRead(false, position)
      const both = await known(ctx)
      const kept = both ? comparedIn(both[0].names, both[1].names).properties : columns
      // Objects of a listing are distinguished by their ids.
      const isKept = kept ? new Set([...key, ...kept, ...(isSelectable(other) ? ['id'] : [])]) : undefined
      const codec = rowCodec(name => isKept?.has(name) ?? !ignore.includes(name), asText)
      const sorters = (['old', 'new'] as const).map(name => ctx.store.sorter(name))
      const sideOf = (at: 0 | 1, input: Source<Fields>) =>
        readSide(ctx, {
          source: input,
          name: names[at],
          key,
          codec,
          sorter: sorters[at]!,
          known: both?.[at].names ?? [],
        })
      try {
        const old = await sideOf(0, source)
        const now = await sideOf(1, otherFor(old.columns))
        if (!acrossTenants) expectOneTenant(old, now)
        // An input without rows may have no columns to name.
        const [inOld, inNew] = [old.rows > 0 || both ? old : now, now.rows > 0 || both ? now : old]
        const isEmpty = !both && old.rows + now.rows === 0
        const { properties, notes } = isEmpty ? noColumns : comparedIn(inOld.columns, inNew.columns)
        const layout = layoutOf(key, properties, flat)
        const counts = { added: 0, removed: 0, changed: 0, unchanged: 0 }
        let rows: Row<Fields>[] = []
        let passed = 0
        for (const pair of joinSorted(inOrder(old, key, codec), inOrder(now, key, codec))) {
          // Equal rows give no page, and the process must still see a signal.
          if (++passed % 10_000 === 0) {
            await new Promise(setImmediate)
            ctx.signal.throwIfAborted()
          }
          const difference = differenceOf(pair, properties, codec)
          counts[difference?.change ?? 'unchanged']++
          if (!difference || !progress.isNew()) continue
          rows.push({ key: shownKey((pair[0] ?? pair[1]!).key), value: layout.row(difference) })
          if (rows.length < 1000) continue
          yield { rows, ...progress.position }
          rows = []
        }
        for (const side of [old, now]) if (side.rows === 0) ctx.origin({ note: `${side.name} has no rows.` })
        for (const note of notes) ctx.origin({ note })
        const common = counts.changed + counts.unchanged
        const read = [common + counts.removed, common + counts.added] as const
        ctx.origin({ differences: counts, ...originOf([old, read[0]], [now, read[1]]) })
        if (rows.length > 0) yield { rows, ...progress.position }
      } finally {
        for (const sorter of sorters) sorter.remove()
      }
    },
  }
}

const noColumns: Compared = { properties: [], notes: [] }

const isSource = (source: unknown): boolean => isNamed(source) && 'read' in source

const isList = (key: unknown): boolean =>
  Array.isArray(key) && key.length > 0 && key.every(name => typeof name === 'string' && name !== '')

const expectOneTenant = (old: Side, now: Side): void => {
  const [one, other] = [old, now].map(side => side.originOf(side.rows).tenant)
  if (one === undefined || other === undefined || one === other) return
  throw new EntrapipeError(
    'INPUT_FOREIGN',
    `The rows of ${old.name} are of the tenant ${one}, and those of ${now.name} of ${other}: they are not the same objects.`,
    { fix: 'Compare rows of one tenant, or set `acrossTenants` if the key identifies a row in both.' },
  )
}

/** What is known of the rows of both inputs. A row that an input lacks looks as if it was added or removed. */
const originOf = (...sides: readonly (readonly [Side, number])[]): Origin => {
  const origins = sides.map(([{ name, originOf: judged }, read]) => ({ name, ...judged(read) }))
  const tenants = [...new Set(origins.flatMap(({ tenant }) => tenant ?? []))]
  const tenant = given({ tenant: tenants.length === 1 ? tenants[0] : undefined })
  const drifted = origins.find(({ completeness }) => completeness === 'drifted')
  // Equal filters leave out the same rows of both.
  const isApart = origins.some(({ chosenBy }) => chosenBy !== origins[0]!.chosenBy)
  const lacking = origins.filter(
    ({ limit, completeness, chosenBy }) =>
      limit !== undefined ||
      completeness === 'unverified' ||
      completeness === 'short' ||
      (isApart && chosenBy !== undefined),
  )
  if (lacking.length === 0)
    return drifted ? { ...tenant, completeness: 'drifted', ...given({ why: drifted.why }) } : tenant
  const reasons = lacking.map(({ name, limit, why, chosenBy }) => {
    if (limit !== undefined) return `${name} is limited to ${limit} rows`
    if (isApart && chosenBy !== undefined) return `${name} has only rows that a filter chose`
    return `${name} may lack rows${why === undefined ? '' : ` (${why})`}`
  })
  return {
    ...tenant,
    completeness: lacking.some(({ completeness }) => completeness === 'short') ? 'short' : 'unverified',
    why: `${joined(reasons)}: rows that an input lacks look added or removed`,
  }
}
