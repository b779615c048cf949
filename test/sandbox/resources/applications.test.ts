import t from 'tap'
import { mutate } from '../mutate.ts'
import { groupBed, refusal } from './group-bed.ts'

const permissions = ['Application.ReadWrite.All', 'Directory.Read.All']
const badRequest = (message: string) => ({ status: 400, code: 'Request_BadRequest', message })
const denied = {
  status: 403,
  code: 'Authorization_RequestDenied',
  message: 'Insufficient privileges to complete the operation.',
}
const done = { status: 204, headers: {}, body: null }

const bed = () => {
  const made = groupBed()
  const { directory } = made
  const send = (method: string, url: string, body?: unknown, allowed: readonly string[] = permissions, app?: string) =>
    made.send(method, url, body, { permissions: allowed, ...(app === undefined ? {} : { app }) })
  const [one, other] = made.all('application', app => app['appId'] !== undefined)
  const entity = (kind: 'application' | 'servicePrincipal', id: string) => directory.truth(id)?.entity
  const principalOf = (id: string): string =>
    directory.collection('servicePrincipal').find('appId', String(entity('application', id)!['appId']))!.id
  return { ...made, send, one: one!, other: other!, entity, principalOf }
}

t.test('an application and a service principal are changed, and members that a request leaves out stay', async t => {
  const { directory, send, one, entity, principalOf } = bed()
  const before = entity('application', one)!
  const web = before['web'] as { readonly redirectUris: readonly string[] }
  const patch = { displayName: 'CRM', web: { implicitGrantSettings: { enableIdTokenIssuance: true } } }
  t.strictSame(await send('PATCH', `/applications/${one}`, patch), done)
  t.match(entity('application', one), {
    displayName: 'CRM',
    web: {
      redirectUris: web.redirectUris,
      implicitGrantSettings: { enableIdTokenIssuance: true, enableAccessTokenIssuance: false },
    },
  })
  const principal = principalOf(one)
  const url = `/servicePrincipals(appId='${String(before['appId'])}')`
  t.strictSame(await send('PATCH', url, { accountEnabled: false, notes: 'Old' }), done)
  t.match(entity('servicePrincipal', principal), { accountEnabled: false, notes: 'Old' })
  t.match([...directory.truthOf('application')], [{ id: one, updated: 1, displayName: 'CRM' }])
  t.match([...directory.truthOf('servicePrincipal')], [{ id: principal, updated: 1 }])
})

t.test('what cannot be set is refused, and nothing changes', async t => {
  const { directory, send, one, other, principalOf } = bed()
  const patch = async (body: unknown, url = `/applications/${one}`) => refusal(await send('PATCH', url, body))
  t.strictSame(await patch({ appId: one }), badRequest(`Property 'appId' is read-only and cannot be set.`))
  t.match(await patch({ passwordCredentials: [] }), { status: 400 })
  t.match(await patch({ displayName: '' }), { status: 400 })
  t.match(await patch({ displayName: 'x'.repeat(257) }), { status: 400 })
  t.match(await patch({ signInAudience: 'Everybody' }), { status: 400 })
  t.match(await patch({ nonsense: 1 }), { status: 400 })
  t.match(await patch({ accountEnabled: 'no' }, `/servicePrincipals/${principalOf(one)}`), { status: 400 })
  const { generation } = directory
  t.strictSame(await send('PATCH', `/applications/${other}`, { identifierUris: ['api://crm'] }), done)
  t.strictSame(
    await patch({ identifierUris: ['api://crm'] }),
    badRequest('Another object with the same value for property identifierUris already exists.'),
  )
  t.strictSame(await send('PATCH', `/applications/${other}`, { uniqueName: 'crm' }), done)
  t.match(
    await patch({ uniqueName: 'other' }, `/applications/${other}`),
    badRequest(`Property 'uniqueName' is read-only and cannot be set.`),
  )
  t.equal(directory.generation, generation + 2)
})

t.test('an application takes its service principal to the bin, and comes back without it', async t => {
  const { directory, send, one, principalOf } = bed()
  const principal = principalOf(one)
  t.strictSame(await send('DELETE', `/applications/${one}`), done)
  const stateOf = (id: string) => directory.truth(id)?.state
  t.strictSame([stateOf(one), stateOf(principal)], ['deleted', 'deleted'])
  t.match([...directory.truthOf('servicePrincipal')], [{ id: principal, deleted: 1 }])
  t.equal((await send('DELETE', `/applications/${one}`)).status, 404)
  const restore = (id: string) => send('POST', `/directory/deletedItems/${id}/restore`, {})
  t.equal((await restore(one)).status, 200)
  t.strictSame([stateOf(one), stateOf(principal)], ['live', 'deleted'])
  t.equal((await restore(principal)).status, 200)
  t.strictSame(await send('DELETE', `/servicePrincipals/${principal}`), done)
  t.strictSame([stateOf(one), stateOf(principal)], ['live', 'deleted'])
})

t.test('with Application.ReadWrite.OwnedBy, an app changes only what it owns', async t => {
  const { directory, send, one, other, principalOf } = bed()
  const owned = ['Application.ReadWrite.OwnedBy']
  const app = principalOf(other)
  const change = (method: string, url: string) =>
    send(method, url, method === 'PATCH' ? { notes: 'x' } : undefined, owned, app)
  t.strictSame(refusal(await change('PATCH', `/applications/${one}`)), denied)
  t.strictSame(refusal(await change('DELETE', `/servicePrincipals/${principalOf(one)}`)), denied)
  const target = { kind: 'servicePrincipal', id: app } as const
  for (const [kind, id] of [
    ['application', one],
    ['servicePrincipal', principalOf(one)],
  ] as const)
    mutate(directory, { do: 'link', kind, id, relation: 'owners', target }, 'control')
  t.strictSame(await change('PATCH', `/applications/${one}`), done)
  t.strictSame(await change('DELETE', `/servicePrincipals/${principalOf(one)}`), done)
  t.strictSame(refusal(await send('PATCH', `/applications/${other}`, {}, ['Application.Read.All'])), denied)
})

t.test('with Application.ReadWrite.OwnedBy, an app restores and purges only what it owned', async t => {
  const { directory, send, one, other, principalOf } = bed()
  const owned = ['Application.ReadWrite.OwnedBy']
  const [app, principal] = [principalOf(other), principalOf(one)]
  const from = (method: string, id: string) =>
    send(method, `/directory/deletedItems/${id}${method === 'POST' ? '/restore' : ''}`, undefined, owned, app)
  const target = { kind: 'servicePrincipal', id: app } as const
  mutate(directory, { do: 'link', kind: 'application', id: one, relation: 'owners', target }, 'control')
  t.strictSame(await send('DELETE', `/applications/${one}`), done)
  for (const method of ['POST', 'DELETE']) t.strictSame(refusal(await from(method, principal)), denied)
  t.equal((await from('POST', one)).status, 200)
  t.strictSame(await send('DELETE', `/applications/${one}`), done)
  t.strictSame(await from('DELETE', one), done)
})
