import type { Readable } from 'node:stream'
import { isFields, type Fields, type Json } from '../core/json.ts'
import type { Source } from '../core/parts.ts'
import type { Row } from '../core/row.ts'
import { expectOptions, needed, optional } from '../data/expect-options.ts'
import { jsonItems } from '../formats/json-items.ts'
import type { JsonPage } from '../formats/json-tokens.ts'
import { isGraphPage, pageForRow } from '../formats/row-values.ts'
import { rowsRead } from '../places/rows-read.ts'
import { textInput } from './files/text-input.ts'

/** Options of `json`. */
export interface JsonSourceOptions {
  /** Path of the file (`.gz` and `.zst` are decompressed), or `-` for stdin. */
  readonly from: string
  /** @default `process.stdin` */
  readonly stdin?: Readable
  /** What messages call stdin. @default stdin */
  readonly named?: string
}

/**
 * Reads rows from a JSON array of any size, or from the array in `value`, as in a Graph response; `key` is the index, from
 * 0. Holds 64 KiB of the input. An item that is not an object is rejected: `ROW_INVALID`. An integer that JavaScript cannot
 * represent becomes a string of its digits.
 *
 * @throws EntrapipeError `OPTION_INVALID`, `FILE_MISSING`, `FILE_UNREADABLE`; `INPUT_MALFORMED` (facts: index) for invalid
 *   JSON; `INPUT_CUT_OFF` if truncated; `INPUT_CHANGED`
 */
export const json = <Out extends Fields = Fields>(options: JsonSourceOptions): Source<Out> => {
  expectOptions('json', options, {
    from: needed('the path of a file, or - for stdin'),
    stdin: optional,
    named: optional,
  })
  const { from, stdin, named } = options
  const input = textInput(from, { stdin, named })
  const { name } = input

  return {
    kind: 'json',
    resumable: !input.isStdin,
    check: ctx => input.check(ctx),
    async describe(ctx) {
      return { kind: 'json', ...(await input.describe(ctx)) } satisfies Json
    },
    async *read(ctx, _shard, position) {
      const progress = rowsRead(input.isStdin, position)
      const pageEnded = ({ hasNext, count }: JsonPage, items: number): void => {
        const why = hasNext
          ? `${name} is one page of a listing. Its @odata.nextLink leads to more rows`
          : `the @odata.count of ${name} is ${count}, but it has ${items === 1 ? '1 row' : `${items} rows`}`
        if (hasNext || (count !== undefined && count !== items)) ctx.origin({ completeness: 'unverified', why })
      }
      for await (const items of jsonItems(input.text(ctx), name, pageEnded)) {
        const rows: Row<Out>[] = []
        for (const { index, value } of items) {
          if (!progress.isNew()) continue
          if (isFields(value) && isGraphPage(value))
            throw pageForRow(`Item ${index} of ${name}`, "jq '[.[].value[]]'", { index })
          if (isFields(value)) rows.push({ key: index, value: value as Out })
          else
            ctx.settled({
              key: index,
              operation: 'json',
              target: name,
              outcome: 'failed',
              code: 'ROW_INVALID',
              message: `Item ${index} of ${name} is not an object`,
              fix: 'Write the row as {"column": value, …}',
            })
        }
        if (progress.isPastStart) yield { rows, ...progress.position }
      }
    },
  }
}
