import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { defaultProperties, listableProperties, memberColumns, usualProperties } from '../../data/listing.ts'
import type { PresetKind } from '../../data/presets/preset.ts'
import { parseExpand } from '../../odata/parse-expand.ts'
import { groupColumns } from '../../sources/members.ts'
import { preset as presetOf, type PresetParts } from '../../transforms/preset.ts'
import { outputFormat } from '../output-sink.ts'
import type { ExportParams } from './export-params.ts'
import type { ExportKind } from './kinds.ts'

/** What is asked of Graph, and what is written of it. */
interface Layout {
  readonly preset?: PresetParts
  /** What Graph is asked for; undefined leaves it to Graph. */
  readonly select?: readonly string[]
  /** What is written; undefined writes each row's own. */
  readonly columns?: readonly string[]
  readonly expand?: string
}

/**
 * Which columns an export has, in which order: those of `--select`, of the preset, or the usual ones. Columns that are
 * added, an expanded relation, and those of the group where there are several come after them.
 *
 * @throws EntrapipeError `USAGE`, `PRESET_UNKNOWN`, `OPTION_INVALID`
 */
export const layout = (what: ExportKind, type: string, params: ExportParams): Layout => {
  const { preset, expand } = params
  const { only, added } = chosen(params)
  if (preset !== undefined && only)
    throw new EntrapipeError(
      'USAGE',
      'Give --preset or --select, not both; to add columns to the preset, write a plus before each: --select +manager.',
    )
  const groups = new Set(params.group ?? []).size > 1 ? groupColumns : []
  const after = [...added, ...relationOf(expand), ...groups]
  if (preset !== undefined && preset !== 'all') {
    const parts = presetOf(what as PresetKind, preset, after)
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
  // A header stands before the second row is known, and rows of one listing need not have the same properties.
  const columns =
    outputFormat(params) === 'csv' && what !== 'graph' ? [...plainColumns(what, type), ...after] : undefined
  return { ...given({ columns, expand }) }
}

/** Columns that take the place of the usual ones, or that are added to them. @throws EntrapipeError `USAGE` for both at once */
const chosen = ({ select }: ExportParams): { readonly only?: readonly string[]; readonly added: readonly string[] } => {
  if (!select) return { added: [] }
  if (select.some(name => /^\+\s*$/.test(name)))
    throw new EntrapipeError('USAGE', 'A plus of --select has no name after it: write for example --select +manager.')
  const added = select.filter(name => name.startsWith('+'))
  if (added.length === 0) return { only: select, added }
  const plain = select.find(name => !name.startsWith('+'))
  if (plain !== undefined)
    throw new EntrapipeError(
      'USAGE',
      `--select adds columns with a plus before each, or names all of them without: write +${plain}, or leave the plus out of ${added.join(', ')}.`,
    )
  return { added: added.map(name => name.slice(1).trim()) }
}

const relationOf = (expand: string | undefined): readonly string[] =>
  expand === undefined ? [] : [parseExpand(expand).relation]

const everything = (what: ExportKind, type: string): readonly string[] => {
  const all = ['id', ...listableProperties(type).filter(name => name !== 'id')]
  return what === 'members' ? ['@odata.type', ...all] : all
}

/** What Graph gives without `$select`, as its documents say. */
const plainColumns = (what: ExportKind, type: string): readonly string[] => {
  if (what === 'members') return memberColumns
  if (what === 'graph')
    throw new EntrapipeError(
      'USAGE',
      'The usual columns of a collection are not known, so --select cannot add to them: name all columns, without a plus.',
    )
  const own = new Set(['id', ...defaultProperties(type)])
  return what === 'deleted-users' ? [...own, 'deletedDateTime'] : [...own]
}
