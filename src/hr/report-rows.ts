import type { Fields, Json } from '../core/json.ts'
import type { Change, Decision } from './decision.ts'

/** A value as people read it. */
export const shownValue = (value: Json | undefined): string => {
  if (value === undefined || value === null) return ''
  if (Array.isArray(value)) return value.map(each => shownValue(each as Json)).join('; ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** What changes, property by property, the manager and the groups too. */
export const changesIn = ({
  changes,
  manager,
  groups,
}: Decision): readonly (readonly [property: string, change: Change])[] => [
  ...Object.entries(changes),
  ...(manager ? [['manager', { old: manager.old, new: manager.joiner ?? manager.new ?? null }] as const] : []),
  ...(groups?.add ?? []).map(group => ['group', { old: null, new: groups?.names[group] ?? group }] as const),
  ...(groups?.remove ?? []).map(group => ['group', { old: groups?.names[group] ?? group, new: null }] as const),
]

/** The properties that change, each once. */
export const changedIn = (decision: Decision): ReadonlySet<string> => new Set(changesIn(decision).map(([name]) => name))

/** The columns of a report as a table. */
export const reportColumns = [
  'class',
  'action',
  'key',
  'name',
  'userPrincipalName',
  'id',
  'line',
  'property',
  'old',
  'new',
  'off',
  'why',
  'fix',
  'notes',
] as const

const userPrincipalNameOf = ({ account, wanted }: Decision): string =>
  account?.userPrincipalName ?? shownValue(wanted?.['userPrincipalName'])

const of = (decision: Decision): Fields => ({
  class: decision.class,
  action: decision.action,
  key: decision.key,
  name: decision.name,
  userPrincipalName: userPrincipalNameOf(decision),
  id: decision.account?.id ?? null,
  line: decision.line ?? null,
})

/** The lines of a decision in a report: one for each property that changes, at least one. */
export const reportRows = (decision: Decision): readonly Fields[] => {
  const found = changesIn(decision)
  const rest = {
    off: decision.off ?? null,
    why: decision.why,
    fix: decision.fix ?? null,
    notes: decision.notes.join(' ') || null,
  }
  const lines = found.length === 0 ? [[null, { old: null, new: null }] as const] : found
  return lines.map(([property, change]) => ({
    ...of(decision),
    property,
    old: shownValue(change.old),
    new: shownValue(change.new),
    ...rest,
  }))
}

/** The columns of a file for Active Directory. */
export const onPremisesColumns = ['key', 'name', 'userPrincipalName', 'id', 'property', 'old', 'new'] as const

/** The lines for Active Directory: one for each property that only it can change. */
export const onPremisesRows = (decision: Decision): readonly Fields[] =>
  Object.entries(decision.onPremises ?? {}).map(([property, change]) => {
    const { key, name, userPrincipalName, id } = of(decision)
    return {
      key,
      name,
      userPrincipalName,
      id,
      property,
      old: shownValue(change.old),
      new: shownValue(change.new),
    } as Fields
  })
