import type { Need, OperationPermissions } from '../data/permissions.ts'
import { given } from '../core/given.ts'

/** Permissions of a token: app roles (`roles`), or delegated scopes (`scp`). */
export interface Granted {
  readonly kind: 'application' | 'delegated'
  readonly permissions: readonly string[]
}

/** A required permission that is missing. */
export interface MissingRight {
  readonly permission: string
  /** Permissions that include it. */
  readonly wider: readonly string[]
  readonly operations: readonly string[]
  /** The condition on which it is required, if any. */
  readonly when?: string
  /** A granted permission, and the condition on which it is enough. */
  readonly enough?: { readonly permission: string; readonly when: string }
}

/** A permission with more power than the operations need. */
interface WideRight {
  readonly permission: string
  /** Together, these permissions are enough for all that it is used for. */
  readonly least: readonly string[]
  /** Those that are required only on conditions. */
  readonly optional: readonly { readonly permission: string; readonly when: string }[]
}

/** Comparison of granted permissions with those that operations require. */
export interface RightsReport {
  readonly missing: readonly MissingRight[]
  /** Missing, but required only on a condition. */
  readonly optional: readonly MissingRight[]
  /** Granted, but not required by any of the operations. */
  readonly excess: readonly string[]
  /** Granted and used, although lesser permissions are enough together. */
  readonly wide: readonly WideRight[]
}

const ranks = ['ReadBasic', 'Read', 'ReadWrite'] as const

/** Whether one permission includes another of the same resource: ReadWrite includes Read, and Read includes ReadBasic. */
export const includes = (held: string, needed: string): boolean => {
  if (held.toLowerCase() === needed.toLowerCase()) return true
  const [one, other] = [held, needed].map(name => /^(.+)\.(ReadBasic|Read|ReadWrite)\.(\w+)$/.exec(name))
  if (!one || !other || one[1] !== other[1] || one[3] !== other[3]) return false
  return ranks.indexOf(one[2] as (typeof ranks)[number]) > ranks.indexOf(other[2] as (typeof ranks)[number])
}

const wanted = (need: Need, kind: Granted['kind']): readonly [string, ...string[]] =>
  kind === 'delegated' && need.delegated ? [need.delegated] : need.anyOf

/** Whether one of the permissions that satisfy a need is granted. */
export const holds = (need: Need, granted: Granted): boolean => satisfied(need, granted) !== undefined

/** The first required permission that is granted, by name or included in another one. */
const satisfied = (need: Need, { kind, permissions }: Granted): string | undefined => {
  for (const name of wanted(need, kind)) {
    const same = permissions.find(held => held.toLowerCase() === name.toLowerCase())
    if (same) return same
  }
  for (const name of wanted(need, kind)) {
    const wider = permissions.find(held => includes(held, name))
    if (wider) return wider
  }
  return undefined
}

/** Compares a token's permissions with those that operations require. A missing permission is listed once, with all its operations. */
export const compareRights = (granted: Granted, operations: readonly OperationPermissions[]): RightsReport => {
  const missing = new Map<string, MissingRight>()
  const optional = new Map<string, MissingRight>()
  const used = new Map<string, Need[]>()
  const tolerated = new Set<string>()
  for (const { operation, needs } of operations)
    for (const need of needs) {
      const [least, ...wider] = wanted(need, granted.kind)
      const held = satisfied(need, granted)
      if (held) {
        used.set(held, [...(used.get(held) ?? []), need])
        continue
      }
      const into = need.when ? optional : missing
      const enough = need.less && granted.permissions.includes(need.less.permission) ? need.less : undefined
      if (enough) tolerated.add(enough.permission)
      into.set(least, {
        permission: least,
        wider,
        operations: [...(into.get(least)?.operations ?? []), operation],
        ...(need.when && { when: need.when }),
        ...given({ enough }),
      })
    }
  for (const name of missing.keys()) optional.delete(name)
  return {
    missing: [...missing.values()],
    optional: [...optional.values()],
    excess: granted.permissions.filter(name => !used.has(name) && !tolerated.has(name) && !harmless.has(name)),
    wide: [...used].flatMap(([permission, needs]) => wideFor(permission, needs, granted.kind)),
  }
}

/** What is enough in place of a permission for these needs. One that is only used on conditions is not wide. */
const wideFor = (permission: string, needs: readonly Need[], kind: Granted['kind']): readonly WideRight[] => {
  const { least, optional } = leastRights([{ needs }], kind)
  const isLeast = [...least, ...optional.map(each => each.permission)].some(
    name => name.toLowerCase() === permission.toLowerCase(),
  )
  return least.length === 0 || isLeast ? [] : [{ permission, least, optional }]
}

/** Whether any of the permissions gives access to the directory. */
export const givesAccess = (permissions: readonly string[]): boolean => permissions.some(name => !harmless.has(name))

/** Scopes of every sign-in, which give no access to the directory. */
const harmless: ReadonlySet<string> = new Set(['openid', 'profile', 'email', 'offline_access', 'User.Read'])

/** The least privileged permissions for operations, and those required only on conditions. */
export const leastRights = (
  operations: readonly Pick<OperationPermissions, 'needs'>[],
  kind: Granted['kind'] = 'application',
): {
  readonly least: readonly string[]
  readonly optional: readonly { readonly permission: string; readonly when: string }[]
} => {
  const needs = operations.flatMap(each => each.needs)
  const always = needs.filter(({ when }) => !when)
  const optional = new Map<string, string>()
  for (const need of needs) {
    const [first] = wanted(need, kind)
    if (need.when)
      optional.set(first, [...new Set([...(optional.get(first)?.split('; ') ?? []), need.when])].join('; '))
  }
  let needed = [...new Set(always.map(need => wanted(need, kind)[0]))]
  for (const name of needed) {
    // Another permission that is needed anyway may include this one.
    const permissions = needed.filter(other => other !== name)
    if (always.every(need => satisfied(need, { kind, permissions }) !== undefined)) needed = permissions
  }
  return {
    least: needed,
    optional: [...optional]
      .filter(([name]) => !needed.some(held => includes(held, name)))
      .map(([permission, when]) => ({ permission, when })),
  }
}
