import t from 'tap'
import type { Directory } from '../../../src/sandbox/directory/types.ts'
import type { Knobs } from '../../../src/sandbox/resources/knobs.ts'
import { asker, type Loose } from './ask.ts'
import { handClock, small } from '../directory/fixture.ts'
import { guid } from './fake-directory.ts'
import { smallTenant } from './small-tenant.ts'
import { mutate } from '../mutate.ts'

/** Follows a delta to its deltaLink. Fails if it does not come within a number of pages. */
const follow = async (ask: ReturnType<typeof asker>, url: string) => {
  const pages: Loose[][] = []
  for (let at = url; pages.length < 100;) {
    const { body } = await ask(at)
    pages.push(body.value)
    if (body['@odata.deltaLink']) return { pages, entries: pages.flat(), link: body['@odata.deltaLink'] as string }
    at = body['@odata.nextLink']
  }
  throw new Error('This delta does not end')
}
const change = (directory: Directory, what: 'link' | 'unlink', group: string, n: number) =>
  mutate(
    directory,
    { do: what, kind: 'group', id: group, relation: 'members', target: { kind: 'user', id: guid(n) } },
    'test',
  )
/** Links by owner and relation, each as often as it was returned. */
const linksIn = (entries: readonly Loose[]): Record<string, readonly string[]> => {
  const found: Record<string, string[]> = {}
  for (const { id, ...entry } of entries)
    for (const relation of ['members', 'owners'])
      for (const link of entry[`${relation}@delta`] ?? [])
        (found[`${id}/${relation}`] ??= []).push(link['@removed'] ? `-${link.id}` : link.id)
  return found
}
const sizeOf = (page: readonly Loose[]): number =>
  page.flatMap(entry => [...(entry['members@delta'] ?? []), ...(entry['owners@delta'] ?? [])]).length

/** The small tenant, with links also in its last group, and owners in addition to members. */
const linkedTenant = () => {
  const tenant = smallTenant()
  const { directory, groups } = tenant
  for (const n of [1, 2, 3]) directory.link('group', groups.plain.id, 'members', { kind: 'user', id: guid(n) })
  for (const n of [4, 5]) directory.link('group', groups.plain.id, 'owners', { kind: 'user', id: guid(n) })
  for (const n of [6, 7, 8]) directory.link('group', groups.all.id, 'owners', { kind: 'user', id: guid(n) })
  const expected: Record<string, readonly string[]> = {}
  for (const { id } of Object.values(groups))
    for (const relation of ['members', 'owners'] as const) {
      const { references } = directory.related('group', id, relation, 999)
      if (references.length > 0) expected[`${id}/${relation}`] = references.map(one => one.id)
    }
  return { ...tenant, expected }
}

t.test('wherever the pages of a first round end, every group and each of its links comes once', async t => {
  const { directory, groups, expected } = linkedTenant()
  const ids = Object.values(groups).map(({ id }) => id)
  for (let deltaMembersPerPage = 1; deltaMembersPerPage <= 30; deltaMembersPerPage++)
    for (const deltaPageSize of [1, 2, 4, 200]) {
      const where = `${deltaMembersPerPage} links, ${deltaPageSize} objects a page`
      const ask = asker(directory, { knobs: { deltaMembersPerPage, deltaPageSize } })
      const { pages, entries } = await follow(ask, '/groups/delta?$select=displayName,members,owners')
      t.strictSame(linksIn(entries), expected, where)
      t.strictSame([...new Set(entries.map(({ id }) => id))], ids, where)
      t.ok(
        pages.every(page => page.length > 0 && page.length <= deltaPageSize),
        `${where}: no page is empty or too long`,
      )
      t.ok(
        pages.every(page => sizeOf(page) <= deltaMembersPerPage),
        `${where}: no page has too many links`,
      )
    }
})

t.test('wherever the pages of a later round end, every added or removed link comes once', async t => {
  for (let deltaMembersPerPage = 1; deltaMembersPerPage <= 6; deltaMembersPerPage++)
    for (const deltaPageSize of [1, 2, 3, 200]) {
      const where = `${deltaMembersPerPage} links, ${deltaPageSize} entries a page`
      const { directory, groups } = smallTenant()
      const ask = asker(directory, { knobs: { deltaMembersPerPage, deltaPageSize } as Knobs })
      const { link } = await follow(ask, '/groups/delta?$select=displayName,members')
      for (const n of [1, 2, 3, 4, 5]) change(directory, 'link', groups.plain.id, n)
      for (const n of [1, 2, 3, 4]) change(directory, 'unlink', groups.all.id, n)
      change(directory, 'link', groups.circle.id, 9)
      mutate(directory, { do: 'update', kind: 'group', id: groups.hidden.id, values: { displayName: 'Seen' } }, 'test')
      const round = await follow(ask, link)
      t.strictSame(
        linksIn(round.entries),
        {
          [`${groups.plain.id}/members`]: [1, 2, 3, 4, 5].map(guid),
          [`${groups.all.id}/members`]: [1, 2, 3, 4].map(n => `-${guid(n)}`),
          [`${groups.circle.id}/members`]: [guid(9)],
        },
        where,
      )
      t.strictSame(
        [...new Set(round.entries.map(({ id }) => id))],
        [groups.plain, groups.all, groups.circle, groups.hidden].map(({ id }) => id),
        where,
      )
      t.ok(
        round.entries.every(entry => typeof entry.displayName === 'string'),
        `${where}: each entry shows the object`,
      )
      t.ok(
        round.pages.every(page => page.length > 0 && page.length <= deltaPageSize),
        where,
      )
      t.ok(
        round.pages.every(page => sizeOf(page) <= deltaMembersPerPage),
        `${where}: no page has too many links`,
      )
      t.strictSame((await follow(ask, round.link)).entries, [], where)
    }
})

t.test('a delta without objects has one empty page with a deltaLink', async t => {
  const { directory } = smallTenant()
  const ask = asker(directory)
  const { link } = await follow(ask, '/contacts/delta?$select=displayName')
  const { pages } = await follow(ask, link)
  t.strictSame(pages, [[]])
})

t.test('a filter accepts at most fifty ids', async t => {
  const { directory } = smallTenant()
  const ask = asker(directory)
  const filter = (count: number) => Array.from({ length: count }, (_, n) => `id eq '${guid(n + 1)}'`).join(' or ')
  const { entries } = await follow(ask, `/users/delta?$select=id&$filter=${filter(50)}`)
  t.strictSame(
    entries,
    Array.from({ length: 12 }, (_, n) => ({ id: guid(n + 1) })),
  )
  t.equal((await ask(`/users/delta?$select=id&$filter=${filter(51)}`)).status, 400)
})

t.test('a change is returned even if a link of the same object changed after it', async t => {
  const { directory, groups } = smallTenant()
  const ask = asker(directory)
  const { link } = await follow(ask, '/groups/delta?$select=displayName,members')
  const { id } = mutate(
    directory,
    { do: 'create', kind: 'group', values: { id: guid(900), displayName: 'New' } },
    'test',
  )
  change(directory, 'link', id, 1)
  mutate(directory, { do: 'delete', kind: 'group', id: groups.plain.id }, 'test')
  mutate(directory, { do: 'create', kind: 'group', values: { id: guid(901), displayName: 'Short-lived' } }, 'test')
  change(directory, 'link', guid(901), 2)
  mutate(directory, { do: 'delete', kind: 'group', id: guid(901) }, 'test')
  t.strictSame((await follow(ask, link)).entries, [
    { displayName: 'New', id, 'members@delta': [{ '@odata.type': '#microsoft.graph.user', id: guid(1) }] },
    { id: groups.plain.id, '@removed': { reason: 'changed' } },
    { id: guid(901), '@removed': { reason: 'changed' } },
  ])
})

t.test('replays reach back to the first change at most, and end at the same position', async t => {
  const { directory } = smallTenant()
  const ask = asker(directory, { knobs: { deltaReplays: 50 } })
  const first = await follow(ask, '/users/delta?$select=displayName')
  mutate(directory, { do: 'update', kind: 'user', id: guid(1), values: { displayName: 'A' } }, 'test')
  const second = await follow(ask, first.link)
  t.strictSame(second.entries, [{ displayName: 'A', id: guid(1) }])
  t.strictSame((await follow(ask, second.link)).entries, second.entries)
  t.strictSame((await follow(asker(directory), second.link)).entries, [], 'without replays nothing is new')
})

t.test('a delta of directory objects tracks exactly the selected relations', async t => {
  const { directory, expected } = linkedTenant()
  const ask = asker(directory)
  const only = async (select: string) =>
    linksIn(
      (await follow(ask, `/directoryObjects/delta?$select=${select}&$filter=isof('microsoft.graph.group')`)).entries,
    )
  const of = (relation: string) =>
    Object.fromEntries(Object.entries(expected).filter(([key]) => key.endsWith(`/${relation}`)))
  t.strictSame(await only('displayName,members'), of('members'))
  t.strictSame(await only('owners'), of('owners'))
  t.strictSame(await only('displayName'), {})
})

t.test('a change that a lagging view does not show yet comes once, in a later round, whatever its kind', async t => {
  const clock = handClock()
  const directory = small({ clock })
  const ask = asker(directory)
  const [first = '', second = '', third = ''] = directory
    .collection('user')
    .slice({ order: 'default', view: 'direct' }, 3, ['id']).ids
  const update = (id: string, displayName: string) =>
    mutate(directory, { do: 'update', kind: 'user', id, values: { displayName } }, 'test')
  const start = '/users/delta?$deltatoken=latest&$select=displayName'
  directory.setLag('direct', 5_000)
  update(first, 'A')
  const { link } = await follow(ask, start)
  update(second, 'B')
  mutate(directory, { do: 'delete', kind: 'user', id: third }, 'test')
  t.strictSame((await follow(ask, link)).entries, [])
  clock.move(5_000)
  const round = await follow(ask, link)
  t.strictSame(round.entries, [
    { displayName: 'A', id: first },
    { displayName: 'B', id: second },
    { id: third, '@removed': { reason: 'changed' } },
  ])
  t.strictSame((await follow(ask, round.link)).entries, [])
})
