import type { OutputOptions } from '../../catalogue/output-sink.ts'
import type { Store } from '../../store/store.ts'
import type { Cli } from '../cli.ts'
import { writeResults } from '../runs/write-results.ts'

/** Writes the result of each row of a run. */
export const writeSheet = (store: Store, run: string, output: OutputOptions, cli: Cli): Promise<void> =>
  writeResults(store, run, {}, output, cli)
