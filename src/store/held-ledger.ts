import type { Values } from '../core/operation.ts'
import { keepInput, resultWithoutSecrets } from './kept-input.ts'
import type { Entry, KeptEntry, KeptNewEntry, Ledger, LedgerRecord, NewEntry, Settlement } from './ledger-types.ts'
import type { Seal } from './seal.ts'
import { sealedAbout, type InputsOf } from './sealed-inputs.ts'

type Place = Pick<Entry, 'key' | 'step'>

/** What the secrets of a row are bound to. */
export const ledgerSecretsAbout = ({ run, phase }: InputsOf, row: Partial<Place> & Pick<Place, 'key'>): string =>
  sealedAbout({ run, phase: `ledger of ${phase}` }, row)

/** What the input of a row is bound to. */
export const ledgerInputAbout = ({ run, phase }: InputsOf, row: Pick<Place, 'key'>): string =>
  sealedAbout({ run, phase: `ledger input of ${phase}` }, row)

/** Seals what is secret in a ledger, and opens it. */
export const heldLedger = (record: LedgerRecord, of: InputsOf, seal: Seal): Ledger => {
  const secretsAbout = (row: Partial<Place> & Pick<Place, 'key'>) => ledgerSecretsAbout(of, row)
  const opened = (sealed: string, row: Place) => JSON.parse(seal.open(sealed, secretsAbout(row))) as Values
  const entry = ({ sealed, ...kept }: KeptEntry): Entry =>
    sealed === undefined ? kept : { ...kept, secrets: opened(sealed, kept) }

  function* kept(entries: Iterable<NewEntry>): Generator<KeptNewEntry> {
    for (const { key, step = 0, row, secrets, about, ordered = false, digest, locks, input, waits } of entries)
      yield {
        key,
        step,
        row,
        sealed: secrets && seal.close(JSON.stringify(secrets), secretsAbout({ key, step })),
        about,
        ordered,
        digest,
        locks,
        input: input && keepInput(input, text => seal.close(text, ledgerInputAbout(of, { key }))),
        waits,
      }
  }

  /** Messages may quote the values of a row. */
  const withoutSecrets = async (settlements: readonly Settlement[]): Promise<readonly Settlement[]> => {
    const quoting = settlements.filter(({ result }) => result.message !== undefined || result.target !== undefined)
    const rows = await record.sealed(quoting.map(({ ordinal }) => ordinal))
    const secret = new Map(rows.map(({ ordinal, sealed, ...row }) => [ordinal, opened(sealed, row)]))
    if (secret.size === 0) return settlements
    return settlements.map(each => {
      const values = secret.get(each.ordinal)
      return values ? { ...each, result: resultWithoutSecrets(each.result, { secret: values }) } : each
    })
  }

  return {
    ...record,
    add: entries => record.add(kept(entries)),
    claim: async (limit, after) => (await record.claim(limit, after)).map(entry),
    sent: async (limit, after) => (await record.sent(limit, after)).map(entry),
    settle: async settlements => record.settle(await withoutSecrets(settlements)),
  }
}
