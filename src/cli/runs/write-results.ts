import { outputFormat, outputSink, type OutputOptions } from '../../catalogue/output-sink.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { hasHeader } from '../../formats/format-of.ts'
import type { FileFacts, Manifest } from '../../core/manifest.ts'
import { given } from '../../core/given.ts'
import type { Key } from '../../core/row.ts'
import { noOutcomes } from '../../core/result.ts'
import { version } from '../../core/version.ts'
import { expectNoInput } from '../../engine/check-places.ts'
import { reasonsToRetry } from '../../engine/changes/reasons-to-retry.ts'
import { loadInputs } from '../../engine/run-inputs.ts'
import type { Store, StoreReader } from '../../store/store.ts'
import { phasesOf, type RunInfo } from '../../store/types.ts'
import type { Cli } from '../cli.ts'
import { counted } from '../report/words.ts'
import { checkSink } from '../report/write-rows.ts'
import { hasChanges, resultRows, type WantedOutcome } from './read-rows.ts'
import { inputColumns, inputLayout, plainLayout, resultLayout, type RowLayout } from './result-rows.ts'

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
      let last: Key | undefined
      const unread: Key[] = []
      for await (const page of resultRows(run, info, outcome)) {
        const rows: { readonly key: number; readonly value: ReturnType<RowLayout['lay']> }[] = []
        for (const row of page) {
          // The steps of a row have the same input.
          if (asInput && row.result.key === last) continue
          last = row.result.key
          if (asInput && (!row.input || row.input.isUnread)) {
            unread.push(row.result.key)
            continue
          }
          rows.push({ key: ++written, value: layout.lay(row) })
        }
        await writer.write(rows)
      }
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

/** Rows that a message names. */
const mostNamed = 10

const unreadWords = (keys: readonly Key[]): string =>
  `${counted(keys.length, 'row')} could not be read, and ${keys.length === 1 ? 'is' : 'are'} not in it: ${keys.slice(0, mostNamed).join(', ')}${keys.length > mostNamed ? ' …' : ''}. Correct ${keys.length === 1 ? 'it' : 'them'} in the input.`

/** The columns of all rows are known before the first one is written. */
const layoutOf = async (run: StoreReader, info: RunInfo, { outcome, asInput }: ResultsOptions): Promise<RowLayout> => {
  const columns = inputColumns(info)
  const addAll = async (wanted: WantedOutcome | undefined, most = Infinity): Promise<void> => {
    let seen = 0
    for await (const page of resultRows(run, info, wanted)) {
      for (const row of page) if (!asInput || !row.input?.isUnread) columns.add(row)
      if ((seen += page.length) >= most) return
    }
  }
  await addAll(outcome)
  // Without a row the file still has a header: it is read without a fault, as no rows.
  if (columns.names().length === 0) await addAll(undefined, 1)
  if (!asInput) return resultLayout(info, columns)
  if (columns.names().length > 0) return inputLayout(info, columns)
  const isRetried = (await reasonsToRetry(run, phasesOf(info))) !== undefined
  throw new EntrapipeError('OPTION_INVALID', `Run ${info.id} kept no input rows, so --as-input has nothing to write.`, {
    fix: isRetried ? `To send its failed rows again: entrapipe runs retry ${info.id}` : 'Leave --as-input out.',
  })
}

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
