import type { Fields } from '../../core/json.ts'
import type { FileFacts, Manifest } from '../../core/manifest.ts'
import { noOutcomes, type Result } from '../../core/result.ts'
import type { Sink } from '../../core/parts.ts'
import { inTheWay } from '../../engine/begin-run.ts'
import { checkContext } from '../../engine/contexts.ts'
import type { Store } from '../../store/store.ts'
import type { RunInfo, StoredResult } from '../../store/types.ts'
import type { Cli } from '../cli.ts'
import { version } from '../../core/version.ts'
import { given } from '../../core/given.ts'

/** Writes the results of a run to a sink: the last result of each row and step, in the order they were recorded. */
export const writeResults = async (
  store: Store,
  id: string,
  outcome: Result['outcome'] | undefined,
  sink: Sink<Fields>,
  cli: Cli,
): Promise<void> => {
  const info = await store.get(id)
  const ctx = checkContext({ ...cli, graph: undefined })
  await sink.check?.(ctx)
  const partial = await sink.place?.leftover(ctx)
  if (partial !== undefined) throw inTheWay(partial)
  const writer = await sink.open(ctx)
  try {
    await store.read(info.id, async run => {
      for (let after = 0; ;) {
        const results = await run.readResults({ after, ...(outcome ? { outcomes: [outcome] } : {}) })
        const last = results.at(-1)
        if (!last) return
        await writer.write(results.map(({ sequence, ...result }) => ({ key: sequence, value: row(info, result) })))
        after = last.sequence
      }
    })
    const files = await writer.finish()
    // A file gets no manifest: the results may change when the run is resumed.
    await writer.close('commit', sink.place?.stream === undefined ? undefined : resultsManifest(info, files, cli))
  } catch (error) {
    await writer.close('abort')
    throw error
  }
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

/** All rows have the same columns in the same order, null where empty. Runs of several phases also have `phase`. */
const row = (info: Pick<RunInfo, 'id' | 'tenant' | 'phases'>, result: Omit<StoredResult, 'sequence'>): Fields => ({
  run: info.id,
  ...(info.phases && { phase: result.phase }),
  key: result.key,
  step: result.step ?? 0,
  operation: result.operation,
  target: result.target ?? null,
  outcome: result.outcome,
  action: result.action ?? null,
  id: result.id ?? null,
  status: result.status ?? null,
  code: result.code ?? null,
  message: result.message ?? null,
  fix: result.fix ?? null,
  requestId: result.requestId ?? null,
  attempt: result.attempt ?? null,
  tenant: info.tenant?.name ?? null,
  at: result.at,
})
