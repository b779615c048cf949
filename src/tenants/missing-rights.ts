import { joined } from '../core/joined.ts'
import type { Stop } from '../core/stop.ts'
import { operationPermissions, type OperationPermissions } from '../data/permissions.ts'
import { permitted, type TokenClaims } from '../graph/read-token.ts'
import { compareRights, leastRights } from './rights.ts'

/** What a run does without. */
interface Doing {
  /** Nothing is sent. */
  readonly dryRun?: boolean | undefined
  /** Holders of privileged roles are not protected. */
  readonly includePrivileged?: boolean | undefined
}

/** Returns a function that tells which permissions a sign-in lacks for kinds of changes, the least privileged ones: `NOT_PERMITTED` (facts: missing). */
export const missingRights = (
  claims: TokenClaims,
  { dryRun = false, includePrivileged = false }: Doing,
): ((kinds: readonly string[]) => Stop | undefined) => {
  const permissions = permitted(claims)
  const lackingOf = (found: OperationPermissions) => {
    const needs = found.needs.filter(({ writes, protects }) => !(writes && dryRun) && !(protects && includePrivileged))
    const { missing: all } = compareRights({ kind: claims.kind, permissions: permissions! }, [{ ...found, needs }])
    // Whether a lesser permission is enough, Graph says: it depends on the objects.
    const missing = all.filter(({ enough }) => enough === undefined)
    const lacking = new Set(missing.map(({ permission }) => permission))
    return needs.filter(({ anyOf, delegated = '', when }) => !when && (lacking.has(anyOf[0]) || lacking.has(delegated)))
  }
  return kinds => {
    if (permissions === undefined) return undefined
    const found = operationPermissions
      .filter(({ kind }) => kind !== undefined && kinds.includes(kind))
      .map(each => ({ ...each, needs: lackingOf(each) }))
      .filter(({ needs }) => needs.length > 0)
    if (found.length === 0) return undefined
    const names = leastRights(found, claims.kind).least
    const who = claims.kind === 'application' ? 'The app' : 'The sign-in'
    const isOfRoles = found.some(({ needs }) => needs.some(({ protects }) => protects))
    const them = found.map(({ isSink, operation }) => (isSink ? `the sink ${operation}` : `\`entrapipe ${operation}\``))
    return {
      code: 'NOT_PERMITTED',
      why: `${who} lacks ${joined(names)}, which ${joined(them)} ${them.length === 1 ? 'requires' : 'require'}.`,
      facts: { missing: names },
      fix: `Grant ${names.length === 1 ? 'it' : 'them'} with admin consent; \`entrapipe permissions ${found.map(({ operation }) => operation).join(', ')}\` shows all permissions.${
        isOfRoles ? ' With --include-privileged, holders of privileged roles need not be read.' : ''
      }`,
    }
  }
}
