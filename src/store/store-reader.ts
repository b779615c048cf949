import type { Values } from '../core/operation.ts'
import { ledgerInputAbout, ledgerSecretsAbout } from './held-ledger.ts'
import { readInput } from './kept-input.ts'
import type { RunPaths } from './run-paths.ts'
import type { RunReader } from './run-store.ts'
import { openSeal } from './seal.ts'
import { sealedAbout } from './sealed-inputs.ts'
import type { StoreReader } from './store.ts'
import { phasesOf, type RunInfo } from './types.ts'

/** Reads a run with its key: its secrets can be opened, whether it is held or not. */
export const storeReader = (reader: RunReader, info: RunInfo, { key: keyFile }: RunPaths): StoreReader => {
  const seal = openSeal(keyFile)
  return {
    ...reader,
    openInput: ({ input, isChange, result }) => {
      if (!input) return undefined
      const { phase, key, step = 0 } = result
      const about = isChange ? ledgerInputAbout(info.id, { key }) : sealedAbout({ run: info.id, phase }, { key, step })
      return readInput(input, sealed => seal.open(sealed, about))
    },
    async openSecrets(key, step) {
      for (const phase of phasesOf(info)) {
        const sealed = await reader.phase(phase).ledger().sealedOf(key, step)
        if (sealed !== undefined)
          return JSON.parse(seal.open(sealed, ledgerSecretsAbout(info.id, { key, step }))) as Values
      }
      return undefined
    },
  }
}
