import { randomUUID } from 'node:crypto'
import type { Clock } from '../../core/clock.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { addAudit } from '../../jobs/job-audit.ts'
import { severalTenants } from '../../jobs/job.ts'
import type { Line, Queries, Tables } from '../../store/tables/tables.ts'
import type { Caller, Role } from './caller.ts'
import { hashOf, newSecret } from './secrets.ts'

/** A token that the tool made, without its secret. */
interface Token {
  readonly id: string
  /** Unique among those that are not revoked. */
  readonly name: string
  readonly role: Role
  /** Names of tenants, or `all`. */
  readonly tenants: readonly string[] | 'all'
  /** Who uses it. A token without a person approves nothing. */
  readonly person?: string
  /** When it was made and when it ends, as ISO 8601 in UTC. */
  readonly createdAt: string
  readonly expiresAt: string
  readonly revokedAt?: string
  /** Who made it. */
  readonly by: string
}

/** What a new token is for. */
interface NewToken extends Pick<Token, 'name' | 'role' | 'tenants' | 'person'> {
  readonly expiresMs: number
}

/** The tokens of a server. */
export interface Tokens {
  /** Makes a token. Its secret is shown once. @throws EntrapipeError `NAME_TAKEN` */
  add(token: NewToken, by: Caller): Promise<Token & { readonly token: string }>
  /** All tokens, the newest first; revoked ones for a year. */
  list(): Promise<readonly Token[]>
  /** @throws EntrapipeError `TOKEN_UNKNOWN`, also if it is revoked */
  revoke(id: string, by: Caller): Promise<void>
  /** Who has the secret with this hash. Undefined if nobody has, or no longer. */
  callerOf(hash: string): Promise<Caller | undefined>
}

/** Distinguishes the tool's tokens from those of Entra, and lets scanners for secrets find them. */
export const tokenPrefix = 'entrapipe_'
/** The error `TOKEN_UNKNOWN`. */
export const unknownToken = (): EntrapipeError =>
  new EntrapipeError('TOKEN_UNKNOWN', 'There is no token with this id, or it is revoked.')

const keptMs = 365 * 86_400_000

const iso = (ms: unknown): string => new Date(Number(ms)).toISOString()
const tenantsOf = (line: Line): readonly string[] | 'all' => JSON.parse(String(line['tenants']))

const tokenOf = (line: Line): Token => ({
  id: String(line['id']),
  name: String(line['name']),
  role: line['role'] as Role,
  tenants: tenantsOf(line),
  ...(line['person'] !== null && { person: String(line['person']) }),
  createdAt: iso(line['created_at']),
  expiresAt: iso(line['expires_at']),
  ...given({ revokedAt: line['revoked_at'] === null ? undefined : iso(line['revoked_at']) }),
  by: String(line['made_by']),
})

/** Adds to the audit what somebody does with a token. Only who sees all of its tenants sees it. */
const audit = async (
  on: Queries,
  { id, name, role, tenants, person, expiresAt }: Token,
  { who, action, revision, at }: { readonly who: string; readonly action: string } & Record<'revision' | 'at', number>,
  served: readonly string[],
): Promise<void> => {
  const subject = `access/${id}`
  for (const tenant of tenants === 'all' ? served : tenants)
    await on.query('insert into job_tenants (job, tenant) values ($1, $2) on conflict do nothing', [subject, tenant])
  const facts = { name, role, expiresAt, ...given({ person }) }
  await addAudit(on, { id: subject, revision, tenant: severalTenants }, { who, action, facts }, { at })
}

/**
 * Keeps the hashes of tokens in the tables.
 *
 * @param served names of all tenants
 */
export const tokensIn = (tables: Tables, clock: Clock, served: readonly string[]): Tokens => ({
  add: (token, by) =>
    tables.transaction(async on => {
      const now = clock.now()
      await on.query('delete from access where revoked_at < $1 or expires_at < $1', [now - keptMs])
      const [same] = await on.query(
        'select id from access where name = $1 and revoked_at is null and expires_at > $2',
        [token.name, now],
      )
      if (same)
        throw new EntrapipeError('NAME_TAKEN', `There is a token named ${token.name} already.`, {
          fix: 'Choose another name, or revoke that one first.',
        })
      const secret = `${tokenPrefix}${newSecret()}`
      const [line] = await on.query(
        `insert into access (id, name, hash, role, tenants, person, created_at, expires_at, revoked_at, made_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, null, $9) returning *`,
        [
          randomUUID(),
          token.name,
          hashOf(secret),
          token.role,
          JSON.stringify(token.tenants),
          token.person ?? null,
          now,
          token.expiresMs,
          by.id,
        ],
      )
      const made = tokenOf(line!)
      await audit(on, made, { who: by.name, action: 'add token', revision: 1, at: now }, served)
      return { ...made, token: secret }
    }),
  async list() {
    const lines = await tables.query('select * from access order by created_at desc, id')
    return lines.map(tokenOf)
  },
  revoke: (id, by) =>
    tables.transaction(async on => {
      const now = clock.now()
      const [line] = await on.query(
        'update access set revoked_at = $2 where id = $1 and revoked_at is null returning *',
        [id, now],
      )
      if (!line) throw unknownToken()
      await audit(on, tokenOf(line), { who: by.name, action: 'revoke token', revision: 2, at: now }, served)
    }),
  async callerOf(hash) {
    const [line] = await tables.query(
      'select * from access where hash = $1 and revoked_at is null and expires_at > $2',
      [hash, clock.now()],
    )
    if (!line) return undefined
    const { id, name, role, person, tenants } = tokenOf(line)
    return {
      id: person === undefined ? `token:${id}` : `person:${person}`,
      name: person ?? name,
      roles: [role],
      tenants,
      isApp: person === undefined,
    }
  },
})
