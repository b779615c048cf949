import t from 'tap'
import type { Fields } from '../../../src/core/json.ts'
import type { Knobs } from '../../../src/sandbox/resources/knobs.ts'
import { asker, root, type AskOptions, type Loose } from './ask.ts'
import { guid } from './fake-directory.ts'
import { smallTenant } from './small-tenant.ts'
import { mutate } from '../mutate.ts'

const day = 24 * 60 * 60 * 1_000

/** Follows a delta to its deltaLink. */
const follow = async (ask: ReturnType<typeof asker>, url: string, options: AskOptions = {}) => {
  const pages: Loose[][] = []
  for (let at = url; ;) {
    const { body } = await ask(at, options)
    pages.push(body.value)
    if (body['@odata.deltaLink']) return { pages, entries: pages.flat(), link: body['@odata.deltaLink'] as string }
    at = body['@odata.nextLink']
  }
}

const tenant = (knobs: Knobs = {}) => {
  const small = smallTenant()
  return { ...small, ask: asker(small.directory, { knobs }) }
}

t.test('the first round returns all users in pages, then a deltaLink; the next round returns changes', async t => {
  const { directory, ask } = tenant({ deltaPageSize: 5 })
  const first = await follow(ask, '/users/delta?$select=displayName')
  t.strictSame(
    first.pages.map(page => page.length),
    [5, 5, 2],
  )
  t.strictSame(first.entries[0], { displayName: 'Ann Ward', id: guid(1) })
  t.match(first.link, `${root}/users/delta?$deltatoken=`)
  t.strictSame((await follow(ask, first.link)).entries, [])

  const change = (id: string, values: Fields) => mutate(directory, { do: 'update', kind: 'user', id, values }, 'test')
  change(guid(1), { displayName: 'Anna Ward' })
  change(guid(2), { department: 'Other' })
  change(guid(3), { displayName: null })
  mutate(directory, { do: 'delete', kind: 'user', id: guid(4) }, 'test')
  mutate(directory, { do: 'purge', kind: 'user', id: guid(5) }, 'test')
  mutate(directory, { do: 'create', kind: 'user', values: { id: guid(300), displayName: 'New' } }, 'test')
  const second = await follow(ask, first.link)
  t.strictSame(second.entries, [
    { displayName: 'Anna Ward', id: guid(1) },
    { displayName: null, id: guid(3) },
    { id: guid(4), '@removed': { reason: 'changed' } },
    { id: guid(5), '@removed': { reason: 'deleted' } },
    { displayName: 'New', id: guid(300) },
  ])
  mutate(directory, { do: 'restore', kind: 'user', id: guid(4) }, 'test')
  const third = await follow(ask, second.link)
  t.strictSame(third.entries, [{ displayName: 'Dan Ward', id: guid(4) }])
  const idle = await follow(ask, third.link)
  t.strictSame(idle.entries, [])
  t.strictSame((await follow(ask, idle.link)).entries, [], 'a round without changes does not start over')
  change(guid(6), { displayName: 'Later' })
  t.strictSame((await follow(ask, idle.link)).entries, [{ displayName: 'Later', id: guid(6) }])
})

t.test('the context of a delta names what is selected, and nothing where all is', async t => {
  const { ask } = tenant()
  const contextOf = async (url: string) => (await ask(url)).body['@odata.context']
  t.match(await contextOf('/users/delta?$select=displayName,jobTitle'), /#users\((id,)?displayName,jobTitle(,id)?\)$/)
  t.match(await contextOf('/users/delta'), /#users$/)
})

t.test('a change is returned even if earlier objects are deleted between two pages of the round', async t => {
  const { directory, ask } = tenant({ deltaPageSize: 5 })
  const { link } = await follow(ask, '/users/delta?$select=displayName')
  const ids = Array.from({ length: 12 }, (_, at) => guid(at + 1))
  for (const id of ids)
    mutate(directory, { do: 'update', kind: 'user', id, values: { displayName: `New ${id}` } }, 'test')
  const { body } = await ask(link)
  for (const id of ids.slice(0, 3)) mutate(directory, { do: 'delete', kind: 'user', id }, 'test')
  const rest = await follow(ask, body['@odata.nextLink'])
  const told = [...body.value, ...rest.entries].map(({ id }) => id)
  t.strictSame(told, ids)
  t.strictSame(
    (await follow(ask, rest.link)).entries.map(({ id }) => id),
    ids.slice(0, 3),
  )
})

t.test('an entry omits properties that were never set', async t => {
  const { ask } = tenant()
  const { entries } = await follow(ask, '/users/delta')
  t.strictSame(entries[1], {
    businessPhones: [],
    displayName: 'Bob Ward',
    givenName: 'Bob',
    mail: 'bob@contoso.com',
    surname: 'Ward',
    userPrincipalName: 'bob@contoso.com',
    id: guid(2),
  })
})

t.test('changes during the first round come in the next round', async t => {
  const { directory, ask } = tenant({ deltaPageSize: 5 })
  const one = await ask('/users/delta?$select=displayName')
  mutate(directory, { do: 'update', kind: 'user', id: guid(1), values: { displayName: 'Anna' } }, 'test')
  const rest = await follow(ask, one.body['@odata.nextLink'])
  t.strictSame((await follow(ask, rest.link)).entries, [{ displayName: 'Anna', id: guid(1) }])
})

t.test('$deltatoken=latest starts from now', async t => {
  const { directory, ask } = tenant()
  const latest = await follow(ask, '/users/delta?$deltatoken=latest&$select=displayName')
  t.strictSame(latest.pages, [[]])
  mutate(directory, { do: 'update', kind: 'user', id: guid(1), values: { displayName: 'Anna' } }, 'test')
  t.strictSame((await follow(ask, latest.link)).entries, [{ displayName: 'Anna', id: guid(1) }])
})

t.test('return=minimal returns changed properties only', async t => {
  const { directory, ask } = tenant()
  const { link } = await follow(ask, '/users/delta')
  mutate(directory, { do: 'update', kind: 'user', id: guid(1), values: { jobTitle: 'Clerk' } }, 'test')
  t.strictSame((await follow(ask, link, { headers: { prefer: 'return=minimal' } })).entries, [
    { id: guid(1), jobTitle: 'Clerk' },
  ])
})

t.test('members of groups are tracked, and those of a large group span several pages', async t => {
  const { directory, ask, groups, servicePrincipal } = tenant({ deltaMembersPerPage: 6 })
  const first = await follow(ask, '/groups/delta?$select=displayName,members')
  const everyone = first.entries.filter(({ id }) => id === groups.all.id)
  t.ok(everyone.length > 1)
  t.strictSame(everyone[0]['members@delta'][0], { '@odata.type': '#microsoft.graph.user', id: guid(1) })
  const members = everyone.flatMap(entry => entry['members@delta'].map(({ id }: Loose) => id))
  t.equal(members.length, 15)
  t.equal(new Set(members).size, 15)
  t.ok(members.includes(servicePrincipal.id))
  t.ok(first.pages.every(page => page.flatMap(entry => entry['members@delta'] ?? []).length <= 6))
  t.strictSame(new Set(first.entries.map(({ id }) => id)), new Set(Object.values(groups).map(({ id }) => id)))
  t.strictSame(
    first.entries.find(({ id }) => id === groups.plain.id),
    { displayName: 'Plain', id: groups.plain.id },
  )

  const link = (what: 'link' | 'unlink', id: string) =>
    mutate(
      directory,
      { do: what, kind: 'group', id: groups.plain.id, relation: 'members', target: { kind: 'user', id } },
      'test',
    )
  link('link', guid(1))
  link('link', guid(2))
  link('unlink', guid(1))
  t.strictSame((await follow(ask, first.link)).entries, [
    {
      displayName: 'Plain',
      id: groups.plain.id,
      'members@delta': [
        { '@odata.type': '#microsoft.graph.user', id: guid(2) },
        { '@odata.type': '#microsoft.graph.user', id: guid(1), '@removed': { reason: 'deleted' } },
      ],
    },
  ])
})

t.test('members are not tracked unless $select names them', async t => {
  const { directory, ask, groups } = tenant()
  const first = await follow(ask, '/groups/delta?$select=displayName')
  t.ok(first.entries.every(entry => !('members@delta' in entry)))
  mutate(
    directory,
    { do: 'link', kind: 'group', id: groups.plain.id, relation: 'members', target: { kind: 'user', id: guid(1) } },
    'test',
  )
  t.strictSame((await follow(ask, first.link)).entries, [])
})

t.test('$filter accepts up to fifty ids and nothing else', async t => {
  const { directory, ask } = tenant()
  const first = await follow(ask, `/users/delta?$select=displayName&$filter=id eq '${guid(2)}' or id eq '${guid(1)}'`)
  t.strictSame(
    first.entries.map(({ id }) => id),
    [guid(2), guid(1)],
  )
  mutate(directory, { do: 'update', kind: 'user', id: guid(3), values: { displayName: 'X' } }, 'test')
  t.strictSame((await follow(ask, first.link)).entries, [])
  mutate(directory, { do: 'update', kind: 'user', id: guid(1), values: { displayName: 'Y' } }, 'test')
  t.strictSame((await follow(ask, first.link)).entries, [{ displayName: 'Y', id: guid(1) }])
  const refusal = { code: 'Request_UnsupportedQuery', message: 'Filter not supported.' }
  t.strictSame((await ask(`/users/delta?$filter=displayName eq 'X'`)).body, refusal)
  const ids = Array.from({ length: 51 }, (_, at) => `id eq '${guid(at)}'`).join(' or ')
  t.strictSame((await ask(`/users/delta?$filter=${ids}`)).body, refusal)
})

t.test('$top, $expand, $orderby and $search are refused', async t => {
  const { ask } = tenant()
  for (const option of ['$top=5', '$expand=manager', '$orderby=displayName'])
    t.match(
      (await ask(`/users/delta?${option}`)).body,
      { code: 'Request_BadRequest', message: new RegExp(`: \\${option.split('=')[0]}$`) },
      option,
    )
  t.equal((await ask('/directoryRoleTemplates/delta')).status, 404)
  t.equal((await ask('/domains/delta')).status, 404)
})

t.test('a token older than seven days is answered 410 with the URL to start over', async t => {
  const { directory, ask } = tenant()
  const { link } = await follow(ask, '/users/delta?$select=displayName')
  directory.moveClock(7 * day)
  t.equal((await ask(link)).status, 200)
  directory.moveClock(1)
  const reply = await ask(link)
  t.strictSame(
    [reply.status, reply.body.code, reply.headers],
    [410, 'syncStateNotFound', { location: `${root}/users/delta?$deltatoken=` }],
  )
  t.equal((await follow(ask, reply.headers['location']!)).entries.length, 12)
})

t.test('a token older than the kept changes is answered 410 too', async t => {
  const { directory, ask } = tenant()
  const { link } = await follow(ask, '/users/delta')
  mutate(directory, { do: 'update', kind: 'user', id: guid(1), values: { displayName: 'X' } }, 'test')
  directory.forgetChanges()
  t.equal((await ask(link)).status, 410)
})

t.test('replays repeat earlier changes', async t => {
  const { directory, ask } = tenant({ deltaReplays: 1 })
  const first = await follow(ask, '/users/delta?$select=displayName')
  mutate(directory, { do: 'update', kind: 'user', id: guid(1), values: { displayName: 'A' } }, 'test')
  const second = await follow(ask, first.link)
  mutate(directory, { do: 'update', kind: 'user', id: guid(2), values: { displayName: 'B' } }, 'test')
  t.strictSame((await follow(ask, second.link)).entries, [
    { displayName: 'A', id: guid(1) },
    { displayName: 'B', id: guid(2) },
  ])
})

t.test('changes that replicas do not show yet come in the next round', async t => {
  const { directory, ask } = tenant()
  const first = await follow(ask, '/users/delta?$select=displayName')
  directory.hide('direct', guid(400))
  mutate(directory, { do: 'create', kind: 'user', values: { id: guid(400), displayName: 'Late' } }, 'test')
  const second = await follow(ask, first.link)
  t.strictSame(second.entries, [])
  directory.show('direct', guid(400))
  t.strictSame((await follow(ask, second.link)).entries, [{ displayName: 'Late', id: guid(400) }])
})

t.test('paging faults apply to deltas', async t => {
  const { ask } = tenant({ deltaPageSize: 5 })
  const url = '/users/delta?$select=displayName'
  const empty = await ask(url, { pageFault: 'emptyPage' })
  t.strictSame(empty.body.value, [])
  t.equal((await follow(ask, empty.body['@odata.nextLink'])).entries.length, 12)
  const twice = await ask(url, { pageFault: 'duplicatedPage' })
  t.strictSame((await ask(twice.body['@odata.nextLink'])).body.value, twice.body.value)
  const lost = await ask(url, { pageFault: 'tokenGoneAfterRetry', retried: true })
  t.equal((await ask(lost.body['@odata.nextLink'])).body.code, 'DirectoryPageTokenNotFoundException')
  t.equal((await ask(url, { pageFault: 'repeatedLink' })).body['@odata.nextLink'], `${root}${url}`)
  t.equal((await ask('/users/delta?$deltatoken=abc')).body.code, 'Request_BadRequest')
})

t.test('every other kind has a delta', async t => {
  const { directory, ask, device, role } = tenant()
  const devices = await follow(ask, '/devices/delta?$select=displayName')
  t.strictSame(devices.entries, [{ displayName: 'PC-1', id: device.id }])
  mutate(directory, { do: 'delete', kind: 'device', id: device.id }, 'test')
  t.strictSame((await follow(ask, devices.link)).entries, [{ id: device.id, '@removed': { reason: 'deleted' } }])
  t.equal((await follow(ask, '/directoryRoles/delta')).entries[0]['members@delta'].length, 2)
  t.equal((await follow(ask, '/directoryRoles/delta')).entries[0].id, role.id)
  t.equal((await follow(ask, '/servicePrincipals/delta')).entries.length, 1)
  t.equal((await follow(ask, '/applications/delta()')).entries.length, 1)
  t.strictSame((await follow(ask, '/users/delta?$select=manager')).entries[1], {
    id: guid(2),
    'manager@delta': [{ '@odata.type': '#microsoft.graph.user', id: guid(1) }],
  })
})

t.test('a $select sent with a deltaLink replaces the earlier one', async t => {
  const { directory, ask } = tenant()
  const { link } = await follow(ask, '/users/delta?$select=displayName')
  mutate(directory, { do: 'update', kind: 'user', id: guid(2), values: { department: 'Other' } }, 'test')
  t.strictSame((await follow(ask, link)).entries, [])
  const second = await follow(ask, `${link}&$select=department`)
  t.strictSame(second.entries, [{ department: 'Other', id: guid(2) }])
  mutate(directory, { do: 'update', kind: 'user', id: guid(2), values: { department: 'Third' } }, 'test')
  t.strictSame((await follow(ask, second.link)).entries, [{ department: 'Third', id: guid(2) }])
})

t.test('a soft-deleted member stays a member, and a purged member is a removed link', async t => {
  const { directory, ask, groups } = tenant()
  const { link } = await follow(ask, '/groups/delta?$select=displayName,members')
  mutate(directory, { do: 'delete', kind: 'user', id: guid(3) }, 'test')
  t.strictSame((await follow(ask, link)).entries, [])
  mutate(directory, { do: 'purge', kind: 'user', id: guid(3) }, 'test')
  const gone = { '@odata.type': '#microsoft.graph.user', id: guid(3), '@removed': { reason: 'deleted' } }
  t.strictSame(
    (await follow(ask, link)).entries.map(entry => [entry.id, entry['members@delta']]),
    [groups.all, groups.circle].map(({ id }) => [id, [gone]]),
  )
})

t.test('a delta of directory objects returns the types of its filter, each object with its type', async t => {
  const { directory, ask, role, groups } = tenant({ deltaPageSize: 4 })
  const filter = `isof('microsoft.graph.directoryRole') or isof('microsoft.graph.group')`
  const first = await follow(ask, `/directoryObjects/delta?$select=displayName&$filter=${filter}`)
  t.strictSame(first.entries[0], {
    '@odata.type': '#microsoft.graph.directoryRole',
    displayName: 'Global Administrator',
    id: role.id,
  })
  t.strictSame(new Set(first.entries.slice(1).map(entry => entry['@odata.type'])), new Set(['#microsoft.graph.group']))
  t.strictSame(first.entries.length, 7)
  mutate(directory, { do: 'update', kind: 'user', id: guid(1), values: { displayName: 'X' } }, 'test')
  mutate(directory, { do: 'update', kind: 'group', id: groups.plain.id, values: { displayName: 'Y' } }, 'test')
  t.strictSame((await follow(ask, first.link)).entries, [
    { '@odata.type': '#microsoft.graph.group', displayName: 'Y', id: groups.plain.id },
  ])
  const every = await follow(
    ask,
    `/directoryObjects/delta?$filter=id eq '${guid(2)}' or id eq '${role.id}'&$select=userType`,
  )
  t.strictSame(every.entries, [
    { '@odata.type': '#microsoft.graph.user', userType: 'Member', id: guid(2) },
    { '@odata.type': '#microsoft.graph.directoryRole', id: role.id },
  ])
  t.strictSame((await ask(`/directoryObjects/delta?$filter=isof('microsoft.graph.nonsense')`)).body, {
    code: 'Request_UnsupportedQuery',
    message: 'Filter not supported.',
  })
  t.equal((await ask(`${first.link.replace('directoryObjects', 'groups')}`)).status, 400)
})

t.test('entries of devices have only what has changed, as their page promises no more', async t => {
  const { directory, ask } = tenant()
  const [device] = (await ask('/devices?$select=id,displayName,operatingSystem&$top=1')).body.value
  const { link } = await follow(ask, '/devices/delta?$select=displayName,operatingSystem&$deltatoken=latest')
  mutate(directory, { do: 'update', kind: 'device', id: device.id, values: { displayName: 'Changed' } }, 'test')
  t.strictSame((await follow(ask, link)).entries, [{ id: device.id, displayName: 'Changed' }])
})
