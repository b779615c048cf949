import type { Values } from '../../core/operation.ts'
import type { Store } from '../../store/store.ts'
import type { Key } from '../../core/row.ts'

/** Where a secret is kept: in the ledger of a run, with a row and its step. */
interface SealedAt {
  readonly run: string
  readonly key: Key
  readonly step: number
}

const form = /^sealed:([0-9]{8}-[0-9]{6}-[0-9a-f]{8})\/(.+?)(?:#(\d+))?$/

/** What stands for a secret outside its ledger: `sealed:RUN/LINE`, and `#STEP` for a later step of a row. */
export const sealedName = ({ run, key, step }: SealedAt): string =>
  `sealed:${run}/${typeof key === 'number' ? key : JSON.stringify(key)}${step > 0 ? `#${step}` : ''}`

/** Reads such a name; undefined if it is none. */
export const readSealedName = (text: unknown): SealedAt | undefined => {
  const [, run, key, step] = (typeof text === 'string' && form.exec(text)) || []
  if (run === undefined || key === undefined) return undefined
  return { run, key: /^\d+$/.test(key) ? Number(key) : (JSON.parse(key) as string), step: Number(step ?? 0) }
}

/** Opens the secrets to which values refer. */
export type OpenSealed = (at: SealedAt) => Promise<Values | undefined>

/** @throws EntrapipeError `RUN_UNKNOWN` if the store does not have the run */
export const sealedValues =
  (store: Pick<Store, 'read'>): OpenSealed =>
  ({ run, key, step }) =>
    store.read(run, reader => reader.openSecrets(key, step))
