import type { FastifyInstance } from 'fastify'
import type { Clock } from '../../core/clock.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { roles, type Caller, type Role } from '../access/caller.ts'
import { unknownToken, type Tokens } from '../access/tokens.ts'
import { callerOf } from '../create-app.ts'
import { idParams, objectOf, problems, timeSchema } from '../schemas.ts'

const own = { type: 'string', minLength: 1, maxLength: 200 }
const tenantsSchema = {
  anyOf: [
    { type: 'array', items: own, minItems: 1, maxItems: 1000, uniqueItems: true },
    { type: 'string', enum: ['all'] },
  ],
  description: 'Names of tenants, or "all".',
}

const tokenFields = {
  id: { type: 'string', format: 'uuid' },
  name: own,
  role: { type: 'string', enum: roles },
  tenants: tenantsSchema,
  person: { ...own, description: 'Who uses it. A token without a person approves nothing.' },
  createdAt: timeSchema,
  expiresAt: timeSchema,
  revokedAt: timeSchema,
  by: { type: 'string' },
}

const newToken = objectOf(
  {
    name: { ...own, pattern: '^[\\w.@ -]+$', description: 'letters, digits, blanks and . _ - @' },
    role: tokenFields.role,
    tenants: tenantsSchema,
    person: tokenFields.person,
    expiresAt: { ...timeSchema, description: 'In 90 days if it is missing, in a year at the latest.' },
  },
  ['person', 'expiresAt'],
)

interface NewTokenBody {
  readonly name: string
  readonly role: Role
  readonly tenants: readonly string[] | 'all'
  readonly person?: string
  readonly expiresAt?: string
}

const dayMs = 86_400_000
const longestMs = 366 * dayMs

/** Whether a caller has all tenants of a token: an administrator of some gives nobody more, and sees no token that has more. */
const covers = (caller: Caller, asked: readonly string[] | 'all'): boolean =>
  caller.tenants === 'all' || (asked !== 'all' && asked.every(name => caller.tenants.includes(name)))

/**
 * Tokens, for administrators.
 *
 * @param tenants names of those that the server has
 */
export const accessRoutes = async (
  app: FastifyInstance,
  { tokens, clock, tenants }: { readonly tokens: Tokens; readonly clock: Clock; readonly tenants: readonly string[] },
): Promise<void> => {
  const config = { role: 'Admin' } as const
  const tags = ['access']

  const expiryOf = ({ expiresAt }: NewTokenBody): number => {
    const now = clock.now()
    const ms = expiresAt === undefined ? now + 90 * dayMs : Date.parse(expiresAt)
    if (ms > now && ms <= now + longestMs) return ms
    throw new EntrapipeError('OPTION_INVALID', 'Expected expiresAt to be a time from now to a year from now.')
  }

  app.get(
    '/api/access',
    {
      config,
      schema: {
        tags,
        summary: 'Lists the tokens, without their secrets',
        response: {
          200: {
            description: 'The newest first.',
            ...objectOf({ items: { type: 'array', items: objectOf(tokenFields, ['person', 'revokedAt']) } }),
          },
          ...problems(),
        },
      },
    },
    async request => ({
      items: (await tokens.list()).filter(token => covers(callerOf(request), token.tenants)),
    }),
  )
  app.post<{ Body: NewTokenBody }>(
    '/api/access',
    {
      config,
      schema: {
        tags,
        summary: 'Makes a token',
        description: 'Its secret is in the reply, and nowhere else.',
        body: newToken,
        response: {
          201: {
            description: 'Made.',
            ...objectOf({ ...tokenFields, token: { type: 'string' } }, ['person', 'revokedAt']),
          },
          ...problems(400, 409, 415, 422),
        },
      },
    },
    async (request, reply) => {
      const { body } = request
      const caller = callerOf(request)
      const own = caller.tenants === 'all' ? tenants : tenants.filter(name => caller.tenants.includes(name))
      const unknown = body.tenants === 'all' ? undefined : body.tenants.find(name => !own.includes(name))
      if (unknown !== undefined)
        throw new EntrapipeError('TENANT_UNKNOWN', `The server has no tenant ${unknown}.`, {
          fix: `Choose from ${own.join(', ')}.`,
        })
      if (!covers(caller, body.tenants))
        throw new EntrapipeError('NOT_ALLOWED', `${caller.name} is not for all tenants, so no token of theirs is.`, {
          fix: `Choose from ${own.join(', ')}.`,
        })
      const { name, role, tenants: ofToken, person } = body
      const made = await tokens.add(
        { name, role, tenants: ofToken, ...given({ person }), expiresMs: expiryOf(body) },
        caller,
      )
      return reply.status(201).send(made)
    },
  )
  app.delete<{ Params: { id: string } }>(
    '/api/access/:id',
    {
      config,
      schema: {
        tags,
        summary: 'Revokes a token',
        params: idParams,
        response: { 204: { description: 'Revoked.', type: 'null' }, ...problems(404) },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const found = (await tokens.list()).find(token => token.id === id)
      if (!found || !covers(callerOf(request), found.tenants)) throw unknownToken()
      await tokens.revoke(id, callerOf(request))
      return reply.status(204).send()
    },
  )
}
