import type { Fields } from '../../core/json.ts'
import type { Result } from '../../core/result.ts'
import type { Sink } from '../../core/parts.ts'
import { checkContext } from '../../engine/contexts.ts'
import type { Store } from '../../store/types.ts'
import type { Cli } from '../cli.ts'

/** Writes the results of a run to a sink: the last one of each row and step, in the order in which they came. */
export const writeResults = async (
  store: Store,
  id: string,
  outcome: Result['outcome'] | undefined,
  sink: Sink<Fields>,
  cli: Cli,
): Promise<void> => {
  const info = store.get(id)
  const ctx = checkContext({ ...cli, graph: undefined })
  await sink.check?.(ctx)
  const writer = await sink.open(ctx)
  try {
    await store.read(info.id, async run => {
      for (let after = 0; ;) {
        const results = run.readResults({ after, ...(outcome ? { outcomes: [outcome] } : {}) })
        const last = results.at(-1)
        if (!last) return
        await writer.write(results.map(({ sequence, ...result }) => ({ key: sequence, value: row(info, result) })))
        after = last.sequence
      }
    })
    await writer.finish()
    await writer.close('commit')
  } catch (error) {
    await writer.close('abort')
    throw error
  }
}

/** One schema everywhere: every column, in one order, null where there is nothing. */
const row = (
  info: { readonly id: string; readonly tenant?: { readonly name: string } },
  result: Result & { readonly at: string },
): Fields => ({
  run: info.id,
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
