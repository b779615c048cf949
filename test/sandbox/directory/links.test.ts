import t from 'tap'
import { kinds } from '../../../src/sandbox/directory/kinds.ts'
import type { Directory, Kind, Reference, Relation } from '../../../src/sandbox/directory/types.ts'
import { small } from './fixture.ts'
import { mutate } from '../mutate.ts'

const idsOf = (directory: Directory, kind: Kind) =>
  directory.collection(kind).slice({ order: 'default', view: 'direct' }, 5000, ['id']).ids
const allOf = (directory: Directory, kind: Kind, id: string, relation: Relation, limit = 37): Reference[] => {
  const found: Reference[] = []
  for (let from: number | undefined = 0; from !== undefined;) {
    const { references, cursor } = directory.related(kind, id, relation, limit, from)
    found.push(...references)
    from = cursor
  }
  return found
}
const byKind = (references: readonly Reference[]) => Object.groupBy(references, ({ kind }) => kind)
const groupNamed = (directory: Directory, name: string) =>
  directory.collection('group').find('uniqueName', name)?.id ?? ''

t.test('a link is the same from its owner, from its target, by test and by count', async t => {
  const directory = small()
  const relations: readonly Relation[] = ['members', 'owners', 'registeredOwners', 'registeredUsers', 'manager']
  const seen = new Set<string>()
  for (const kind of kinds)
    for (const id of idsOf(directory, kind))
      for (const relation of relations) {
        const targets = allOf(directory, kind, id, relation)
        if (new Set(targets.map(target => target.id)).size !== targets.length) t.fail(`${kind} ${id} ${relation} twice`)
        if (directory.countRelated(kind, id, relation) !== targets.length) t.fail(`count of ${kind} ${id} ${relation}`)
        for (const target of targets) {
          seen.add(`${kind} ${relation} ${target.kind}`)
          if (!directory.isRelated(kind, id, relation, target)) t.fail(`${kind} ${id} ${relation} ${target.id}`)
          if (!directory.relating(target, relation).some(owner => owner.id === id))
            t.fail(`${target.id} does not know ${kind} ${id} ${relation}`)
        }
      }
  t.strictSame([...seen].sort(), [
    'administrativeUnit members group',
    'administrativeUnit members user',
    'application owners user',
    'device registeredOwners user',
    'device registeredUsers user',
    'directoryRole members group',
    'directoryRole members servicePrincipal',
    'directoryRole members user',
    'group members device',
    'group members group',
    'group members orgContact',
    'group members servicePrincipal',
    'group members user',
    'group owners user',
    'servicePrincipal owners user',
    'user manager user',
  ])
})

t.test('every member except the top has a manager, who is another member; guests have none', async t => {
  const directory = small()
  const users = directory.collection('user')
  let without = 0
  for (const id of idsOf(directory, 'user')) {
    const [manager] = allOf(directory, 'user', id, 'manager')
    const isGuest = users.get(id)?.['userType'] === 'Guest'
    if (!manager && !isGuest) without++
    if (manager && isGuest) t.fail('a guest has a manager')
    if (manager?.id === id) t.fail('somebody is their own manager')
    if (manager && users.get(manager.id)?.['userType'] === 'Guest') t.fail('a guest is a manager')
  }
  t.ok(without <= 9 && without >= 1, `${without} are at the top`)
})

t.test('one group contains nearly all users', async t => {
  const directory = small()
  t.equal(directory.countRelated('group', groupNamed(directory, 'all-company'), 'members'), 700 - 14)
})

t.test('exactly the members of a licensing group have a licence through it', async t => {
  const directory = small()
  const holders = new Map<string, Set<string>>()
  for (const id of idsOf(directory, 'user'))
    for (const state of directory.collection('user').get(id)?.['licenseAssignmentStates'] as {
      assignedByGroup: string | null
    }[])
      if (state.assignedByGroup !== null)
        holders.set(state.assignedByGroup, (holders.get(state.assignedByGroup) ?? new Set()).add(id))
  const groups = ['lic-m365-e3', 'lic-m365-f3'].map(name => groupNamed(directory, name))
  t.strictSame(new Set(holders.keys()), new Set(groups))
  for (const group of groups)
    t.strictSame(new Set(allOf(directory, 'group', group, 'members').map(({ id }) => id)), holders.get(group))
})

t.test('the members of a dynamic group are exactly the users who match its rule', async t => {
  const directory = small()
  const codes = new Map(
    idsOf(directory, 'user').map(id => [
      id,
      (directory.collection('user').get(id)?.['onPremisesExtensionAttributes'] as Record<string, string | null>)[
        'extensionAttribute15'
      ],
    ]),
  )
  let members = 0
  for (const id of idsOf(directory, 'group')) {
    const rule = directory.collection('group').get(id)?.['membershipRule']
    if (typeof rule !== 'string') continue
    const code = /^\(user\.extensionAttribute15 -eq "(\w+)"\)$/.exec(rule)?.[1]
    const expected = [...codes].filter(([, each]) => each === code).map(([user]) => user)
    t.strictSame(
      allOf(directory, 'group', id, 'members')
        .map(member => member.id)
        .sort(),
      expected.sort(),
    )
    members += expected.length
  }
  t.ok(members > 100)
})

t.test('Microsoft 365 groups and role groups contain no groups, and cycles of groups end', async t => {
  const directory = small({ groups: 400 })
  let rings = 0
  for (const id of idsOf(directory, 'group')) {
    const isUnified = (directory.collection('group').get(id)?.['groupTypes'] as string[]).includes('Unified')
    const direct = allOf(directory, 'group', id, 'members')
    if (isUnified && byKind(direct).group) t.fail('a Microsoft 365 group holds a group')
    const nested = [...directory.transitiveMembers(id)]
    const ids = nested.map(member => member.id)
    if (new Set(ids).size !== ids.length || ids.includes(id)) t.fail(`transitive members of ${id}`)
    const found = new Set([id])
    const expected = new Set<string>()
    for (const group of found)
      for (const member of allOf(directory, 'group', group, 'members')) {
        if (member.id === id) rings++
        else expected.add(member.id)
        if (member.kind === 'group') found.add(member.id)
      }
    t.strictSame(new Set(ids), expected)
  }
  t.ok(rings >= 5, 'a cycle of three and one of two')
})

t.test('a member of a nested group is a transitive member of both groups', async t => {
  const directory = small({ groups: 400 })
  const outer = idsOf(directory, 'group').find(id =>
    allOf(directory, 'group', id, 'members').some(({ kind }) => kind === 'group'),
  )
  const inner = allOf(directory, 'group', outer ?? '', 'members').find(({ kind }) => kind === 'group')
  const member = allOf(directory, 'group', inner?.id ?? '', 'members').find(({ kind }) => kind === 'user')
  const above = directory.transitiveMemberOf(member ?? { kind: 'user', id: '' }).map(({ id }) => id)
  t.ok(above.includes(outer ?? '') && above.includes(inner?.id ?? ''))
  t.equal(new Set(above).size, above.length)
})

t.test('a hidden group reveals no members, and members of another group are found there', async t => {
  const directory = small()
  const group = (displayName: string): Reference => {
    const { id } = mutate(directory, { do: 'create', kind: 'group', values: { displayName } }, 'test')
    return { kind: 'group', id }
  }
  const [outer, dark, bright, above] = [group('Outer'), group('Dark'), group('Bright'), group('Above')]
  const [both = '', darkOnly = ''] = idsOf(directory, 'user')
  const link = (to: Reference, target: Reference) =>
    mutate(directory, { do: 'link', kind: 'group', id: to.id, relation: 'members', target }, 'test')
  link(outer, dark)
  link(outer, bright)
  link(above, dark)
  link(dark, { kind: 'user', id: both })
  link(dark, { kind: 'user', id: darkOnly })
  link(bright, { kind: 'user', id: both })
  const ids = (references: Iterable<Reference>) => Array.from(references, ({ id }) => id)
  const seen = ({ id }: Reference) => id !== dark.id
  t.strictSame(ids(directory.transitiveMembers(outer.id)), [dark.id, bright.id, both, darkOnly])
  t.strictSame(ids(directory.transitiveMembers(outer.id, 'direct', seen)), [dark.id, bright.id, both])
  t.strictSame(ids(directory.transitiveMembers(dark.id, 'direct', seen)), [])
  const containers = [outer, dark, bright, above].map(({ id }) => id)
  const over = (id: string, by?: typeof seen) =>
    ids(directory.transitiveMemberOf({ kind: 'user', id }, 'direct', by)).filter(one => containers.includes(one))
  t.strictSame(over(both).toSorted(), containers.toSorted())
  t.strictSame(over(both, seen), [bright.id, outer.id])
  t.strictSame(over(darkOnly, seen), [])
})

t.test('links are added and removed, and refused when they already exist or are missing', async t => {
  const directory = small()
  const [group = ''] = idsOf(directory, 'group').filter(
    id => directory.countRelated('group', id, 'members', 'user') > 5,
  )
  const before = allOf(directory, 'group', group, 'members')
  const user = idsOf(directory, 'user').find(id => !before.some(member => member.id === id)) ?? ''
  const target: Reference = { kind: 'user', id: user }
  const [first] = before
  if (!first) return t.fail('no members')
  const link = (does: 'link' | 'unlink', to: Reference) =>
    mutate(directory, { do: does, kind: 'group', id: group, relation: 'members', target: to }, 'test')
  link('link', target)
  link('unlink', first)
  t.strictSame(allOf(directory, 'group', group, 'members'), [...before.slice(1), target])
  t.equal(directory.countRelated('group', group, 'members'), before.length)
  t.ok(directory.memberOf(target).some(({ id }) => id === group))
  t.notOk(directory.memberOf(first).some(({ id }) => id === group))
  t.throws(() => link('link', target), { status: 400, code: 'Request_BadRequest' })
  t.throws(() => link('unlink', first), { status: 404, code: 'Request_ResourceNotFound' })
  t.throws(() => link('link', { kind: 'user', id: '00000000-0000-4000-8000-000000000000' }), {
    status: 404,
    code: 'Request_ResourceNotFound',
  })
  link('link', first)
  link('unlink', target)
  t.strictSame(allOf(directory, 'group', group, 'members'), before)
})

t.test('a deleted object is in no list until it is restored', async t => {
  const directory = small()
  const company = groupNamed(directory, 'all-company')
  const before = allOf(directory, 'group', company, 'members')
  const gone = before.slice(3, 6)
  for (const { id } of gone) mutate(directory, { do: 'delete', kind: 'user', id }, 'test')
  t.strictSame(
    allOf(directory, 'group', company, 'members'),
    before.filter(member => !gone.includes(member)),
  )
  t.equal(directory.countRelated('group', company, 'members'), before.length - 3)
  t.strictSame(directory.memberOf(gone[0] as Reference), [])
  for (const { id } of gone) mutate(directory, { do: 'restore', kind: 'user', id }, 'test')
  t.strictSame(allOf(directory, 'group', company, 'members'), before)
})

t.test('a new manager replaces the old one', async t => {
  const directory = small()
  const [user = '', boss = '', other = ''] = idsOf(directory, 'user').filter(
    id => directory.collection('user').get(id)?.['userType'] === 'Member',
  )
  for (const id of [boss, other])
    mutate(directory, { do: 'link', kind: 'user', id: user, relation: 'manager', target: { kind: 'user', id } }, 'test')
  t.strictSame(allOf(directory, 'user', user, 'manager'), [{ kind: 'user', id: other }])
})
