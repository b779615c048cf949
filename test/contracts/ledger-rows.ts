import type { Outcome } from '../../src/core/result.ts'
import type { KeptEntry, KeptNewEntry, SentMark, Settlement } from '../../src/store/ledger-types.ts'

/** A change of one member of a group. */
export const member = (key: number, group: string, more: Partial<KeptNewEntry> = {}): KeptNewEntry => ({
  key,
  row: { kind: 'add-member', value: { group, member: `m${key}` } },
  about: `${group}/m${key}`,
  locks: [group],
  ...more,
})

/** An attempt. */
export const mark = (ordinal: number, attempt = 1, before: Readonly<Record<string, string>> = {}): SentMark => ({
  ordinal,
  attempt,
  client: `client ${ordinal}/${attempt}`,
  atMs: 1000 * attempt + ordinal,
  before,
})

/** The end of a row. */
export const settlement = (
  { ordinal, key, step }: Pick<KeptEntry, 'ordinal' | 'key' | 'step'>,
  outcome: Outcome,
): Settlement => ({
  ordinal,
  result: { key, ...(step > 0 && { step }), operation: 'add-member', outcome, target: `row ${key}` },
})
