import type { Values } from '../core/operation.ts'
import { keepInput, resultWithoutSecrets, type KeptInput } from './kept-input.ts'
import type {
  Entry,
  KeptEntry,
  KeptNewEntry,
  KeptSettlement,
  Ledger,
  LedgerRecord,
  NewEntry,
  Settlement,
} from './ledger-types.ts'
import type { Seal } from './seal.ts'
import { sealedAbout, type InputsOf } from './sealed-inputs.ts'
import { isPage, rowsPerPage, sealedPages, type PageRow } from './sealed-pages.ts'

type Place = Pick<Entry, 'key' | 'step'>

/** What the secret cells of a row are bound to, if they are sealed alone. */
const inputAbout = ({ run, phase }: InputsOf, row: Pick<Place, 'key'>): string =>
  sealedAbout({ run, phase: `ledger input of ${phase}` }, row)

/** What the secrets of a row are bound to, if they are sealed alone. */
const secretsAbout = (of: InputsOf, row: Place): string => sealedAbout({ ...of, phase: `ledger of ${of.phase}` }, row)

/** Opens what is secret in a ledger. */
export const ledgerOpener = (of: InputsOf, seal: Seal) => {
  const pages = sealedPages(seal, of)
  return {
    secrets: (sealed: string, row: Place): Values =>
      isPage(sealed)
        ? pages.open(sealed, row).secrets
        : (JSON.parse(seal.open(sealed, secretsAbout(of, row))) as Values),
    /** The secret cells of the input of a row, as text. */
    input: (sealed: string, { key }: Pick<Place, 'key'>): string =>
      isPage(sealed) ? pages.open(sealed, { key, step: 0 }).input! : seal.open(sealed, inputAbout(of, { key })),
  }
}

/** Seals what is secret in a ledger, and opens it. */
export const heldLedger = (record: LedgerRecord, of: InputsOf, seal: Seal): Ledger => {
  const pages = sealedPages(seal, of)
  const { secrets: opened } = ledgerOpener(of, seal)
  const entry = <E extends Place & Pick<KeptEntry, 'sealed'>>({ sealed, ...kept }: E) =>
    sealed === undefined ? kept : { ...kept, secrets: opened(sealed, kept) }

  const keptEntry = (
    { key, step = 0, row, about, ordered = false, locks, waits, needs }: NewEntry,
    input: KeptInput | undefined,
    sealed: string | undefined,
  ): KeptNewEntry => ({ key, step, row, sealed, about, ordered, locks, input, waits, needs })

  const sealedSecrets = (secrets: Values, row: Place): string =>
    seal.close(JSON.stringify(secrets), secretsAbout(of, row))

  const sealedAlone = (entry: NewEntry): KeptNewEntry => {
    const { key, step = 0, input, secrets } = entry
    return keptEntry(
      entry,
      input && keepInput(input, text => seal.close(text, inputAbout(of, { key }))),
      secrets && sealedSecrets(secrets, { key, step }),
    )
  }

  /** Seals the secrets of these rows in one text, with the secret cells of those that have secrets. */
  const sealedTogether = (entries: readonly NewEntry[]): readonly KeptNewEntry[] => {
    const rows: PageRow[] = []
    const inputs = entries.map(({ key, step = 0, secrets, isAlone, input }) => {
      if (!secrets || isAlone) return undefined
      let cells: string | undefined
      const kept = input && keepInput(input, text => (cells = text))
      rows.push({ key, step, secrets, input: cells })
      return kept
    })
    const sealed = rows.length > 0 ? pages.close(rows) : undefined
    return entries.map((entry, at) => {
      if (!entry.secrets || entry.isAlone) return sealedAlone(entry)
      const input = inputs[at]
      return keptEntry(entry, input?.sealed === undefined ? input : { columns: input.columns, sealed: sealed! }, sealed)
    })
  }

  function* kept(entries: Iterable<NewEntry>): Generator<KeptNewEntry> {
    let some: NewEntry[] = []
    for (const entry of entries) {
      // Most changes have no secrets.
      if (some.length === 0 && (!entry.secrets || entry.isAlone)) {
        yield sealedAlone(entry)
        continue
      }
      some.push(entry)
      if (some.length < rowsPerPage) continue
      yield* sealedTogether(some)
      some = []
    }
    if (some.length > 0) yield* sealedTogether(some)
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

  const keptSettlement = ({ secrets, ...settlement }: Settlement): KeptSettlement => {
    if (!secrets) return settlement
    const { key, step = 0 } = settlement.result
    return { ...settlement, sealed: sealedSecrets(secrets, { key, step }) }
  }

  return {
    ...record,
    add: entries => record.add(kept(entries)),
    sameAbout: digestOf => record.sameAbout(change => digestOf(entry(change))),
    claim: async (limit, after) => (await record.claim(limit, after)).map(entry),
    sent: async (limit, after) => (await record.sent(limit, after)).map(entry),
    settle: async settlements => record.settle((await withoutSecrets(settlements)).map(keptSettlement)),
  }
}
