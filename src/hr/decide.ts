import type { Fields, Json } from '../core/json.ts'
import type { Values } from '../core/operation.ts'
import { formerlySyncedProperties, userAttributes } from '../data/on-premises.ts'
import { isUnchanged } from '../operations/properties/same.ts'
import { daysBetween } from './days.ts'
import type { Account, Action, Changes, Decision, DecisionClass } from './decision.ts'
import type { Mapping, Standing } from './mapping.ts'
import { valueAt } from './value-at.ts'

/** A person of the feed. */
interface Candidate {
  readonly key: string
  readonly line: Decision['line'] | null
  readonly name: string
  readonly standing: Standing
  readonly today: string
  /** First day, if it is still to come. */
  readonly starts: string | null
  /** Last day, if it is over. */
  readonly ended: string | null
  readonly wanted: Values
}

/** The account of a person, with what is compared. */
export interface Held extends Account {
  /** The directory masters it, or Active Directory did earlier. */
  readonly formerlySynced: boolean
  readonly owned: boolean
  readonly value: Fields
}

/** What the feed did about a person earlier. */
export interface Remembered {
  readonly class: 'active' | 'leave' | 'leaver' | 'prehire'
  /** The day on which the class began. */
  readonly since: string
  /** Whether the feed disabled the account. */
  readonly disabled: boolean
}

/** What a run is asked to do. */
export interface DecideOptions {
  /** Whether accounts of the directory are synchronized from Active Directory. */
  readonly isSyncing: boolean
  /** Whether new people get accounts in the cloud although the directory synchronizes. */
  readonly cloudJoiners: boolean
  /** Days after which the account of a leaver is deleted. @default never */
  readonly deleteAfterDays: number | undefined
}

const rootOf = (path: string): string => path.split('/')[0]!

/** Properties of an account as objects, from their paths. */
export const byRoot = (wanted: Values): Values => {
  const found: Record<string, Json> = {}
  for (const [path, value] of Object.entries(wanted)) {
    const [root, member] = path.split('/') as [string, string | undefined]
    found[root] = member === undefined ? value : { ...(found[root] as Values | undefined), [member]: value }
  }
  return found
}

/** What a change to the wanted values would change. */
const differences = ({ wanted }: Candidate, { value }: Held): Changes => {
  const changes: Record<string, Changes[string]> = {}
  for (const [path, to] of Object.entries(wanted)) {
    if (path === 'userPrincipalName') continue
    const from = valueAt(value, path)
    if (!isUnchanged(path, from, to)) changes[path] = { old: from, new: to }
  }
  return changes
}

const switched = (old: boolean): Changes => ({ accountEnabled: { old, new: !old } })

const parted = (changes: Changes, test: (path: string) => boolean): readonly [Changes, Changes] => {
  const [yes, no] = [true, false].map(wanted =>
    Object.fromEntries(Object.entries(changes).filter(([path]) => test(path) === wanted)),
  ) as [Changes, Changes]
  return [yes, no]
}

const isAny = (changes: Changes): boolean => Object.keys(changes).length > 0

type Outcome = Pick<Decision, 'class' | 'action' | 'why'> & Partial<Decision>

/**
 * What is to be done about a person who has, or has not, an account. Names that are generated, managers and groups come later.
 */
export const decide = (
  mapping: Mapping,
  person: Candidate,
  held: Held | undefined,
  remembered: Remembered | undefined,
  options: DecideOptions,
): Decision => {
  const found = outcomeOf(mapping, person, held, remembered, options)
  const { id, userPrincipalName, enabled, deleted, synced } = held ?? {}
  return {
    key: person.key,
    name: person.name,
    ...(person.line === null || person.line === undefined ? {} : { line: person.line }),
    ...(held && {
      account: {
        id: id!,
        userPrincipalName: userPrincipalName!,
        enabled: enabled!,
        ...(deleted && { deleted }),
        ...(synced && { synced }),
      },
    }),
    changes: {},
    notes: [],
    ...found,
  }
}

const outcomeOf = (
  mapping: Mapping,
  person: Candidate,
  held: Held | undefined,
  remembered: Remembered | undefined,
  options: DecideOptions,
): Outcome => {
  if (held && !held.owned)
    return conflict(
      'The account is outside the scope of the feed.',
      'Correct the account, or the scope of the mapping.',
    )
  if (person.standing === 'leaver') return leaver(mapping, person, held, remembered, options)
  const daysLeft = person.starts === null ? 0 : daysBetween(person.today, person.starts)
  const isEarly = daysLeft > mapping.joiners.createDaysBefore
  if (isEarly || (held && !held.deleted && daysLeft > 0 && remembered?.class === 'leaver'))
    return nothing('waiting', `Starts on ${person.starts}.`)
  if (!held) return joiner(mapping, person, options)
  if (held.deleted) return rehire(mapping, person, held)
  return mover(mapping, person, held, remembered)
}

const nothing = (of: DecisionClass, why: string): Outcome => ({ class: of, action: 'none', why })
const conflict = (why: string, fix: string): Outcome => ({ ...nothing('conflict', why), fix })

/** Whether the account is to be enabled today. */
const isOn = ({ joiners, onLeave }: Mapping, { starts, standing }: Candidate): boolean =>
  standing === 'leave' ? onLeave === 'keep' : starts === null || !joiners.disabledUntilHireDate

const joiner = (mapping: Mapping, person: Candidate, { isSyncing, cloudJoiners }: DecideOptions): Outcome => {
  const filled = Object.entries(person.wanted).filter(([, value]) => value !== null && !isEmptyList(value))
  const wanted: Values = { ...Object.fromEntries(filled), accountEnabled: isOn(mapping, person) }
  for (const path of ['displayName', 'userPrincipalName'])
    if (wanted[path] === undefined && !mapping.generated.has(path as 'userPrincipalName'))
      return {
        ...nothing('failed', `The row has no ${path}, without which no account can be created.`),
        fix: 'Correct the row.',
      }
  const isKnown = mapping.scope.properties.every(path => !mapping.generated.has(path as 'userPrincipalName'))
  if (isKnown && !mapping.scope.owns(byRoot(wanted)))
    return {
      ...nothing('failed', `The new account would be outside the scope of the feed, ${mapping.scope.text}.`),
      fix: 'Correct the row, or map the properties of the scope.',
    }
  const when = person.starts === null ? 'Has no account.' : `Has no account, and starts on ${person.starts}.`
  if (isSyncing && !cloudJoiners)
    return {
      ...nothing('joiner', `${when} The directory is synchronized from Active Directory.`),
      off: '--cloud-joiners',
      wanted,
      fix: 'Create the person in Active Directory, or add --cloud-joiners.',
    }
  return { class: 'joiner', action: 'create', why: when, wanted }
}

const isEmptyList = (value: Json): boolean => Array.isArray(value) && value.length === 0

const rehire = (mapping: Mapping, person: Candidate, held: Held): Outcome => {
  if (held.synced)
    return conflict(
      'The deleted account is synchronized from Active Directory, where it must be restored.',
      'Restore the person in Active Directory.',
    )
  const on = isOn(mapping, person)
  const changes = { ...differences(person, held), ...(held.enabled === on ? {} : switched(held.enabled)) }
  return { class: 'rehire', action: 'restore', why: 'Is back, and the account is deleted.', changes }
}

const leaver = (
  { leavers }: Mapping,
  { today, ended }: Candidate,
  held: Held | undefined,
  remembered: Remembered | undefined,
  { deleteAfterDays }: DecideOptions,
): Outcome => {
  const why = ended === null ? 'Has left.' : `Has left: the last day was ${ended}.`
  if (!held || held.deleted) return nothing('unchanged', `${why} There is no live account.`)
  const wasLeaver = remembered?.class === 'leaver'
  if (!held.enabled) {
    const days = wasLeaver ? daysBetween(remembered.since, today) : 0
    if (wasLeaver && deleteAfterDays !== undefined && days >= deleteAfterDays)
      return held.synced
        ? nothing('unchanged', `${why} Active Directory deletes the account.`)
        : { class: 'deletion', action: 'delete', why: `${why} The account is disabled since ${remembered.since}.` }
    return nothing('unchanged', `${why} The account is disabled.`)
  }
  const revokeSessions = leavers.revokeSessions && !(held.synced && wasLeaver) ? { revokeSessions: true as const } : {}
  return held.synced
    ? {
        class: revokeSessions.revokeSessions ? 'leaver' : 'unchanged',
        action: 'none',
        why: `${why} Active Directory disables the account.`,
        onPremises: switched(true),
        ...revokeSessions,
      }
    : { class: 'leaver', action: 'disable', why, changes: switched(true), ...revokeSessions }
}

const reasons: Readonly<Record<Remembered['class'], string>> = {
  active: 'Works again.',
  leave: 'Is back from leave.',
  leaver: 'Is back, and the account is disabled.',
  prehire: 'Starts today.',
}

const mover = (mapping: Mapping, person: Candidate, held: Held, remembered: Remembered | undefined): Outcome => {
  const isFeeds = remembered?.class === 'leaver' || remembered?.disabled === true
  const on = isOn(mapping, person)
  const isPaused = person.standing === 'leave' && mapping.onLeave === 'disable'
  // An account that somebody else disabled stays disabled, and one that is enabled before the first day stays enabled.
  const toSwitch = on ? !held.enabled && isFeeds && person.starts === null : held.enabled && isPaused
  const all = { ...differences(person, held), ...(toSwitch ? switched(held.enabled) : {}) }
  const [mastered, others] = parted(all, path => held.synced === true && userAttributes[rootOf(path)] !== undefined)
  const [kept, changes] = parted(others, path => held.formerlySynced && formerlySyncedProperties.includes(rootOf(path)))
  const notes = isAny(kept)
    ? [
        `Only Exchange changes ${Object.keys(kept).join(', ')}: the account was synchronized from Active Directory earlier.`,
      ]
    : []
  const onPremises = isAny(mastered) ? { onPremises: mastered } : {}
  if (!isAny(changes))
    return {
      ...nothing('unchanged', isAny(mastered) ? 'Active Directory changes the account.' : 'Is as the feed says.'),
      notes,
      ...onPremises,
    }
  const action: Action = 'update'
  const names = Object.keys(changes).filter(path => path !== 'accountEnabled')
  const differs = names.length === 0 ? '' : `Changed: ${names.join(', ')}.`
  const shown = (of: DecisionClass, why: string): Outcome => ({
    class: of,
    action,
    why: [why, differs].filter(text => text !== '').join(' '),
    changes,
    notes,
    ...onPremises,
  })
  if (changes['accountEnabled'] === undefined) return shown('mover', '')
  if (!on) return shown('leave', 'Is on leave.')
  return shown(
    remembered!.class === 'leaver' ? 'rehire' : remembered!.class === 'leave' ? 'leave' : 'mover',
    reasons[remembered!.class],
  )
}
