import type { Sink } from '../../core/parts.ts'
import type { Row } from '../../core/row.ts'

/** A sink that writes some more rows after the last one. They are made when all others are written. */
export const withLastRows = <In>(sink: Sink<In>, last: () => readonly Row<In>[]): Sink<In> => ({
  ...sink,
  async open(ctx, from, like) {
    const writer = await sink.open(ctx, from, like)
    return {
      ...writer,
      async finish() {
        await writer.write(last())
        return writer.finish()
      },
    }
  },
})
