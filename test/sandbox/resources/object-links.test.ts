import t from 'tap'
import type { Kind, Relation } from '../../../src/sandbox/directory/types.ts'
import { mutate } from '../mutate.ts'
import { groupBed, refusal } from './group-bed.ts'

const nobody = '11111111-2222-4333-8444-555555555555'
const badRequest = (message: string) => ({ status: 400, code: 'Request_BadRequest', message })
const quota = (count: number, most: number, relation: string) => ({
  status: 403,
  code: 'Directory_QuotaExceeded',
  message: `Unable to perform operation as '${count}' would exceed the maximum quota count '${most}' for forward-link '${relation}'.`,
})
const invalidTarget = (type: string, id: string, relation: string) =>
  badRequest(`The reference target '${type}_${id}' of type '${type}' is invalid for the '${relation}' reference.`)

const permissions = ['Directory.Read.All', 'Application.ReadWrite.All', 'AdministrativeUnit.ReadWrite.All']

const bed = () => {
  const made = groupBed()
  const { directory } = made
  const related = (kind: Kind, id: string, relation: Relation): readonly string[] =>
    directory.related(kind, id, relation, 9_999).references.map(reference => reference.id)
  const send = (method: string, url: string, body?: unknown, allowed = permissions) =>
    made.send(method, url, body, { permissions: allowed })
  const add = async (path: string, id: string, allowed?: string[]) =>
    send('POST', `${path}/$ref`, { '@odata.id': made.address(id) }, allowed)
  const unit = (where: Parameters<typeof made.all>[1]) => made.all('administrativeUnit', where)[0]!
  return { ...made, related, send, add, unit }
}

const places = [
  ['application', '/applications', 'owners'],
  ['servicePrincipal', '/servicePrincipals', 'owners'],
  ['administrativeUnit', '/directory/administrativeUnits', 'members'],
] as const

t.test('owners and members are added and removed by reference, and each is a line of the ledger', async t => {
  for (const [kind, set, relation] of places) {
    const { all, related, add, send, directory } = bed()
    const [owner] = all(kind, one => one['isMemberManagementRestricted'] !== true)
    const before = related(kind, owner!, relation)
    const [user] = all('user', one => !before.includes(one.id))
    const path = `${set}/${owner}/${relation}`
    t.strictSame(await add(path, user!), { status: 204, headers: {}, body: null }, set)
    t.strictSame(related(kind, owner!, relation), [...before, user], set)
    t.strictSame(
      refusal(await add(path, user!)),
      badRequest(
        `One or more added object references already exist for the following modified properties: '${relation}'.`,
      ),
    )
    t.strictSame((await send('DELETE', `${path}/${user}/$ref`)).status, 204)
    t.strictSame(related(kind, owner!, relation), before)
    t.match([...directory.linkTruth(kind, owner!, relation)], [{ target: user, added: 1, removed: 1, isThere: false }])
    t.equal((await send('DELETE', `${path}/${user}/$ref`)).status, 404)
    t.equal((await add(path, nobody)).status, 404)
    t.equal((await add(`${set}/${nobody}/${relation}`, user!)).status, 404)
  }
})

t.test('an application is found by its appId', async t => {
  const { all, related, send, address, directory } = bed()
  const [app] = all('application')
  const { appId } = directory.collection('application').get(app!) as { readonly appId?: string }
  const [user] = all('user', one => !related('application', app!, 'owners').includes(one.id))
  const path = `/applications(appId='${appId}')/owners`
  t.equal((await send('POST', `${path}/$ref`, { '@odata.id': address(user!, 'users') })).status, 204)
  t.ok(related('application', app!, 'owners').includes(user!))
  t.equal((await send('DELETE', `${path}/${user}/$ref`)).status, 204)
})

t.test('objects of other types are refused with their type', async t => {
  const { all, add, unit } = bed()
  const [app, device] = [all('application')[0]!, all('device')[0]!]
  t.strictSame(refusal(await add(`/applications/${app}/owners`, device)), invalidTarget('Device', device, 'owners'))
  const members = `/directory/administrativeUnits/${unit(() => true)}/members`
  t.strictSame(refusal(await add(members, app)), invalidTarget('Application', app, 'members'))
  t.equal((await add(members, device)).status, 204)
})

t.test('an application has at most 100 owners, and an object at most 30 administrative units', async t => {
  const { all, add, directory, related, send } = bed()
  const [app] = all('application')
  const users = all('user', one => !related('application', app!, 'owners').includes(one.id))
  const free = 100 - related('application', app!, 'owners').length
  for (const id of users.slice(0, free))
    mutate(directory, {
      do: 'link',
      kind: 'application',
      id: app!,
      relation: 'owners',
      target: { kind: 'user', id },
    })
  t.strictSame(refusal(await add(`/applications/${app}/owners`, users[free]!)), quota(101, 100, 'owners'))
  const [device] = all('device')
  const made = Array.from({ length: 31 }, (_, at) =>
    mutate(directory, { do: 'create', kind: 'administrativeUnit', values: { displayName: `Unit ${at}` } }),
  )
  const members = (at: number) => `/directory/administrativeUnits/${made[at]!.id}/members`
  for (let at = 0; at < 30; at++) t.equal((await add(members(at), device!)).status, 204)
  t.strictSame(refusal(await add(members(30), device!)), quota(31, 30, 'administrativeUnits'))
  t.equal((await send('DELETE', `${members(0)}/${device}/$ref`)).status, 204)
  t.equal((await add(members(30), device!)).status, 204)
})

t.test('members of a dynamic unit cannot be changed, and a restricted one takes security groups only', async t => {
  const { types, all, add, directory, unit, send } = bed()
  const dynamic = mutate(directory, {
    do: 'create',
    kind: 'administrativeUnit',
    values: { displayName: 'By rule', membershipType: 'Dynamic', membershipRule: '(user.country -eq "DE")' },
  }).id
  const [user] = all('user')
  const path = `/directory/administrativeUnits/${dynamic}/members`
  const refused = badRequest(
    'Members of an administrative unit with dynamic membership cannot be added or removed manually.',
  )
  t.strictSame(refusal(await add(path, user!)), refused)
  t.strictSame(refusal(await send('DELETE', `${path}/${user}/$ref`)), refused)
  const restricted = `/directory/administrativeUnits/${unit(one => one['isMemberManagementRestricted'] === true)}/members`
  const notInRestricted = badRequest(
    'Only users, devices and security groups can be members of a restricted management administrative unit.',
  )
  for (const type of ['microsoft365', 'mailSecurity', 'distribution'] as const)
    t.strictSame(refusal(await add(restricted, types[type])), notInRestricted, type)
  t.equal((await add(restricted, types.security)).status, 204)
})

t.test('each link needs its permission', async t => {
  const { all, add, send } = bed()
  const [app, user] = [all('application')[0]!, all('user').at(-1)!]
  const [unit] = all('administrativeUnit', one => one['isMemberManagementRestricted'] !== true)
  const owners = `/applications/${app}/owners`
  const members = `/directory/administrativeUnits/${unit}/members`
  t.equal((await add(owners, user, ['Application.ReadWrite.OwnedBy', 'Directory.Read.All'])).status, 403)
  t.equal((await add(owners, user, ['Application.ReadWrite.All'])).status, 403)
  t.equal((await add(owners, user, ['Directory.ReadWrite.All'])).status, 204)
  t.equal((await send('DELETE', `${owners}/${user}/$ref`, undefined, ['Directory.Read.All'])).status, 403)
  t.equal((await send('DELETE', `${owners}/${user}/$ref`, undefined, ['Application.ReadWrite.All'])).status, 204)
  t.equal((await add(members, user, ['Directory.ReadWrite.All'])).status, 403)
  t.equal((await add(members, user, ['AdministrativeUnit.ReadWrite.All'])).status, 204)
})

t.test('without $ref, nothing is added or removed', async t => {
  const { all, send, address } = bed()
  const [app, user] = [all('application')[0]!, all('user')[0]!]
  t.match(refusal(await send('POST', `/applications/${app}/owners`, { '@odata.id': address(user) })), {
    status: 400,
    message: 'Write requests are only supported on contained entities',
  })
  t.equal((await send('DELETE', `/applications/${app}/owners/${user}`)).status, 501)
})
