import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { defaultProperties, listableProperties, memberColumns, usualProperties } from '../../data/listing.ts'
import type { PresetKind } from '../../data/presets/preset.ts'
import { hasHeader } from '../../formats/format-of.ts'
import { parseExpand } from '../../odata/parse-expand.ts'
import { groupColumns } from '../../sources/members.ts'
import { preset as presetOf, type PresetParts } from '../../transforms/preset.ts'
import { outputFormat } from '../output-sink.ts'
import type { ExportParams } from './export-params.ts'
import type { Exported, PairColumns } from './exported-kind.ts'
import type { ExportKind } from './kinds.ts'

/** The properties requested from Graph, and the columns written. */
interface Layout {
  readonly preset?: PresetParts
  /** Properties to request. Undefined requests Graph's default. */
  readonly select?: readonly string[]
  /** Columns to write. Undefined writes all columns of each row. */
  readonly columns?: readonly string[]
  readonly expand?: string
}

/**
 * The columns of an export, in order: those of `--select`, of the preset, or the default ones. After them come added columns,
 * an expanded relation, and with several groups the columns of the group.
 *
 * @throws EntrapipeError `USAGE`, `PRESET_UNKNOWN`, `OPTION_INVALID`
 */
export const layout = (what: ExportKind, { type, pairs }: Omit<Exported, 'source'>, params: ExportParams): Layout => {
  const { preset, expand } = params
  const { only, added } = chosen(params)
  if (pairs) return layoutOfPairs(pairs(params), only, added)
  if (preset !== undefined && only)
    throw new EntrapipeError(
      'USAGE',
      '--preset and --select cannot be combined. To add columns to the preset, write a plus before each: --select +manager.',
    )
  const groups = new Set(params.group ?? []).size > 1 ? groupColumns : []
  const after = [...added, ...relationOf(expand), ...groups]
  if (preset !== undefined && preset !== 'all') {
    const parts = presetOf(what as PresetKind, preset, after, given({ days: params.days }))
    if (expand !== undefined && parts.listing.expand !== undefined && parts.listing.expand !== expand)
      throw new EntrapipeError('USAGE', `The preset ${preset} already expands a relation. Leave --expand out.`)
    return { preset: parts, ...given({ expand }) }
  }
  const base =
    only ?? (preset === 'all' ? everything(what, type) : what === 'users' ? usualProperties(type) : undefined)
  if (base || added.length > 0) {
    const columns = [...new Set([...(base ?? plainColumns(what, type)), ...after])]
    return { select: columns, columns, ...given({ expand }) }
  }
  if (what === 'graph' && outputFormat(params) === 'parquet')
    throw new EntrapipeError(
      'USAGE',
      'Parquet needs the columns before the first row, and those of this collection are not known. Name them with --select.',
    )
  // The header is written before the second row is read, and rows of a listing can have different properties.
  const columns =
    hasHeader(outputFormat(params)) && what !== 'graph' ? [...plainColumns(what, type), ...after] : undefined
  return { ...given({ columns, expand }) }
}

/**
 * Columns of pairs: those that name both objects, and those of the second one. If a column that names one is selected, only the selected
 * ones are written, and the keys.
 */
const layoutOfPairs = (
  { keys, first, then }: PairColumns,
  only: readonly string[] | undefined,
  added: readonly string[],
): Layout => {
  const own = (only ?? [...then, ...added]).filter(name => !first.includes(name))
  const lacking = keys.filter(name => !only?.includes(name))
  const columns = only?.some(name => first.includes(name)) ? [...lacking, ...only] : [...first, ...own]
  return { columns: [...new Set(columns)], ...(own.length > 0 && { select: [...new Set(own)] }) }
}

/** Columns that replace the default ones, or that are added to them. @throws EntrapipeError `USAGE` for both at once */
const chosen = ({ select }: ExportParams): { readonly only?: readonly string[]; readonly added: readonly string[] } => {
  if (!select) return { added: [] }
  if (select.some(name => /^\+\s*$/.test(name)))
    throw new EntrapipeError('USAGE', 'A plus in --select has no name after it. Write for example --select +manager.')
  const added = select.filter(name => name.startsWith('+'))
  if (added.length === 0) return { only: select, added }
  const plain = select.find(name => !name.startsWith('+'))
  if (plain !== undefined)
    throw new EntrapipeError(
      'USAGE',
      `--select mixes columns with and without a plus. To add columns, write +${plain}; to name all columns, leave the plus out of ${added.join(', ')}.`,
    )
  return { added: added.map(name => name.slice(1).trim()) }
}

const relationOf = (expand: string | undefined): readonly string[] =>
  expand === undefined ? [] : [parseExpand(expand).relation]

const everything = (what: ExportKind, type: string): readonly string[] => {
  const all = ['id', ...listableProperties(type).filter(name => name !== 'id')]
  return what === 'members' ? ['@odata.type', ...all] : all
}

/** Properties that Graph returns without `$select`, according to its documents. */
const plainColumns = (what: ExportKind, type: string): readonly string[] => {
  if (what === 'members') return memberColumns
  if (what === 'graph')
    throw new EntrapipeError(
      'USAGE',
      'The default columns of this collection are not known, so --select cannot add to them. Name all columns, without a plus.',
    )
  const own = new Set(['id', ...defaultProperties(type)])
  return [...(what.startsWith('deleted-') ? own.add('deletedDateTime') : own)]
}
