import type { FastifyInstance, FastifyReply } from 'fastify'
import { EntrapipeError } from '../../core/errors.ts'
import { productsOf } from '../../licensing/products.ts'
import { readSubscribedSkus } from '../../licensing/subscribed-skus.ts'
import { parseFilter } from '../../odata/parse-filter.ts'
import { searchGroups } from '../../sources/graph/search-groups.ts'
import { searchUsers } from '../../sources/graph/search-users.ts'
import { callerOf } from '../create-app.ts'
import type { Readers } from '../directory/readers.ts'
import type { JobAccess } from '../jobs/open-jobs.ts'
import { objectOf, problems } from '../schemas.ts'

/** Lists that are counted, by the exports that read them. */
const paths: Readonly<Record<string, string>> = {
  users: '/users',
  groups: '/groups',
  devices: '/devices',
  applications: '/applications',
  'service-principals': '/servicePrincipals',
  'deleted-users': '/directory/deletedItems/microsoft.graph.user',
  'deleted-groups': '/directory/deletedItems/microsoft.graph.group',
}

const text = { type: 'string' }
const nullable = { type: ['string', 'null'] }
const tags = ['directory']
const params = objectOf({ tenant: { type: 'string', minLength: 1, maxLength: 200 } })
const searchQuery = objectOf(
  {
    search: { type: 'string', minLength: 1, maxLength: 200, description: 'The beginning of a name, or an id.' },
    limit: { type: 'integer', minimum: 1, maximum: 50 },
  },
  ['limit'],
)
const listOf = (description: string, properties: Record<string, object>) => ({
  200: { description, ...objectOf({ items: { type: 'array', items: objectOf(properties as never) } }) },
  ...problems(404, 422),
})

interface Search {
  readonly Params: { readonly tenant: string }
  readonly Querystring: { readonly search: string; readonly limit?: number }
}

/** Aborted when nobody waits for the reply any more. */
const untilGone = ({ raw }: FastifyReply): AbortSignal => {
  const gone = new AbortController()
  raw.once('close', () => gone.abort())
  return gone.signal
}

/** @throws EntrapipeError `OPTION_INVALID` */
const membersOf = (group: string | undefined, transitive: boolean): string => {
  if (group === undefined)
    throw new EntrapipeError('OPTION_INVALID', 'Members are counted of a group, and none was given.', {
      fix: 'Give the id of the group.',
    })
  return `/groups/${group}/${transitive ? 'transitiveMembers' : 'members'}`
}

/** What forms ask about a directory. Nothing is read but what is shown: a page at most. */
export const directoryRoutes = async (
  app: FastifyInstance,
  { access, readers }: { readonly access: JobAccess; readonly readers: Readers },
): Promise<void> => {
  const config = { role: 'Operator' } as const

  app.get<Search>(
    '/api/directory/:tenant/users',
    {
      config,
      schema: {
        ...{ tags, summary: 'Finds users by the beginning of a name or address', params, querystring: searchQuery },
        response: listOf('By name.', { id: text, displayName: nullable, userPrincipalName: nullable, mail: nullable }),
      },
    },
    async (request, reply) => {
      const { search, limit = 20 } = request.query
      access.expectTenant(callerOf(request), request.params.tenant)
      const reader = await readers.of(request.params.tenant)
      return { items: (await searchUsers(reader, search.trim(), limit, untilGone(reply))).slice(0, limit) }
    },
  )
  app.get<Search>(
    '/api/directory/:tenant/groups',
    {
      config,
      schema: {
        ...{ tags, summary: 'Finds groups by the beginning of a name or address', params, querystring: searchQuery },
        response: listOf('By name.', { id: text, displayName: nullable, mail: nullable }),
      },
    },
    async (request, reply) => {
      const { search, limit = 20 } = request.query
      access.expectTenant(callerOf(request), request.params.tenant)
      const reader = await readers.of(request.params.tenant)
      return { items: await searchGroups(reader, search.trim(), limit, untilGone(reply)) }
    },
  )
  app.get<{
    Params: { tenant: string }
    Querystring: { of: string; filter?: string; group?: string; transitive?: boolean }
  }>(
    '/api/directory/:tenant/count',
    {
      config,
      schema: {
        tags,
        summary: 'Counts what an export would read',
        params,
        querystring: objectOf(
          {
            of: { type: 'string', enum: [...Object.keys(paths), 'members'] },
            filter: { type: 'string', minLength: 1, maxLength: 10_000, description: 'OData.' },
            group: { type: 'string', format: 'uuid', description: 'Of members.' },
            transitive: { type: 'boolean', description: 'Of members: also those of groups in the group.' },
          },
          ['filter', 'group', 'transitive'],
        ),
        response: {
          200: { description: 'As Graph counts it now.', ...objectOf({ count: { type: 'integer' } }) },
          ...problems(404, 422),
        },
      },
    },
    async (request, reply) => {
      const { of, filter, group, transitive = false } = request.query
      access.expectTenant(callerOf(request), request.params.tenant)
      if (filter !== undefined) parseFilter(filter)
      const path = of === 'members' ? membersOf(group, transitive) : paths[of]!
      const reader = await readers.of(request.params.tenant)
      return { count: await reader.count(path, filter, untilGone(reply)) }
    },
  )
  app.get<{ Params: { tenant: string } }>(
    '/api/directory/:tenant/products',
    {
      config,
      schema: {
        ...{ tags, summary: 'Lists the products of a tenant, with their units', params },
        response: listOf('By name.', {
          ...{ id: text, partNumber: text, name: text },
          ...{ owned: { type: 'integer' }, used: { type: 'integer' } },
        }),
      },
    },
    async (request, reply) => {
      access.expectTenant(callerOf(request), request.params.tenant)
      const reader = await readers.of(request.params.tenant)
      const products = productsOf(await readSubscribedSkus(reader, untilGone(reply)))
      return {
        items: [...products.values()]
          .flatMap(({ skuId, partNumber, name, subscription: own }) =>
            own?.appliesTo === 'User'
              ? [{ id: skuId, partNumber, name, owned: own.enabled + own.warning, used: own.consumed }]
              : [],
          )
          .sort((one, other) => (one.name < other.name ? -1 : 1)),
      }
    },
  )
}
