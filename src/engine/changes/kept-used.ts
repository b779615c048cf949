import type { Json } from '../../core/json.ts'
import type { Used } from '../../core/manifest.ts'
import type { Started } from '../run-request.ts'
import { usedSince } from '../used.ts'

/** What a phase with changes has used, kept for a process that resumes it. */
export interface KeptUsed {
  readonly used: () => Used | undefined
  /** Called with the number of new results. */
  settled(results: number): void
  /** Keeps what was used so far. */
  save(): Promise<void>
}

const usedNote = 'used'
/** Results after which it is kept. */
const resultsPerSave = 1000

/** Counts what a phase uses from now on, and what its earlier processes have used. */
export const keptUsed = async ({ run, request }: Pick<Started, 'run' | 'request'>): Promise<KeptUsed> => {
  const before = (await run.loadNote(usedNote)) as Readonly<Record<string, number>> | undefined
  const used = usedSince(request.graph, before)
  let results = 0
  let saving = Promise.resolve()
  const save = (): Promise<void> => {
    const now = used()
    return now === undefined ? Promise.resolve() : run.saveNote(usedNote, now as object as Json)
  }
  return {
    used,
    settled(more) {
      results += more
      if (results < resultsPerSave) return
      results = 0
      // If it cannot be kept, only the count of a process that is killed is too small.
      saving = saving.then(save).catch(() => undefined)
    },
    async save() {
      await saving
      await save()
    },
  }
}
