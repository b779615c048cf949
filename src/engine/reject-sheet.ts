import type { Context, PartStore } from '../core/context.ts'
import { EntrapipeError } from '../core/errors.ts'
import type { Fields } from '../core/json.ts'
import type { Sink, Writer } from '../core/parts.ts'
import { hasFailed } from '../core/result.ts'
import type { Key } from '../core/row.ts'
import { partContext, type Surroundings } from './contexts.ts'
import type { RejectedRow } from './reject-columns.ts'

/** Writes failures, and is closed like a sink's writer. */
export interface SheetWriter extends Pick<Writer<Fields>, 'finish' | 'close'> {
  /**
   * Writes failures as rows. A value that the sink cannot write (possibly the reason of the failure) is omitted.
   *
   * @throws EntrapipeError `WRITE_FAILED` when the sink still rejects the row
   */
  write(failures: readonly RejectedRow[], lay: (failure: RejectedRow) => Fields): Promise<void>
}

/** The sink of a plan's rejects, and its context. */
interface RejectSheet {
  readonly ctx: Context
  /** @param like the file that the rows come from, if any */
  readonly open: (like?: string) => Promise<SheetWriter>
}

/** A sink for failed rows. Rows that it rejects are not results of the run. */
export const rejectSheet = (
  sink: Sink<Fields>,
  around: Surroundings & { readonly scope: () => PartStore },
): RejectSheet => {
  let refused: Key[] = []
  let isAgain = false
  const ctx = partContext(around, {
    store: around.scope,
    settled(result) {
      if (!hasFailed(result)) return
      if (isAgain)
        throw new EntrapipeError('WRITE_FAILED', `A row cannot be written to the file of rejects: ${result.message}`)
      refused.push(result.key)
    },
    origin: () => undefined,
  })
  return {
    ctx,
    async open(like) {
      const writer = await sink.open(ctx, undefined, like)
      return {
        finish: () => writer.finish(),
        close: (end, manifest) => writer.close(end, manifest),
        async write(failures, lay) {
          refused = []
          await writer.write(failures.map((failure, at) => ({ key: at, value: lay(failure) })))
          if (refused.length === 0) return
          const left = refused.map(at => ({ key: at, value: lay(withText(failures[at as number]!)) }))
          isAgain = true
          await writer.write(left)
          isAgain = false
        },
      }
    },
  }
}

const withText = ({ result, input }: RejectedRow): RejectedRow => ({
  result,
  input: input && Object.fromEntries(Object.entries(input).filter(([, value]) => hasText(value))),
})

/** Text files cannot contain zero bytes, which JSON escapes. */
const hasText = (value: unknown): boolean => !JSON.stringify(value)?.includes('\\u0000')
