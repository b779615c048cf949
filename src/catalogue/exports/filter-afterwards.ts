import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { propertiesOf } from '../../odata/ast.ts'
import { filterRows } from '../../odata/describe-finding.ts'
import { parseFilter } from '../../odata/parse-filter.ts'
import type { ExportParams } from './export-params.ts'
import type { ExportKind } from './kinds.ts'

/** Names the commands that export without `--filter` and filter the exported rows, in an error that advises it. */
export const namingCommands = (error: unknown, what: ExportKind, params: ExportParams): unknown => {
  if (!(error instanceof EntrapipeError) || params.filter === undefined || !error.fix?.includes(filterRows))
    return error
  const { code, message, facts, retryAfterMs } = error
  const commands = filterAfterwards(what, params, params.filter)
  const fix = error.fix.replace(filterRows, () => `Filter the exported rows instead: \`${commands}\``)
  return new EntrapipeError(code, message, { cause: error, facts, fix, ...given({ retryAfterMs }) })
}

/** Options whose values may need shell quoting. The user must repeat them. */
const others = ['group', 'transitive', 'preset', 'search', 'orderby', 'expand', 'advanced'] as const

const filterAfterwards = (what: ExportKind, params: ExportParams, filter: string): string => {
  const columns = columnsFor(what, params.select, propertiesOf(parseFilter(filter)))
  return [
    'entrapipe export',
    what,
    ...(params.path === undefined ? [] : [params.path]),
    ...(others.some(name => params[name] !== undefined) ? ['…'] : []),
    ...(columns === undefined ? [] : ['--select', columns]),
    '| entrapipe filter',
    // A shell expands these inside double quotes.
    /["$`\\!]/.test(filter) ? '"…"' : `"${filter}"`,
    ...(params.to === '-' ? [] : ['--to …']),
  ].join(' ')
}

/** The columns to select, so that the rows have what the filter reads. */
const columnsFor = (
  what: ExportKind,
  select: readonly string[] | undefined,
  read: readonly string[],
): string | undefined => {
  // The default columns of a collection are not known, so columns cannot be added to them.
  if (what === 'graph' && select === undefined) return undefined
  const isAdding = select === undefined || select.some(name => name.startsWith('+'))
  return [...new Set([...(select ?? []), ...read.map(name => (isAdding ? `+${name}` : name))])].join(',')
}
