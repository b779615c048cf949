import type { Directory, Entity } from '../../../src/sandbox/directory/types.ts'
import { GraphFault, type Resources, type SandboxRequest } from '../../../src/sandbox/protocol.ts'

const entity = (id: string, more: Record<string, unknown> = {}) => ({ id, ...more })
const collection = (count: number, first: Record<string, unknown> = {}) => ({
  kind: 'user',
  count: () => count,
  slice: (_query: unknown, limit: number) => {
    const ids = Array.from(
      { length: Math.min(limit, count) },
      (_, at) => `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`,
    )
    return { ids, json: ids.map(id => JSON.stringify({ ...first, id })), cursor: undefined }
  },
  fast: () => true,
  get: (id: string) => entity(id, first),
  matches: (id: string, where: (one: Entity) => boolean) => where(entity(id, first)),
  find: () => undefined,
  json: () => '{}',
})

/** A directory with `users` identical users: enough for a server with scripted resources. */
export const fakeDirectory = (users = 1_000): Directory & { readonly done: unknown[] } => {
  const done: unknown[] = []
  return {
    done,
    tenantId: '11111111-2222-4333-8444-555555555555',
    domain: 'sandbox.example.com',
    seed: 1,
    generation: 1,
    lagBound: 60_000,
    now: () => 0,
    collection: () => collection(users, { userPrincipalName: 'a@sandbox.example.com' }),
    deleted: () => collection(0),
    related: () => [],
    countRelated: () => 0,
    isRelated: () => false,
    keepsLink: () => false,
    relating: () => [],
    lastOwners: () => [],
    memberOf: () => [],
    transitiveMembers: () => [],
    transitiveMemberOf: () => [],
    licences: {
      work: () => false,
      buy: (sku: string, units: object) =>
        sku === 'SPE_E3'
          ? {
              skuId: 'e3',
              skuPartNumber: sku,
              units: { enabled: 1, warning: 2, suspended: 3, lockedOut: 4, ...units },
              consumed: 5,
            }
          : undefined,
      truth: (user?: string) => [{ user: user ?? 'all' }],
    },
    organization: entity('o'),
    domains: [],
    subscribedSkus: [entity('s', { skuId: 'sku' })],
    directoryRoleTemplates: [entity('r')],
    changes: () => [],
    firstChanges: () => [],
    changesOf: () => ({ first: undefined, last: undefined, isNew: false, properties: new Set(), links: () => [] }),
    purges: () => [],
    truth: (id: string) =>
      id === 'x' ? { kind: 'user', id, state: 'live', versions: 1, history: [], entity: entity(id) } : undefined,
    close: () => undefined,
    commit: (mutations: readonly unknown[], by: unknown) =>
      mutations.map(mutation => {
        done.push({ mutation, by })
        return { sequence: done.length, atMs: 0, kind: 'user', id: 'x', what: 'updated' }
      }),
    shown: () => 1,
    setLag: () => undefined,
    moveClock: () => undefined,
  } as unknown as Directory & { readonly done: unknown[] }
}

/** Echoes requests. `/missing` is not found, `/denied` needs a permission, `/broken` is a defect. */
export const fakeResources = (seen: SandboxRequest[] = []): Resources => {
  return request => {
    seen.push(request)
    if (request.path === '/missing')
      throw new GraphFault(
        404,
        'Request_ResourceNotFound',
        `Resource 'x' does not exist or one of its queried reference-property objects are not present.`,
      )
    if (request.path === '/denied' && !request.caller.permissions.has('User.Read.All'))
      throw new GraphFault(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.')
    if (request.path === '/conflict')
      throw new GraphFault(400, 'Request_BadRequest', 'Taken.', {
        details: [{ code: 'ObjectConflict', message: 'Taken.', target: 'userPrincipalName' }],
      })
    if (request.path === '/broken') throw new Error('oops')
    if (request.path.endsWith('/$count')) return { status: 200, headers: { 'Content-Type': 'text/plain' }, body: '42' }
    if (request.method === 'PATCH') return { status: 204, headers: {}, body: undefined }
    return {
      status: 200,
      headers: {},
      body: JSON.stringify({
        '@odata.context': `${request.root}/$metadata#echo`,
        method: request.method,
        path: request.path,
        query: request.query,
        body: request.body ?? null,
        ...(request.pageFault ? { pageFault: request.pageFault } : {}),
        ...(request.retried ? { retried: true } : {}),
      }),
    }
  }
}
