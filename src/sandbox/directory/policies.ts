import type { Fields } from '../../core/json.ts'
import { addValue, type Memory } from './memory/memory.ts'

/** Settings of the tenant that requests change, by name. */
export interface Policies {
  /** The values that differ from the defaults; undefined for none. */
  get(name: string): Fields | undefined
  /** Undefined restores the defaults. */
  set(name: string, values: Fields | undefined): void
}

/** A change of a setting in the journal. */
export interface PolicyEntry {
  readonly policy: string
  readonly values: Fields | null
}

/** Creates policies that are all default. @param note journals a change before it shows */
export const policiesOf = (memory: Memory, note: (entry: PolicyEntry) => void) => {
  let kept = new Map<string, Fields>()
  addValue(
    memory,
    'policies',
    () => [...kept],
    saved => (kept = new Map(saved)),
  )
  const replay = ({ policy, values }: PolicyEntry): void => {
    if (values === null) kept.delete(policy)
    else kept.set(policy, values)
  }
  const policies: Policies = {
    get: name => kept.get(name),
    set(name, values) {
      const entry = { policy: name, values: values ?? null }
      note(entry)
      replay(entry)
    },
  }
  return { policies, replay }
}
