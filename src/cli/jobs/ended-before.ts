import { countRows } from '../../engine/changes/count-rows.ts'
import { phasesWithChanges } from '../../engine/changes/undoing.ts'
import type { ChildSummary, FromChild } from '../../jobs/child-messages.ts'
import type { Store } from '../../store/store.ts'
import { summaryOf } from '../changes/summary.ts'
import { manifestSummary } from './watch-run.ts'

/** How a run ended whose worker died before it knew. */
export interface EndedBefore {
  readonly end: Extract<FromChild, { readonly type: 'end' }>
  readonly summary: ChildSummary
}

/** How a run has ended; undefined if it can be resumed, or has failed. */
export const endedBefore = async (store: Store, run: string): Promise<EndedBefore | undefined> => {
  const info = await store.get(run)
  const { status, manifest, writes, tenant } = info
  if (status !== 'done' && status !== 'short') return undefined
  const end = { type: 'end', end: status } as const
  if (!writes) return manifest && { end, summary: manifestSummary(manifest, status === 'short') }
  const counted = await store.read(run, async reader => countRows(reader, await phasesWithChanges(reader, info)))
  const rows = Object.values(counted).reduce((sum, many) => sum + many, 0)
  return { end, summary: summaryOf({ run, tenant: tenant?.name ?? '', counts: { rows, ...counted } }) }
}
