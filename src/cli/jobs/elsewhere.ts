import { existsSync } from 'node:fs'
import { EntrapipeError, isCode } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { spreadNote } from '../../engine/spread/spread-rows.ts'
import { sendingNote } from '../../engine/changes/run-notes.ts'
import type { ChildOrder } from '../../jobs/child-messages.ts'
import { digestOf } from '../../places/sha256.ts'
import { runPaths } from '../../store/run-paths.ts'
import type { LoadedPipeline } from '../../catalogue/load-pipeline.ts'
import type { Store } from '../../store/store.ts'
import { onlyPhase, phasesOf } from '../../store/types.ts'

/** Whether what a run keeps on its machine, such as ids of rows that were read, is on this one. */
export const isHere = (run: string, { folder }: Pick<Store, 'folder'>): boolean =>
  existsSync(runPaths(folder.path, run).folder)

/** Whether several machines read the rows of a run: what it needs is where all of them see it. */
export const isSpread = async (run: string, store: Store): Promise<boolean> =>
  store.read(run, async reader => (await reader.phase(onlyPhase).loadNote(spreadNote)) !== undefined)

/** How many rows a run has read: all of them, or up to its last checkpoints. */
export const rowsRead = async (run: string, store: Store): Promise<number> => {
  const info = await store.get(run)
  if (info.manifest) return info.manifest.counts.read
  return store.read(run, async reader => {
    let rows = 0
    for (const name of phasesOf(info)) rows += (await reader.phase(name).loadCheckpoint())?.counters['read'] ?? 0
    return rows
  })
}

/** Whether a run has rows without a result. */
export const hasOpenRows = async (run: string, store: Store): Promise<boolean> => {
  const info = await store.get(run)
  return store.read(run, async reader => {
    for (const name of phasesOf(info)) {
      const { pending, sent } = await reader.phase(name).ledger().count()
      if (pending + sent > 0) return true
    }
    return false
  })
}

/** Whether a run starts over because what it needs is on another machine, and nothing was sent. */
export const mayStartOver = async (error: unknown, run: string, store: Store): Promise<boolean> => {
  if (!isCode(error, 'RUN_NOT_RESUMABLE') || error.facts['phase'] === undefined) return false
  return store.read(run, async reader => (await reader.loadNote(sendingNote)) === undefined)
}

/**
 * Checks that a pipeline is as it was when its job was submitted.
 *
 * @throws EntrapipeError `RUN_CHANGED`
 */
export const expectCode = ({ name, codeHash }: LoadedPipeline, { code = codeHash }: ChildOrder): void => {
  if (code === codeHash) return
  throw new EntrapipeError(
    'RUN_CHANGED',
    `The pipeline ${name} of this worker is not as it was when the job was submitted, and when the worker was started.`,
    { fix: 'Restart the worker, and submit the job again.' },
  )
}

/**
 * Checks that the inputs of a job are the files that were sent.
 *
 * @throws EntrapipeError `INPUT_CHANGED`, `FILE_MISSING`, `FILE_UNREADABLE`
 */
export const expectInputs = async ({ params, sha256 = {} }: ChildOrder, signal: AbortSignal): Promise<void> => {
  for (const [param, wanted] of Object.entries(sha256)) {
    const path = String(params[param])
    const { sha256: found } = await digestOf(path, signal)
    if (found === wanted) continue
    throw new EntrapipeError('INPUT_CHANGED', `${path} is not the file that was sent: its SHA-256 has changed.`, {
      facts: given({ path, expected: wanted, found }),
      fix: 'Send the file again, and submit the job with it.',
    })
  }
}
