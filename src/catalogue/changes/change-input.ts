import { EntrapipeError } from '../../core/errors.ts'
import type { Context, Origin } from '../../core/context.ts'
import { given } from '../../core/given.ts'
import type { Fields } from '../../core/json.ts'
import type { Operation, Values } from '../../core/operation.ts'
import type { Source } from '../../core/parts.ts'
import { rowsOf, type RowsOptions } from '../../operations/columns/rows-of.ts'
import { hasHeader } from '../../formats/format-of.ts'
import { inputFormat, rowSource, type InputOptions } from '../row-source.ts'
import { unusedColumns } from '../../core/unused-columns.ts'
import { withManifest } from '../with-manifest.ts'

/** Parameters of a command that changes what a file says, named like its flags. */
export interface ChangeInputParams extends Omit<InputOptions, 'trailer' | 'captions'> {
  /** Each `file=property`, or `file=`. */
  readonly columns?: readonly string[]
  readonly key?: string
  readonly nulls?: string
}

/** Rows of a file, and how they become values of an operation. */
interface ChangeInput {
  readonly source: Source<Fields>
  /** @throws EntrapipeError `ROW_INVALID` (facts: column) */
  readonly valuesOf: (row: Fields) => Values
}

/**
 * Parses the values of `--columns`, each `file=property`, or `file=` for a column that is ignored.
 *
 * @throws EntrapipeError `OPTION_INVALID` for other values, and for a column that is named twice
 */
const columnsOf = (texts: readonly string[]): Readonly<Record<string, string>> => {
  const found = new Map<string, string>()
  for (const text of texts) {
    // A column may have an equals sign in its name, a property has none.
    const at = text.lastIndexOf('=')
    const [column, property] = [text.slice(0, Math.max(at, 0)).trim(), text.slice(at + 1).trim()]
    if (column === '')
      throw new EntrapipeError(
        'OPTION_INVALID',
        `Expected --columns to be column=property, or column= to ignore a column, got ${JSON.stringify(text)}`,
      )
    if (found.has(column)) throw new EntrapipeError('OPTION_INVALID', `--columns names the column ${column} twice.`)
    found.set(column, property)
  }
  return Object.fromEntries(found)
}

const noRows = (from: string): string =>
  `${from === '-' ? 'stdin' : from} has no rows, so there is nothing to change. The example row of a template does not count.`

/**
 * The input of a command that changes the directory. The columns of a file are checked before anything is sent: if they are wrong,
 * the command fails. JSON lines on stdin must end with a trailer.
 *
 * @param values names of values that the command gives, such as `group`
 * @param ofManifest what counts of the manifest beside the file
 * @throws EntrapipeError `OPTION_INVALID`
 */
export const changeInput = (
  operation: Pick<Operation, 'kind' | 'columns'>,
  { columns, key, nulls, ...file }: ChangeInputParams,
  values: readonly string[] = [],
  ofManifest: (origin: Origin) => Origin = ({ tenant }) => given({ tenant }),
): ChangeInput => {
  const json = !hasHeader(inputFormat(file))
  const source = withManifest(rowSource({ ...file, trailer: 'always', captions: true }), file.from, ofManifest)
  const options: RowsOptions = {
    operation,
    json,
    given: values,
    ...given({ key, nulls, columns: columns && columnsOf(columns) }),
  }
  // The columns of stdin are known with its first row.
  let mapping = rowsOf(options)
  const told = new Set<string>()
  return {
    valuesOf: row => mapping.valuesOf(row),
    source: {
      ...source,
      async columns(ctx) {
        const found = await source.columns?.(ctx)
        if (found && !json) mapping = rowsOf({ ...options, header: found.names })
        return found
      },
      async *read(ctx, ...at) {
        let isEmpty = true
        const counting = Object.create(ctx, {
          settled: {
            value(...result: Parameters<Context['settled']>) {
              isEmpty = false
              ctx.settled(...result)
            },
          },
        }) as Context
        for await (const page of source.read(counting, ...at)) {
          isEmpty &&= page.rows.length === 0
          yield page
          const unused = mapping.ignored().filter(name => !told.has(name))
          if (unused.length === 0) continue
          unused.forEach(name => told.add(name))
          ctx.origin({ note: unusedColumns(unused) })
        }
        if (isEmpty) ctx.origin({ note: noRows(file.from) })
      },
    },
  }
}
