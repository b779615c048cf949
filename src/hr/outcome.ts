import { isUnchanged } from '../operations/properties/same.ts'
import type { Candidate, Held } from './candidate.ts'
import type { Changes, Decision, DecisionClass } from './decision.ts'
import type { Mapping } from './mapping.ts'
import { valueAt } from './value-at.ts'

/** What is to be done about a person, without who it is. */
export type Outcome = Pick<Decision, 'class' | 'action' | 'why'> & Partial<Decision>

/** Nothing is done, and why. */
export const nothing = (of: DecisionClass, why: string): Outcome => ({ class: of, action: 'none', why })

/** A conflict, and what to do about it. */
export const conflict = (why: string, fix: string): Outcome => ({ ...nothing('conflict', why), fix })

/** Whether the account is to be enabled today. */
export const isOn = ({ joiners, onLeave }: Mapping, { starts, standing }: Candidate): boolean =>
  starts !== null && joiners.disabledUntilHireDate ? false : standing !== 'leave' || onLeave === 'keep'

/** What a change to the wanted values would change. */
export const differences = ({ wanted }: Candidate, { value }: Held): Changes => {
  const changes: Record<string, Changes[string]> = {}
  for (const [path, to] of Object.entries(wanted)) {
    if (path === 'userPrincipalName') continue
    const from = valueAt(value, path)
    if (!isUnchanged(path, from, to)) changes[path] = { old: from, new: to }
  }
  return changes
}

/** The account is enabled if it was not, and disabled if it was. */
export const switched = (old: boolean): Changes => ({ accountEnabled: { old, new: !old } })
