import type { Context } from '../core/context.ts'
import type { Writer } from '../core/parts.ts'
import { blankColumns } from './blank-columns.ts'
import { output } from './stdio.ts'
import { factsOf, refusal, type TextSinkOptions } from './text-sink-options.ts'

/**
 * Rows to stdout, page by page as they come. What completes the text (`]`, the trailer) is only written on commit: a
 * reader can tell output that broke off.
 */
export const stdoutWriter = <In>(ctx: Context, options: TextSinkOptions): Writer<In> => {
  const { kind, encoder, trailer, stdout } = options
  const rows = encoder()
  const out = output(stdout)
  const blank = blankColumns(options.emptyColumns)
  const refuse = refusal(ctx, kind)
  let bytes = 0
  let ending = ''

  return {
    async write(page) {
      const text = rows.rows(page, refuse)
      blank.see(page, rows.columns)
      bytes += await out.write(text)
    },
    checkpoint: async cut => ({ mark: { rows: rows.written }, cut }),
    async finish() {
      ending = rows.end()
      return [factsOf(options, rows, { bytes: bytes + Buffer.byteLength(ending) }, blank.left())]
    },
    async close(end, manifest) {
      if (end === 'commit')
        await out.write(ending + (trailer && !out.isTerminal ? trailer(rows.written, manifest) : ''))
    },
  }
}
