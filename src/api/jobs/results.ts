import { PassThrough, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate as turn } from 'node:timers/promises'
import type { Fields } from '../../core/json.ts'
import type { Outcome } from '../../core/result.ts'
import { given } from '../../core/given.ts'
import { asInputLayout, inputRows } from '../../engine/results/as-input.ts'
import { resultFields, resultNames } from '../../engine/result-fields.ts'
import { csvDialect } from '../../formats/csv-dialect.ts'
import { csvHeaderLine, csvRows } from '../../formats/csv-rows.ts'
import type { Store } from '../../store/store.ts'
import { EntrapipeError } from '../../core/errors.ts'

/** Formats of results, with their media types. */
export const resultTypes = {
  json: 'application/json',
  csv: 'text/csv; charset=utf-8',
  jsonl: 'application/jsonl',
} as const
/** A format of results. */
export type ResultFormat = keyof typeof resultTypes

/** Which results, and from where. */
interface ResultsQuery {
  readonly outcome?: readonly Outcome[] | undefined
  /** `next` of the page before. */
  readonly cursor?: string | undefined
  readonly limit?: number | undefined
}

const pageRows = 1000

/** @throws EntrapipeError `OPTION_INVALID` */
const afterOf = (cursor: string | undefined): number => {
  if (cursor === undefined) return 0
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor)
  throw new EntrapipeError('OPTION_INVALID', 'The cursor is not one of a list of results.', {
    fix: 'Use next of the page before, as it is.',
  })
}

/** A page of the last results of the rows of a run, in the order in which they were recorded. */
const resultPage = async (
  store: Pick<Store, 'get' | 'read'>,
  run: string,
  { outcome, cursor, limit = pageRows }: ResultsQuery,
): Promise<{ readonly items: readonly Fields[]; readonly next?: string }> => {
  const info = await store.get(run)
  const found = await store.read(info.id, reader =>
    reader.readResults({ after: afterOf(cursor), limit: limit + 1, ...given({ outcomes: outcome }) }),
  )
  const page = found.slice(0, limit)
  return {
    items: page.map(result => resultFields(info, result)),
    ...given({ next: found.length > limit ? String(page.at(-1)!.sequence) : undefined }),
  }
}

/** A page of the results of several runs, one run after the other. Its cursor names the run, too. */
export const resultPageOf = async (
  store: Pick<Store, 'get' | 'read'>,
  runs: readonly string[],
  { cursor, ...query }: ResultsQuery,
): Promise<{ readonly items: readonly Fields[]; readonly next?: string }> => {
  if (runs.length === 1) return resultPage(store, runs[0]!, { ...query, cursor })
  const [at = '', within] = (cursor ?? '0').split('.')
  const { limit = pageRows } = query
  const items: Fields[] = []
  for (let nth = afterOf(at); nth < runs.length; nth++) {
    if (items.length === limit) return { items, next: String(nth) }
    const page = await resultPage(store, runs[nth]!, {
      ...query,
      limit: limit - items.length,
      cursor: nth === Number(at) ? within : undefined,
    })
    items.push(...page.items)
    if (page.next !== undefined) return { items, next: `${nth}.${page.next}` }
  }
  return { items }
}

/**
 * The input of the rows of a run with an outcome, to be corrected and sent again, as text. Each row is there once, and values are as they
 * were: the text is read by a program.
 *
 * @throws EntrapipeError `OPTION_INVALID` for a run without an input
 */
export const inputText = async (
  store: Pick<Store, 'get' | 'read'>,
  run: string,
  format: Exclude<ResultFormat, 'json'>,
  outcome: Outcome | undefined,
): Promise<Readable> => {
  const info = await store.get(run)
  const { promise, resolve, reject } = Promise.withResolvers<Readable>()
  store
    .read(info.id, async reader => {
      const layout = await asInputLayout(reader, info, outcome)
      const text = new PassThrough()
      resolve(text)
      await pipeline(textsOf(inputRows(reader, info, outcome, layout, []), layout.columns, format), text)
    })
    // Once there is a text, its reader gets the error.
    .catch(reject)
  return promise
}

const plain = csvDialect({})

async function* textsOf(
  pages: AsyncIterable<readonly Fields[]>,
  columns: readonly string[],
  format: 'csv' | 'jsonl',
): AsyncGenerator<string> {
  const csv = csvRows(columns, plain)
  if (format === 'csv') yield csvHeaderLine(columns, plain)
  for await (const rows of pages) {
    if (rows.length > 0) yield format === 'csv' ? csv(rows) : rows.map(row => `${JSON.stringify(row)}\n`).join('')
    await turn()
  }
}

/** People open this in a spreadsheet, and names in a directory are chosen by others: none may be run as a formula. */
const spreadsheet = csvDialect({ bom: true, formulaGuard: true })

/** All results from a cursor on as text, a thousand at a time. JSON is one list. */
export async function* resultText(
  store: Pick<Store, 'get' | 'read'>,
  runs: readonly string[],
  format: ResultFormat,
  { outcome, cursor }: ResultsQuery,
): AsyncGenerator<string> {
  const { phases } = await store.get(runs[0]!)
  const columns = phases ? ['run', 'phase', ...resultNames.slice(1)] : [...resultNames]
  const csv = csvRows(columns, spreadsheet)
  if (format === 'csv') yield `\ufeff${csvHeaderLine(columns, spreadsheet)}`
  if (format === 'json') yield '['
  let between = '\n'
  for (let next: string | undefined = cursor ?? '0'; next !== undefined;) {
    const page: Awaited<ReturnType<typeof resultPage>> = await resultPageOf(store, runs, { outcome, cursor: next })
    const lines = page.items.map(item => JSON.stringify(item))
    if (lines.length > 0)
      if (format === 'csv') yield csv(page.items)
      else if (format === 'jsonl') yield `${lines.join('\n')}\n`
      else {
        yield `${between}${lines.join(',\n')}`
        between = ',\n'
      }
    next = page.next
    // SQLite waits for nothing, nor does a fast reader: without it, no other request would be answered meanwhile.
    await turn()
  }
  if (format === 'json') yield '\n]\n'
}
