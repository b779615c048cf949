import { severalTenants } from '../job.ts'
import type { Queries } from '../../store/tables/tables.ts'

const mayRun: ReadonlySet<string> = new Set(['Operator', 'Admin'])

/**
 * Whether who made a schedule may still run jobs of these tenants. What counts is that a token was revoked, which somebody has decided: one
 * that has only expired stops no schedule. Who signed in through Entra, or on the machine of the server, has no token to look at.
 *
 * @param id `Person.id`
 */
export const stillMayRun = async (on: Queries, id: string, tenants: readonly string[]): Promise<boolean> => {
  const [kind, name] = [id.slice(0, id.indexOf(':')), id.slice(id.indexOf(':') + 1)]
  if (kind !== 'token' && kind !== 'person') return true
  const column = kind === 'token' ? 'id' : 'person'
  const own = await on.query(`select role, tenants, revoked_at from access where ${column} = $1`, [name])
  // Without a line, it was revoked or has ended more than a year ago.
  return own.some(line => {
    const covered = JSON.parse(String(line['tenants'])) as readonly string[] | 'all'
    return (
      line['revoked_at'] === null &&
      mayRun.has(String(line['role'])) &&
      (covered === 'all' || tenants.every(tenant => tenant === severalTenants || covered.includes(tenant)))
    )
  })
}
