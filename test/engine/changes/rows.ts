import type { Operation } from '../../../src/core/operation.ts'
import type { Working } from '../../../src/engine/changes/working.ts'
import type { Entry } from '../../../src/store/ledger-types.ts'

/** An operation whose requests name their rows. */
export const naming = (more: Partial<Operation> = {}): Operation => ({
  kind: 'name-rows',
  title: 'Name rows',
  changes: 'group',
  columns: { names: {} },
  accept: value => value,
  about: value => String(value['name']),
  locks: value => [String(value['lock'])],
  repeat: () => 'refused',
  look: async values => values.map(() => ({ send: {} })),
  request: rows => ({ method: 'PATCH', url: `/rows/${rows.map(({ value }) => value['name']).join('+')}` }),
  settle: rows => rows.map(() => ({ outcome: 'done' as const })),
  decide: async rows => rows.map(() => 'not-done' as const),
  ...more,
})

/** A row to send: its name, and what it locks. */
export const row = (ordinal: number, locks: readonly string[], operation: Operation): Working => {
  const value = { name: ordinal, lock: locks[0]! }
  const entry: Entry = {
    ordinal,
    key: ordinal,
    step: 0,
    row: { kind: operation.kind, value },
    about: String(ordinal),
    locks,
    state: 'pending',
    attempts: 0,
  }
  return {
    entry,
    operation,
    value,
    before: {},
    attempts: 0,
    firstSentAt: undefined,
    lastSentAt: undefined,
    together: undefined,
    asked: undefined,
    notable: [],
    answered: undefined,
    lost: false,
    recalled: false,
  }
}
