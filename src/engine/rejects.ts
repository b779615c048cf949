import { DownstreamClosed } from '../core/downstream-closed.ts'
import { EntrapipeError } from '../core/errors.ts'
import { columnsOf, type Fields } from '../core/json.ts'
import type { FileFacts, Manifest } from '../core/manifest.ts'
import { failuresIn } from '../core/result.ts'
import type { RunPhase } from '../store/store.ts'
import type { StoredFailure } from '../store/types.ts'
import { expectColumns } from './columns.ts'
import type { Surroundings } from './contexts.ts'
import { rejectLayout } from './reject-columns.ts'
import { rejectSheet, type SheetWriter } from './reject-sheet.ts'
import type { Started } from './run-request.ts'

/** The rejects of a run: complete, but not published yet. */
export interface Rejects {
  /** Empty if no row failed, or no file of rejects was requested. */
  readonly files: readonly FileFacts[]
  /** `commit` publishes them; without rejects it removes those of an earlier run. `abort` removes what was written. */
  readonly close: (end: 'commit' | 'abort', manifest?: Manifest) => Promise<void>
}

/**
 * Writes every failed row to the plan's sink for rejects, in the order of the input, after the last row and before the commit.
 * Inputs come from the run's records; one page of them is in memory. A resumed run writes all of them.
 */
export const writeRejects = async (started: Started, around: Surroundings): Promise<Rejects> => {
  const { run, plan } = started
  const { rejects } = plan
  if (!rejects) return { files: [], close: async () => undefined }
  const sheet = rejectSheet(rejects, { ...around, scope: () => run.scope('rejects') })
  if (failuresIn(await run.countResults()) === 0)
    return { files: [], close: async end => (end === 'commit' ? rejects.place?.clear(sheet.ctx) : undefined) }
  // State stored from here on belongs to the last checkpoint's epoch: a resumed run does not find it.
  run.scope('rejects').advance((await run.loadCheckpoint())?.cut ?? 0)
  const columns = await columnsIn(started)
  const writer = await sheet.open(started.inputs[0])
  try {
    const { columns: names, lay } = rejectLayout(columns, plan.source.kind)
    expectColumns(rejects, { names, closed: true })
    for await (const failures of failuresOf(run)) await writer.write(failures, lay)
    return await written(writer)
  } catch (error) {
    await removed(writer)
    throw told(error)
  }
}

async function* failuresOf(run: RunPhase): AsyncGenerator<readonly StoredFailure<Fields>[]> {
  for (let after: StoredFailure<Fields> | undefined; ;) {
    const failures = await run.readFailures(after && { after })
    if (failures.length === 0) return
    yield failures
    after = failures.at(-1)
  }
}

/**
 * The columns of the input: those that the source knew, then those of the failed rows. All are known before the first row is
 * written, because a pipe cannot be truncated.
 */
const columnsIn = async ({ run, columns: [source] }: Started): Promise<readonly string[]> => {
  const known = new Set(source?.closed ? source.names : [])
  for await (const failures of failuresOf(run))
    for (const { input } of failures) if (input) for (const name of columnsOf(input)) known.add(name)
  return [...known]
}

/** Closing the rejects is not closing the output, so the run must not end as if its reader had closed it. */
const told = (error: unknown): unknown =>
  error instanceof DownstreamClosed
    ? new EntrapipeError(
        'WRITE_FAILED',
        'The reader of the rejects closed the stream before the end; run the command again and read all rejects, or write them to a file',
        { cause: error },
      )
    : error

const written = async (writer: SheetWriter): Promise<Rejects> => {
  let isOpen = true
  return {
    files: await writer.finish(),
    async close(end, manifest) {
      // Whatever fails is followed by an abort, also after a commit.
      if (!isOpen) return
      try {
        await writer.close(end, manifest)
        isOpen = false
      } catch (error) {
        throw told(error)
      }
    },
  }
}

const removed = async (writer: SheetWriter): Promise<void> => {
  try {
    await writer.close('abort')
  } catch {
    // It fails for the same reason as writing (a full disk), and that error is thrown.
  }
}
