import type { Context } from '../core/context.ts'
import type { Writer } from '../core/parts.ts'
import type { TextSinkOptions } from './file-sink.ts'
import { refusal } from './refusal.ts'
import { output } from './stdio.ts'

/**
 * Rows to stdout, page by page as they come. What completes the text (`]`, the trailer) is only written on commit: a
 * reader can tell output that broke off. Compressed output is left to whoever reads it.
 */
export const stdoutWriter = <In>(
  ctx: Context,
  { kind, to, format, encoder, emptyColumns, trailer, stdout }: TextSinkOptions,
): Writer<In> => {
  const rows = encoder()
  const out = output(stdout)
  const refuse = refusal(ctx, kind)
  let bytes = 0
  let ending = ''

  return {
    async write(page) {
      bytes += await out.write(rows.rows(page, refuse))
    },
    checkpoint: async cut => ({ mark: { rows: rows.written }, cut }),
    async finish() {
      ending = rows.end()
      return [
        {
          path: to,
          format,
          rows: rows.written,
          bytes: bytes + Buffer.byteLength(ending),
          ...(rows.columns && { columns: rows.columns }),
          ...(emptyColumns && emptyColumns.length > 0 && { emptyColumns }),
        },
      ]
    },
    async close(end, manifest) {
      if (end === 'commit')
        await out.write(ending + (trailer && !out.isTerminal ? trailer(rows.written, manifest) : ''))
    },
  }
}
