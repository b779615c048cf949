import { formerlySyncedProperties, userAttributes } from '../data/on-premises.ts'
import type { Candidate, Held, Remembered } from './candidate.ts'
import type { Changes, DecisionClass } from './decision.ts'
import type { Mapping } from './mapping.ts'
import { conflict, differences, isOn, nothing, switched, type Outcome } from './outcome.ts'

/** What is to be done about a person whose account is in the recycle bin. */
export const decideRehire = (mapping: Mapping, person: Candidate, held: Held): Outcome => {
  if (held.synced)
    return conflict(
      'The deleted account is synchronized from Active Directory, where it must be restored.',
      'Restore the person in Active Directory.',
    )
  const on = isOn(mapping, person)
  const changes = { ...differences(person, held), ...(held.enabled === on ? {} : switched(held.enabled)) }
  return { class: 'rehire', action: 'restore', why: 'Is back, and the account is deleted.', changes }
}

const rootOf = (path: string): string => path.split('/')[0]!

const parted = (changes: Changes, test: (path: string) => boolean): readonly [Changes, Changes] => {
  const [yes, no] = [true, false].map(wanted =>
    Object.fromEntries(Object.entries(changes).filter(([path]) => test(path) === wanted)),
  ) as [Changes, Changes]
  return [yes, no]
}

const isAny = (changes: Changes): boolean => Object.keys(changes).length > 0

/** What the cloud may change of an account, what Active Directory must change, and what is said of the rest. */
const byMaster = (held: Held, all: Changes): Pick<Outcome, 'onPremises' | 'notes'> & { readonly changes: Changes } => {
  const [mastered, others] = parted(all, path => held.synced === true && userAttributes[rootOf(path)] !== undefined)
  const [kept, changes] = parted(others, path => held.formerlySynced && formerlySyncedProperties.includes(rootOf(path)))
  const names = Object.keys(kept).join(', ')
  return {
    changes,
    notes: isAny(kept)
      ? [`Only Exchange changes ${names}: the account was synchronized from Active Directory earlier.`]
      : [],
    ...(isAny(mastered) && { onPremises: mastered }),
  }
}

/** The class of a change that switches the account on or off, and why. */
const switching = (on: boolean, remembered: Remembered['class'] | undefined): readonly [DecisionClass, string] => {
  if (!on) return ['leave', 'Is on leave.']
  switch (remembered) {
    case 'leaver':
      return ['rehire', 'Is back, and the account is disabled.']
    case 'leave':
      return ['leave', 'Is back from leave.']
    case 'prehire':
      return ['mover', 'Starts today.']
    default:
      return ['mover', 'Works again.']
  }
}

const othersDisabled = 'The account is disabled, but not by this feed: it stays disabled.'

/** What is to be done about a person with a live account. */
export const decideMover = (
  mapping: Mapping,
  person: Candidate,
  held: Held,
  remembered: Remembered | undefined,
): Outcome => {
  const isFeeds = remembered?.class === 'leaver' || held.disabledOn !== undefined
  const on = isOn(mapping, person)
  const isPaused = person.standing === 'leave' && mapping.onLeave === 'disable'
  // An account that somebody else disabled stays disabled, and one that is enabled before the first day stays enabled.
  const toSwitch = on ? !held.enabled && isFeeds && person.starts === null : held.enabled && isPaused
  const all = { ...differences(person, held), ...(toSwitch ? switched(held.enabled) : {}) }
  const { changes, notes = [], ...master } = byMaster(held, all)
  const staysOff = on && !held.enabled && !toSwitch && person.starts === null
  const rest = { ...master, notes: staysOff ? [...notes, othersDisabled] : notes }
  if (!isAny(changes))
    return {
      ...nothing('unchanged', rest.onPremises ? 'Active Directory changes the account.' : 'Matches the feed.'),
      ...rest,
    }
  const names = Object.keys(changes).filter(path => path !== 'accountEnabled')
  const [of, why] =
    changes['accountEnabled'] === undefined ? (['mover', ''] as const) : switching(on, remembered?.class)
  const differs = names.length === 0 ? '' : `Changed: ${names.join(', ')}.`
  return {
    class: of,
    action: 'update',
    why: [why, differs].filter(text => text !== '').join(' '),
    changes,
    ...rest,
  }
}
