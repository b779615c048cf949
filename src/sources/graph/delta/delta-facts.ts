import type { Judged } from '../../../core/completeness.ts'
import type { DeltaFacts } from '../../../core/manifest.ts'
import { deltaLinkLifeDays, removedColumn } from '../../../data/delta-kinds.ts'
import type { DeltaMemory } from './delta-memory.ts'
import type { DeltaRun } from './delta-run.ts'

/** A link of this age is close to its end. */
const oldDays = 5
const dayMs = 24 * 60 * 60 * 1000
const keysAtOnce = 1000

/** The rows of changes by what they say, and how many objects are known after them. */
interface ChangeCounts {
  readonly rows: Required<Pick<DeltaFacts, 'created' | 'updated' | 'removed'>>
  readonly known: number
}

/** Compares the rows of a run with the objects that earlier runs had. */
export const countsOf = async (run: DeltaRun, memory: DeltaMemory): Promise<ChangeCounts> => {
  const rows = { created: 0, updated: 0, removed: 0 }
  let known = await memory.count()
  for (const keys of run.last('all', keysAtOnce)) {
    const had = await memory.hasKeys(keys.map(({ key }) => key))
    for (const [at, { gone }] of keys.entries()) {
      rows[gone ? 'removed' : had[at] ? 'updated' : 'created']++
      if (gone && had[at]) known--
      if (!gone && !had[at]) known++
    }
  }
  return { rows, known }
}

/** The number of rows of a full load that say that something is gone. */
export const goneIn = (run: DeltaRun): number => {
  let count = 0
  for (const keys of run.last('gone', keysAtOnce)) count += keys.filter(({ gone }) => gone).length
  return count
}

/** Compares the objects that are known after changes with the service's counts. */
export const judgedBy = (
  what: string,
  known: number,
  before: number | undefined,
  after: number | undefined,
): Judged => {
  if (before === undefined || after === undefined)
    return { completeness: 'unverified', why: `the service has no count of ${what} to compare the changes with` }
  if (known === before && known === after) return { completeness: 'complete' }
  const counted = before === after ? String(before) : `${before} before and ${after} after`
  const compared = `after these changes ${known} ${what} are known, and ${counted} were counted`
  if (known >= Math.min(before, after) && known <= Math.max(before, after))
    return { completeness: 'drifted', why: `${compared}: the directory changed meanwhile` }
  return {
    completeness: 'unverified',
    why: `${compared}: the count lags behind the changes, or changes are missing. If it stays so, begin again with a full load`,
  }
}

/** What a user must know about the link of a delta. @param ageMs of the link @param isAgain everything was read again */
export const linkNotes = (what: string, ageMs: number, isAgain: boolean): readonly string[] => {
  if (isAgain)
    return [
      `Graph no longer knows the earlier changes of ${what}, so everything is read. What is gone since the last run has "absent" in the column ${removedColumn}.`,
    ]
  const days = Math.floor(ageMs / dayMs)
  if (days < oldDays) return []
  return [
    `The last run was ${days} days ago. Graph keeps the changes for ${deltaLinkLifeDays} days; after that, everything is read again.`,
  ]
}
