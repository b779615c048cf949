import type { Fields } from '../../core/json.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { Source } from '../../core/parts.ts'
import type { Plan } from '../../engine/plan.ts'
import { formatOf } from '../../formats/format-of.ts'
import { rowsOf } from '../../operations/columns/rows-of.ts'
import { graph } from '../../sinks/graph.ts'
import { csv } from '../../sources/csv.ts'
import { json } from '../../sources/json.ts'
import { jsonl } from '../../sources/jsonl.ts'
import { loadOperations } from '../operations.ts'

/** Parameters of a command that changes a directory, named like its flags. Kept with the run, so that it can be resumed. */
interface ChangeParams {
  /** A file, or `-` for stdin. */
  readonly from: string
  /** Id or name of the group, for members and owners. */
  readonly group?: string
  /** The property that names the object of a row. */
  readonly key?: string
  /** Text of a cell that clears its property. */
  readonly nulls?: string
  /** What columns of the file mean: `file=property`. */
  readonly columns?: readonly string[]
}

interface Input {
  readonly source: Source<Fields>
  readonly isJson: boolean
}

/** Stdin is JSON lines of another command, and a file is what its name says. */
const inputOf = (from: string): Input => {
  if (from === '-') return { source: jsonl({ from, trailer: 'required' }), isJson: true }
  const { format } = formatOf(from, '--from')
  if (format === 'csv') return { source: csv<Fields>({ from, captions: true }), isJson: false }
  return { source: format === 'json' ? json({ from }) : jsonl({ from }), isJson: true }
}

const meaning = (columns: readonly string[] | undefined): Readonly<Record<string, string>> | undefined =>
  columns &&
  Object.fromEntries(
    columns.map(each => {
      const at = each.lastIndexOf('=')
      if (at > 0 && at < each.length - 1) return [each.slice(0, at), each.slice(at + 1)] as const
      throw new EntrapipeError('OPTION_INVALID', `Expected --columns to be file=property, got "${each}".`)
    }),
  )

/**
 * The plan of a command that changes a directory: each row of the input is one change.
 *
 * @throws EntrapipeError `OPTION_INVALID`
 */
export const changePlan = async (kind: string, params: ChangeParams): Promise<Plan> => {
  const operation = (await loadOperations())(kind)!
  const { source, isJson } = inputOf(params.from)
  const { group, key, nulls } = params
  const mapping = rowsOf({
    operation,
    json: isJson,
    ...given({ key, nulls, columns: meaning(params.columns) }),
    ...(group !== undefined && { given: ['group'] }),
  })
  return {
    source,
    sink: graph<Fields>(row => ({ kind, value: { ...mapping.valuesOf(row), ...given({ group }) } })),
  }
}
