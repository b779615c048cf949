import type { Readable } from 'node:stream'
import type { Origin } from '../core/context.ts'
import { given } from '../core/given.ts'
import { isFields, type Fields, type Json } from '../core/json.ts'
import type { Source } from '../core/parts.ts'
import type { Row } from '../core/row.ts'
import { expectOptions, needed, oneOf, optional } from '../data/expect-options.ts'
import { isPlanHead, planForRows } from '../formats/change-plan.ts'
import type { Trailer } from '../formats/trailer.ts'
import { jsonlValues, type TrailerRule } from '../formats/jsonl-values.ts'
import { isGraphPage, pageForRow } from '../formats/row-values.ts'
import { textLines } from '../formats/text-lines.ts'
import { rowsRead } from '../places/rows-read.ts'
import { textInput } from './files/text-input.ts'

/** Options of `jsonl`. */
export interface JsonlSourceOptions {
  /** Path of the file (`.gz` and `.zst` are decompressed), or `-` for stdin. */
  readonly from: string
  /** How to handle the trailer line that entrapipe commands write to a pipe. @default 'required' on stdin, 'optional' in a file */
  readonly trailer?: TrailerRule
  /** @default `process.stdin` */
  readonly stdin?: Readable
  /** What messages call stdin. @default stdin */
  readonly named?: string
}

/**
 * Reads rows from JSON lines; `key` is the line. Holds 64 KiB of the input. The trailer's tenant and completeness are
 * passed on to the run; with `trailer: 'none'` the run is `unverified`. A value that is not an object is rejected:
 * `ROW_INVALID`. An integer that JavaScript cannot represent becomes a string of its digits.
 *
 * @throws EntrapipeError `OPTION_INVALID`, `FILE_MISSING`, `FILE_UNREADABLE`; `INPUT_MALFORMED` (facts: line) for an
 *   invalid line; `INPUT_CUT_OFF` if truncated, or if the trailer is missing or has another number of rows; `INPUT_CHANGED`
 */
export const jsonl = <Out extends Fields = Fields>(options: JsonlSourceOptions): Source<Out> => {
  expectOptions('jsonl', options, {
    from: needed('the path of a file, or - for stdin'),
    trailer: oneOf('required', 'optional', 'none'),
    stdin: optional,
    named: optional,
  })
  const { from, stdin, named } = options
  const input = textInput(from, { stdin, named })
  const { name } = input
  const rule = options.trailer ?? (input.isStdin ? 'required' : 'optional')

  return {
    kind: 'jsonl',
    resumable: !input.isStdin,
    async check(ctx) {
      await input.check(ctx)
    },
    async describe(ctx) {
      return { kind: 'jsonl', trailer: rule, ...(await input.describe(ctx)) } satisfies Json
    },
    async *read(ctx, _shard, position) {
      const values = jsonlValues(name, rule)
      const progress = rowsRead(input.isStdin, position)
      for await (const lines of textLines(input.text(ctx), name)) {
        const rows: Row<Out>[] = []
        for (const line of lines) {
          const found = values.take(line)
          if (!found || !progress.isNew()) continue
          if (found.line === 1 && isPlanHead(found.value)) throw planForRows(found.value, name)
          if (isFields(found.value) && isGraphPage(found.value))
            throw pageForRow(`Line ${found.line} of ${name}`, "jq -c '.value[]'", { line: found.line })
          if (isFields(found.value)) rows.push({ key: found.line, value: found.value as Out })
          else
            ctx.settled({
              key: found.line,
              operation: 'jsonl',
              target: name,
              outcome: 'failed',
              code: 'ROW_INVALID',
              message: `Line ${found.line} of ${name} is not an object`,
              fix: 'Write the row as {"column": value, …}',
            })
        }
        if (progress.isPastStart) yield { rows, ...progress.position }
      }
      const trailer = values.end()
      if (trailer) ctx.origin(originOf(trailer))
      else if (rule === 'none') ctx.origin({ completeness: 'unverified' })
    },
  }
}

const originOf = ({ outcome, limit, tenant }: Trailer): Origin => ({
  completeness: outcome,
  ...given({ limit, tenant }),
})
