import type { Json } from '../../core/json.ts'
import type { Mark } from '../../core/parts.ts'
import type { StoreReader } from '../../store/store.ts'
import { onlyPhase } from '../../store/types.ts'
import type { OriginSeen } from '../read-shards.ts'

/** What came of a shard, for the process that joins all. */
export interface ShareSummary {
  readonly mark: Mark
  readonly counters: Readonly<Record<string, number>>
  readonly origin: Omit<OriginSeen, 'notes'> & { readonly notes: readonly string[] }
}

const summaryNote = 'share'

/** Saves the summary of a share, with its phase. */
export const saveSummary = (
  phase: { saveNote(name: string, value: Json): Promise<void> },
  summary: ShareSummary,
): Promise<void> => phase.saveNote(summaryNote, summary as unknown as Json)

/** The summary of a share that is done. */
export const summaryOf = async (reader: Pick<StoreReader, 'phase'>): Promise<ShareSummary | undefined> =>
  (await reader.phase(onlyPhase).loadNote(summaryNote)) as unknown as ShareSummary | undefined

/** How many rows of a share are read and written up to its last checkpoint. */
export interface ReadSoFar {
  readonly read: number
  readonly written: number
}

/** What is known of a share: of one that is done its summary, else its last checkpoint. */
export const readSoFar = async (reader: Pick<StoreReader, 'phase'>): Promise<ReadSoFar> => {
  const phase = reader.phase(onlyPhase)
  const { counters } = (await summaryOf(reader)) ?? (await phase.loadCheckpoint()) ?? {}
  return { read: counters?.['read'] ?? 0, written: counters?.['written'] ?? 0 }
}
