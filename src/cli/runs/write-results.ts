import { outputFormat, outputSink, type OutputOptions } from '../../catalogue/output-sink.ts'
import { hasHeader } from '../../formats/format-of.ts'
import type { FileFacts, Manifest } from '../../core/manifest.ts'
import { given } from '../../core/given.ts'
import type { Fields } from '../../core/json.ts'
import type { Key } from '../../core/row.ts'
import { noOutcomes } from '../../core/result.ts'
import { version } from '../../core/version.ts'
import { expectNoInput } from '../../engine/check-places.ts'
import { loadInputs } from '../../engine/run-inputs.ts'
import type { Store, StoreReader } from '../../store/store.ts'
import type { RunInfo } from '../../store/types.ts'
import type { Cli } from '../cli.ts'
import { counted } from '../report/words.ts'
import { checkSink } from '../report/write-rows.ts'
import { hasChanges, resultRows, type WantedOutcome } from '../../engine/results/read-rows.ts'
import { asInputLayout, columnsOf, inputRows } from '../../engine/results/as-input.ts'
import { plainLayout, resultLayout, type RowLayout } from '../../engine/results/layouts.ts'

/** Which rows are written, and how. */
interface ResultsOptions {
  readonly outcome?: WantedOutcome | undefined
  /** Writes only the columns of the input, to be sent again. */
  readonly asInput?: boolean | undefined
}

/** Checks that results can be written, before there are any. @throws EntrapipeError as the sink does */
export const checkResults = async (output: OutputOptions, cli: Cli): Promise<void> => {
  await checkSink(outputSink(output, {}, cli.stdout), cli)
}

/**
 * Writes the results of a run: the last one of each row and step. Of a run that changes a directory they are in the order of the rows,
 * with the columns of the input. Returns the number of rows.
 *
 * @throws EntrapipeError `OPTION_INVALID` with `asInput` for a run without an input; as the sink does
 */
export const writeResults = async (
  store: Store,
  id: string,
  { outcome, asInput = false }: ResultsOptions,
  output: OutputOptions,
  cli: Cli,
): Promise<number> => {
  const info = await store.get(id)
  // Invalid options are reported before anything is read.
  outputSink(output, {}, cli.stdout)
  return store.read(info.id, async run => {
    const layout =
      asInput || (await hasChanges(run, info)) ? await layoutOf(run, info, { outcome, asInput }) : plainLayout(info)
    const isTable = hasHeader(outputFormat(output))
    const sink = outputSink(output, isTable && layout.columns ? { columns: layout.columns } : {}, cli.stdout)
    const ctx = await checkSink(sink, cli)
    const inputs = await loadInputs(run)
    const target = sink.place?.target(ctx)
    if (target !== undefined) expectNoInput(output.option ?? '--to', target, inputs)
    const writer = await sink.open(ctx, undefined, inputs[0])
    try {
      let written = 0
      const unread: Key[] = []
      const pages = asInput ? inputRows(run, info, outcome, layout, unread) : laidRows(run, info, outcome, layout)
      for await (const page of pages) await writer.write(page.map(value => ({ key: ++written, value })))
      if (unread.length > 0) cli.say(unreadWords(unread))
      const files = await writer.finish()
      // A file gets no manifest: the results may change when the run is resumed.
      await writer.close('commit', sink.place?.stream === undefined ? undefined : resultsManifest(info, files, cli))
      return written
    } catch (error) {
      await writer.close('abort')
      throw error
    }
  })
}

async function* laidRows(
  run: StoreReader,
  info: RunInfo,
  outcome: WantedOutcome | undefined,
  { lay }: RowLayout,
): AsyncGenerator<readonly Fields[]> {
  for await (const page of resultRows(run, info, outcome)) yield page.map(lay)
}

/** Rows that a message names. */
const mostNamed = 10

const unreadWords = (keys: readonly Key[]): string =>
  `${counted(keys.length, 'row')} could not be read, and ${keys.length === 1 ? 'is' : 'are'} not in it: ${keys.slice(0, mostNamed).join(', ')}${keys.length > mostNamed ? ' …' : ''}. Correct ${keys.length === 1 ? 'it' : 'them'} in the input.`

/** The columns of all rows are known before the first one is written. */
const layoutOf = async (run: StoreReader, info: RunInfo, { outcome, asInput }: ResultsOptions): Promise<RowLayout> =>
  asInput ? asInputLayout(run, info, outcome) : resultLayout(info, await columnsOf(run, info, outcome, () => true))

/** The trailer for the next program of a pipe: these are all results. */
const resultsManifest = (info: RunInfo, files: readonly FileFacts[], cli: Cli): Manifest => {
  const now = new Date(cli.clock.now()).toISOString()
  const rows = files.reduce((sum, file) => sum + file.rows, 0)
  return {
    entrapipe: version,
    run: info.id,
    pipeline: 'runs results',
    ...given({ tenant: info.tenant }),
    startedAt: now,
    endedAt: now,
    resumed: 0,
    source: { kind: 'results' },
    transforms: [],
    completeness: info.status === 'running' ? 'unverified' : 'complete',
    counts: { ...noOutcomes, read: rows, repeated: 0, dropped: 0, written: rows },
    files,
  }
}
