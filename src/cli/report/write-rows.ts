import type { Fields } from '../../core/json.ts'
import type { Context } from '../../core/context.ts'
import type { Sink } from '../../core/parts.ts'
import { inTheWay } from '../../engine/begin-run.ts'
import { checkContext } from '../../engine/contexts.ts'
import type { Cli } from '../cli.ts'

/**
 * Checks that rows can be written, and that nothing is in the way.
 *
 * @throws EntrapipeError `FILE_UNWRITABLE` if a partial file is in the way; as the sink does
 */
export const checkSink = async (sink: Sink<Fields>, cli: Cli): Promise<Context> => {
  const ctx = checkContext({ ...cli, graph: undefined })
  await sink.check?.(ctx)
  const partial = await sink.place?.leftover(ctx)
  if (partial !== undefined) throw inTheWay(partial)
  return ctx
}

/** Writes rows that belong to no run, all or none. Returns their number. @throws EntrapipeError as {@link checkSink} and the sink do */
export const writeRows = async (
  sink: Sink<Fields>,
  pages: Iterable<readonly Fields[]> | AsyncIterable<readonly Fields[]>,
  cli: Cli,
): Promise<number> => {
  const writer = await sink.open(await checkSink(sink, cli))
  try {
    let written = 0
    for await (const page of pages) await writer.write(page.map(value => ({ key: ++written, value })))
    await writer.finish()
    await writer.close('commit', undefined)
    return written
  } catch (error) {
    await writer.close('abort')
    throw error
  }
}
