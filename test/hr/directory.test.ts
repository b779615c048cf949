import t from 'tap'
import type { Context } from '../../src/core/context.ts'
import { accountListing } from '../../src/hr/read-accounts.ts'
import { groupsIn } from '../../src/hr/leaver-groups.ts'
import { takenElsewhere } from '../../src/hr/taken-names.ts'
import { deletedUsers } from '../../src/sources/deleted-users.ts'
import { users } from '../../src/sources/users.ts'
import { partContext } from '../contracts/part-context.ts'
import { operationBed } from '../operations/operation-bed.ts'
import { feedBed } from './feed-bed.ts'
import { sample, sampleOptions } from './sample.ts'

t.test('a feed is compared with the users, the bin, the groups and the contacts of a directory', async t => {
  const bed = await operationBed(t)
  const listed = await bed.list(
    '/users?$select=id,userPrincipalName,employeeId,employeeType,givenName,surname,displayName,department,userType,mail,onPremisesSyncEnabled&$top=100',
  )
  const people = (listed as readonly Record<string, string | null>[]).filter(
    ({ employeeId, userType, givenName, onPremisesSyncEnabled }) =>
      employeeId && userType !== 'Guest' && givenName && !onPremisesSyncEnabled,
  )
  t.ok(people.length > 10, 'the sandbox has people with an employeeId')
  const [led, moved, same, boss, ...others] = people
  // Accounts with roles cannot be deleted by an app.
  const deletions = await Promise.all(
    others.slice(0, 5).map(({ id }) => bed.send({ method: 'DELETE', url: `/users/${id}` })),
  )
  const deleted = others[deletions.findIndex(({ status }) => status === 204)]
  await bed.send({
    method: 'PUT',
    url: `/users/${led!['id']}/manager/$ref`,
    body: { '@odata.id': `https://graph.microsoft.com/v1.0/users/${boss!['id']}` },
  })
  const [group] = await bed.list<{ readonly id: string; readonly mail: string }>(
    '/groups?$filter=mailEnabled eq true&$select=id,mail&$top=1',
  )
  const taken = await takenElsewhere(bed.context())([group!.mail, 'nobody.at.all@contoso.com'])
  t.strictSame([...taken], [[group!.mail, 'a group']])

  const mapping = sample({
    scope: 'accountEnabled ne null',
    account: { ...sampleOptions.account, employeeType: 'Type' },
    groups: [],
  })
  const ctx = Object.create(partContext(t.testdir()).ctx, { graph: { value: bed.context().graph } }) as Context
  const { select, expand } = accountListing(mapping)
  const bound = (source: ReturnType<typeof users>) => ({
    ...source,
    count: () => source.count!(ctx),
    split: async () => (await source.split?.(ctx)) ?? [{ name: source.kind }],
    read: (_: unknown, shard: Parameters<typeof source.read>[1]) => source.read(ctx, shard),
  })
  const rowOf = (person: Record<string, string | null>, more: Record<string, string> = {}) => ({
    EmpNo: person['employeeId']!,
    Type: person['employeeType'] ?? '',
    First: person['givenName']!,
    Last: person['surname'] ?? '',
    Dept: person['department'] ?? '',
    ...more,
  })
  const feeds = feedBed(t, mapping)
  const decisions = await feeds.run({
    feed: [
      rowOf(deleted!),
      rowOf(led!, { Boss: boss!['employeeId']! }),
      rowOf(moved!, { Dept: 'Another department' }),
      rowOf(same!),
      { EmpNo: 'NEW-1', First: 'New', Last: 'Person' },
    ],
    accounts: {
      live: bound(users({ select, ...(expand && { expand }) })),
      deleted: bound(deletedUsers({ select })),
    },
    takenElsewhere: takenElsewhere(bed.context()),
    cloudJoiners: true,
  })
  const of = (key: string | null | undefined) => decisions.find(one => one.key === key)!
  t.match(of(deleted!['employeeId']), {
    class: 'rehire',
    action: 'restore',
    account: { id: deleted!['id'], userPrincipalName: deleted!['userPrincipalName'] },
  })
  t.equal(of(led!['employeeId']).manager, undefined, 'the manager is the one of the feed')
  t.match(of(moved!['employeeId']), {
    changes: { department: { old: moved!['department'], new: 'Another department' } },
  })
  t.match(of(same!['employeeId']).account, { id: same!['id'] })
  t.match(of('NEW-1'), { action: 'create', wanted: { userPrincipalName: 'new.person@contoso.com' } })
  t.ok(decisions.filter(one => one.class === 'unmatched').length > 200)
})

t.test('a name is taken, and a leaver has groups, also behind an empty page', async t => {
  const bed = await operationBed(t)
  const [group] = await bed.list<{ readonly id: string; readonly mail: string }>(
    '/groups?$filter=mailEnabled eq true&$select=id,mail&$top=1',
  )
  const [user] = await bed.list('/users?$select=id&$top=1')
  const made = await bed.send({
    method: 'POST',
    url: '/groups',
    body: { displayName: 'Sales', mailEnabled: false, securityEnabled: true, mailNickname: 'sales' },
  })
  const sales = made.body as { readonly id: string }
  await bed.send({
    method: 'POST',
    url: `/groups/${sales.id}/members/$ref`,
    body: { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${user!.id}` },
  })
  const groups = async () => (await groupsIn(bed.context())([user!.id]))[0]!.map(({ id }) => id)
  const all = await groups()
  t.ok(all.includes(sales.id))
  const empty = ['GET /groups', 'GET /users/*/memberOf*'].map(match => ({ match, times: 2, fault: 'emptyPage' }))
  await bed.control('PUT', '/faults', empty)
  t.strictSame([...(await takenElsewhere(bed.context())([group!.mail]))], [[group!.mail, 'a group']])
  t.strictSame(await groups(), all)
  t.match(await bed.control('GET', '/faults'), { faults: [{ struck: 2 }, { struck: 2 }] })
})
