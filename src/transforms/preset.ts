import type { ColumnTypes } from '../core/column-type.ts'
import { emptyRow, type Fields } from '../core/json.ts'
import type { Transform } from '../core/parts.ts'
import {
  emptyColumns,
  readersOf,
  same,
  selected,
  typesIn,
  type Preset,
  type PresetKind,
} from '../data/presets/preset.ts'
import { staleColumn } from '../data/presets/stale.ts'
import { presetFor } from '../data/presets/presets.ts'
import { given } from '../core/given.ts'
import { stale, type StaleOptions } from './stale.ts'

/** A known column layout, as options for the three parts of a plan. */
export interface PresetParts {
  /** Options of the source: `users({ ...preset('users', 'portal-users').listing })`. */
  readonly listing: { readonly select: readonly string[]; readonly expand?: string; readonly advanced?: boolean }
  /** The transform before the layout, if the preset has only some of the objects: `stale-users`. */
  readonly only?: Transform<Fields, Fields>
  /** The transform that lays out the rows. */
  readonly layout: Transform<Fields, Fields>
  /** Options of the sink: `csv({ to, ...preset('users', 'portal-users').header })`. */
  readonly header: { readonly columns: readonly string[]; readonly emptyColumns: readonly string[] }
  /** Options of a sink whose columns have types: `parquet({ to, ...header, types })`. */
  readonly types: ColumnTypes
}

/**
 * The layout of a portal's download or a documented script, header by header, followed by `more` properties under their
 * own names. A property that the layout already has under the same header is not added again.
 *
 * @param options of `stale-users`, whose rows pass `only` first
 * @throws EntrapipeError `PRESET_UNKNOWN` with the available names
 */
export const preset = (
  of: PresetKind,
  name: string,
  more: readonly string[] = [],
  options: StaleOptions = {},
): PresetParts => {
  const found = withMore(presetFor(name, of), more)
  const columns = readersOf(found)
  const names = columns.map(({ name }) => name)
  const empty = emptyRow(names)
  return {
    listing: {
      select: selected(found),
      ...given({ expand: found.expand }),
      ...(found.advanced ? { advanced: true } : {}),
    },
    ...(found.isStale && { only: stale(options) }),
    layout: {
      kind: 'preset',
      spreads: true,
      describe: async () => ({
        preset: name,
        ...given({ uncertain: found.uncertain }),
      }),
      reads: [
        ...found.columns.flatMap(({ from }) => (from === undefined ? [] : [{ name: from }])),
        ...(found.isStale ? [{ name: staleColumn }] : []),
      ],
      columns: () => ({ names, closed: true }),
      // Values may be read from several properties of a whole object.
      project: given => (given ? undefined : columns),
      open: () => row => {
        const value = empty()
        for (const { name, read } of columns) value[name] = read(row.value)
        return { key: row.key, value }
      },
    },
    header: { columns: names, emptyColumns: emptyColumns(found) },
    types: typesIn(found),
  }
}

const withMore = (layout: Preset, more: readonly string[]): Preset => {
  const has = new Set(layout.columns.map(({ header }) => header))
  return { ...layout, columns: [...layout.columns, ...same(...new Set(more.filter(name => !has.has(name))))] }
}
