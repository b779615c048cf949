import type { KeySet } from '../core/context.ts'
import { DownstreamClosed } from '../core/downstream-closed.ts'
import { EntrapipeError } from '../core/errors.ts'
import { columnsOf, type Fields } from '../core/json.ts'
import type { FileFacts, Manifest } from '../core/manifest.ts'
import { inputOf } from './check-places.ts'
import { failuresIn } from '../core/result.ts'
import type { Surroundings } from './contexts.ts'
import type { Started } from './run-request.ts'
import { failuresOf } from './failures.ts'
import { rejectLayout } from './reject-columns.ts'
import { rejectSheet, type SheetWriter } from './reject-sheet.ts'

/** The rejects of a run: complete, and still without their own name. */
export interface Rejects {
  /** None when no row failed, or no file of rejects was asked for. */
  readonly files: readonly FileFacts[]
  /** `commit` gives them their name; without rejects it removes those of an earlier run. `abort` removes what was written. */
  readonly close: (end: 'commit' | 'abort', manifest?: Manifest) => Promise<void>
}

/**
 * Writes every row that failed to the plan's sink for rejects, after the last row and before the commit. Holds a page of
 * the input. A run that was gone on with writes all of them anew.
 */
export const writeRejects = async (started: Started, around: Surroundings): Promise<Rejects> => {
  const { run, plan } = started
  const { rejects } = plan
  if (!rejects) return { files: [], close: async () => undefined }
  const sheet = rejectSheet(rejects, { ...around, scope: () => run.scope('rejects') })
  const counted = await run.countResults()
  if (failuresIn(counted) === 0)
    return { files: [], close: async end => (end === 'commit' ? rejects.place?.clear(sheet.ctx) : undefined) }
  const place = rejects.place?.target(sheet.ctx)
  if (place !== undefined) await run.saveNote('rejects', place)
  // What is kept from here on belongs to the last checkpoint's epoch: a resumed run finds none of it.
  run.scope('rejects').advance((await run.loadCheckpoint())?.cut ?? 0)
  const input = inputOf(started.described.source, sheet.ctx)
  // What went to a pipe cannot be taken back: all columns have to be known before the first row.
  let columns = rejects.resumable === false ? (await writeOnce(started, around, [], 0)).columns : []
  for (let attempt = 1; ; attempt++) {
    const made = await writeOnce(started, around, columns, attempt, await sheet.open(input))
    if (made.written) return made.written
    columns = made.columns
  }
}

interface Written {
  readonly columns: readonly string[]
  /** Absent when a row had a column that was not known as the first one was written. */
  readonly written?: Rejects
}

/** Writes all rejects under the columns known so far. Without a writer it only learns the columns. */
const writeOnce = async (
  started: Started,
  around: Surroundings,
  columns: readonly string[],
  attempt: number,
  writer?: SheetWriter,
): Promise<Written> => {
  const known = new Set(columns)
  let layout: ReturnType<typeof rejectLayout> | undefined
  let isSurprised = writer === undefined
  try {
    for await (const { failures, sample } of failuresOf(started, around, seen(started, attempt))) {
      if (!layout && sample) learn(known, sample)
      const before = known.size
      for (const { input } of failures) if (input) learn(known, input)
      if (layout && known.size > before) isSurprised = true
      if (isSurprised || failures.length === 0) continue
      const lay = (layout ??= rejectLayout([...known], started.plan.source.kind))
      await writer!.write(failures, lay)
    }
    if (!isSurprised) return { columns: [...known], written: await written(writer!) }
  } catch (error) {
    await removed(writer)
    throw told(error)
  }
  await removed(writer)
  return { columns: [...known] }
}

/** Who had enough of the rejects has not had enough of the rows that pass: this must not end the run quietly. */
const told = (error: unknown): unknown =>
  error instanceof DownstreamClosed
    ? new EntrapipeError(
        'WRITE_FAILED',
        'Who reads the rejects closed them before their end; run it again and read them all, or write them to a file',
        { cause: error },
      )
    : error

/** A name of its own each time: a run that died while it committed has left those of its last attempt. */
const seen = ({ run }: Started, attempt: number): KeySet =>
  run.scope('rejects').set(`seen/${run.info.resumed}/${attempt}`)

const learn = (known: Set<string>, value: Fields): void => {
  for (const name of columnsOf(value)) known.add(name)
}

const written = async (writer: SheetWriter): Promise<Rejects> => ({
  files: await writer.finish(),
  async close(end, manifest) {
    try {
      await writer.close(end, manifest)
    } catch (error) {
      throw told(error)
    }
  },
})

const removed = async (writer: SheetWriter | undefined): Promise<void> => {
  try {
    await writer?.close('abort')
  } catch {
    // It fails for the same cause as what was written (a full disk), and that is thrown.
  }
}
