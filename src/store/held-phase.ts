import { heldLedger } from './held-ledger.ts'
import { keepInput, resultWithoutSecrets } from './kept-input.ts'
import type { runDatabases } from './part-databases.ts'
import type { PhaseRecord } from './run-store.ts'
import { openRunState } from './run-state.ts'
import type { Seal } from './seal.ts'
import { openFailures, sealedAbout, type InputsOf } from './sealed-inputs.ts'
import type { RunPhase } from './store.ts'
import { intakeNote, type Checkpoint } from './types.ts'

/** A phase that its run closes. */
export interface HeldPhase extends RunPhase {
  close(): void
}

interface OfRun {
  readonly seal: Seal
  readonly about: InputsOf
  readonly databases: Pick<ReturnType<typeof runDatabases>, 'open' | 'flush'>
  readonly notesDatabases: boolean
}

/** The note of a phase that uses databases of the run. */
export const databasesNote = 'databases'

/** Joins the record of a phase with its state on this machine, which is in `folder`. */
export const heldPhase = async (
  record: PhaseRecord,
  folder: string,
  { seal, about, databases, notesDatabases }: OfRun,
): Promise<HeldPhase> => {
  const last = await record.loadCheckpoint()
  const state = openRunState(folder, last?.cut ?? 0, seal, JSON.stringify([about.run, about.phase]), last?.sums)
  const ledger = heldLedger(record.ledger(), about, seal)
  // A phase whose rows are in the ledger reads its input no second time.
  const startsOver = !last && (await record.loadNote(intakeNote)) === undefined
  let noted: Promise<void> | undefined
  const database: RunPhase['database'] = (name, versions) => {
    const opened = databases.open(about.phase, startsOver, name, versions)
    if (notesDatabases && !noted) {
      noted = record.saveNote(databasesNote, true)
      // What it throws is thrown where the phase needs the note.
      noted.catch(() => undefined)
    }
    return opened
  }
  return {
    ...record,
    async saveNote(...of) {
      await noted
      await record.saveNote(...of)
    },
    ledger: () => ledger,
    scope: name => Object.assign(state.scope(name), { database }),
    database,
    ids: state.ids,
    async saveCheckpoint(checkpoint) {
      state.flush()
      databases.flush()
      await noted
      await record.saveCheckpoint({ ...checkpoint, sums: state.sums(checkpoint.cut) })
    },
    loadCheckpoint: async () => withoutSums(await record.loadCheckpoint()),
    async rewind() {
      const saved = await record.rewind()
      state.rewind(saved?.cut ?? 0, saved?.sums)
      return withoutSums(saved)
    },
    async saveEnd(manifest) {
      await noted
      await record.saveEnd(manifest)
      state.remove()
    },
    appendResults: (epoch, results) =>
      record.appendResults(
        epoch,
        results.map(({ input, isUnread, ...result }) =>
          input
            ? {
                ...resultWithoutSecrets(result, input),
                input: keepInput(input, text => seal.close(text, sealedAbout(about, result)), isUnread),
              }
            : result,
        ),
      ),
    readFailures: async query => openFailures(await record.readFailures(query), about, seal),
    close: state.close,
  }
}

const withoutSums = (saved: Checkpoint | undefined): Checkpoint | undefined => {
  if (!saved) return undefined
  const { sums: _, ...checkpoint } = saved
  return checkpoint
}
