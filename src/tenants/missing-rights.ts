import { joined } from '../core/joined.ts'
import type { Stop } from '../core/stop.ts'
import { operationPermissions } from '../data/permissions.ts'
import { permitted, type TokenClaims } from '../graph/read-token.ts'
import { compareRights, leastRights } from './rights.ts'

/** What a run does without. */
interface Doing {
  /** Nothing is sent. */
  readonly dryRun?: boolean | undefined
  /** Holders of privileged roles are not protected. */
  readonly includePrivileged?: boolean | undefined
}

/** Returns a function that tells which permissions a sign-in lacks for a kind of change: `NOT_PERMITTED` (facts: missing). */
export const missingRights = (
  claims: TokenClaims,
  { dryRun = false, includePrivileged = false }: Doing,
): ((kind: string) => Stop | undefined) => {
  const permissions = permitted(claims)
  return kind => {
    const found = operationPermissions.find(one => one.kind === kind)
    if (!found || permissions === undefined) return undefined
    const needs = found.needs.filter(({ writes, protects }) => !(writes && dryRun) && !(protects && includePrivileged))
    const { missing: all } = compareRights({ kind: claims.kind, permissions }, [{ ...found, needs }])
    // Whether a lesser permission is enough, Graph says: it depends on the objects.
    const missing = all.filter(({ enough }) => enough === undefined)
    if (missing.length === 0) return undefined
    const lacking = new Set(missing.map(({ permission }) => permission))
    const unmet = needs.filter(
      ({ anyOf, delegated = '', when }) => !when && (lacking.has(anyOf[0]) || lacking.has(delegated)),
    )
    const names = leastRights([{ ...found, needs: unmet }], claims.kind).least
    const who = claims.kind === 'application' ? 'The app' : 'The sign-in'
    const isOfRoles = unmet.some(({ protects }) => protects)
    return {
      code: 'NOT_PERMITTED',
      why: `${who} lacks ${joined(names)}, which ${found.isSink ? `the sink ${found.operation}` : `\`entrapipe ${found.operation}\``} requires.`,
      facts: { missing: names },
      fix: `Grant ${names.length === 1 ? 'it' : 'them'} with admin consent; \`entrapipe permissions ${found.operation}\` shows all permissions.${
        isOfRoles ? ' With --include-privileged, holders of privileged roles need not be read.' : ''
      }`,
    }
  }
}
