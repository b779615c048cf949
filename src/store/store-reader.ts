import { ledgerOpener } from './held-ledger.ts'
import { readInput } from './kept-input.ts'
import { ordinalOf } from './results.ts'
import type { RunPaths } from './run-paths.ts'
import type { RunReader } from './run-store.ts'
import { openSeal } from './seal.ts'
import { sealedAbout } from './sealed-inputs.ts'
import type { StoreReader } from './store.ts'
import { phasesOf, type RowQuery, type RunInfo, type StoredResult } from './types.ts'

/** The place before the first result of an ordinal. */
const justBefore = (ordinal: number) => ({
  ordinal: ordinal - 1,
  result: { sequence: Number.MAX_SAFE_INTEGER } as StoredResult,
})

/** Reads a run with its key: its secrets can be opened, whether it is held or not. */
export const storeReader = (reader: RunReader, info: RunInfo, paths: RunPaths): StoreReader => {
  const seal = openSeal(paths)
  const { id: run } = info
  const phases = phasesOf(info)
  const onlyOne = phases.length === 1 ? phases[0] : undefined
  const openInput: StoreReader['openInput'] = ({ input, isChange, result }) => {
    if (!input) return undefined
    const { phase, key, step = 0 } = result
    return readInput(input, sealed =>
      isChange
        ? ledgerOpener({ run, phase }, seal).input(sealed, { key })
        : seal.open(sealed, sealedAbout({ run, phase }, { key, step })),
    )
  }
  return {
    ...reader,
    openInput,
    async inputOf(key, phase = onlyOne) {
      if (phase === undefined) return undefined
      const ordinal = ordinalOf(key)
      let after: NonNullable<RowQuery['after']> = justBefore(ordinal)
      for (;;) {
        const rows = await reader.readRows({ after, limit: 100 })
        const found = rows.find(({ result, input }) => result.key === key && result.phase === phase && input)
        if (found) return openInput(found)
        const last = rows.at(-1)
        if (!last || last.ordinal > ordinal) return undefined
        after = last
      }
    },
    async openSecrets(key, step, phase = onlyOne) {
      if (phase === undefined || !phases.includes(phase)) return undefined
      const sealed = await reader.phase(phase).ledger().sealedOf(key, step)
      return sealed === undefined ? undefined : ledgerOpener({ run, phase }, seal).secrets(sealed, { key, step })
    },
  }
}
