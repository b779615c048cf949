import t from 'tap'
import { scatter } from '../../../src/sandbox/directory/permutation.ts'
import type { Directory, Entity, Mutation, View } from '../../../src/sandbox/directory/types.ts'
import { mutate } from '../mutate.ts'
import { handClock, small, within } from './fixture.ts'

const orders = ['default', 'displayName', 'userPrincipalName', 'createdDateTime'] as const
const inSales = (entity: Entity): boolean => entity['department'] === 'Sales'

/** Everything that can be read of a view. */
const seen = (directory: Directory, view: View, groups: readonly string[]) => {
  const users = directory.collection('user')
  const bin = directory.deleted('user')
  const query = { order: 'default', view } as const
  const narrowed = within("startsWith(displayName,'N') or startsWith(displayName,'a') or displayName eq null")
  const { ids } = users.slice(query, 10_000, ['id'])
  return {
    lists: orders.map(order => users.slice({ order, view }, 10_000, ['id', 'displayName', 'department']).json),
    backwards: users.slice({ order: 'displayName', view, descending: true }, 10_000, ['id']).ids,
    pages: paged(directory, view),
    narrowed: users.slice({ ...query, ...narrowed }, 10_000, ['id']).ids,
    bin: bin.slice(query, 10_000, ['id', 'userPrincipalName']).json,
    counts: [
      users.count(query),
      users.count({ ...query, ...narrowed }),
      users.count({ ...query, where: inSales, whereText: 'sales' }),
      users.count({ ...query, ...narrowed, where: inSales, whereText: 'sales' }),
      bin.count(query),
      bin.count({ ...query, ...narrowed }),
    ],
    byUpn: Array.from({ length: 8 }, (_, n) => users.find('userPrincipalName', `n${n}@contoso3.com`, view)?.id),
    members: groups.map(id => directory.related('group', id, 'members', 10_000, 0, view).references),
    memberCounts: groups.flatMap(id =>
      [undefined, 'user' as const].map(kind => directory.countRelated('group', id, 'members', kind, view)),
    ),
    memberOf: ids.slice(0, 30).map(id => directory.memberOf({ kind: 'user', id }, view)),
  }
}

const paged = (directory: Directory, view: View): readonly string[] => {
  const ids: string[] = []
  const users = directory.collection('user')
  let from: Parameters<typeof users.slice>[3]
  do {
    const slice = users.slice({ order: 'displayName', view }, 37, ['id'], from)
    ids.push(...slice.ids)
    from = slice.cursor
  } while (from)
  return ids
}

/** A change that depends on the step only, and may be refused. */
const changeAt = (step: number, users: readonly string[], groups: readonly string[]): Mutation => {
  const hash = scatter(step)
  const id = users[(hash >>> 4) % 12] as string
  const group = groups[(hash >>> 9) % groups.length] as string
  const name = (hash >>> 13) % 8
  const values = { displayName: `N${name}`, userPrincipalName: `n${name}@contoso3.com`, department: 'Sales' }
  switch (hash % 8) {
    case 0:
      return { do: 'create', kind: 'user', values }
    case 1:
      return { do: 'update', kind: 'user', id, values: name % 2 ? values : { department: 'Sales' } }
    case 2:
      return { do: 'delete', kind: 'user', id }
    case 3:
      return { do: 'restore', kind: 'user', id }
    case 4:
      return { do: hash & 4096 ? 'purge' : 'restore', kind: 'user', id }
    case 5:
      return { do: 'unlink', kind: 'group', id: group, relation: 'members', target: { kind: 'user', id } }
    default:
      return { do: 'link', kind: 'group', id: group, relation: 'members', target: { kind: 'user', id } }
  }
}

const tryTo = (directory: Directory, mutation: Mutation): boolean => {
  try {
    mutate(directory, mutation)
    return true
  } catch {
    return false
  }
}

t.test('a view with a lag is at each moment what the truth was then', async t => {
  const clock = handClock()
  const directory = small({ clock, users: 60 })
  const query = { order: 'default', view: 'direct' } as const
  const groups = directory.collection('group').slice(query, 3, ['id']).ids
  const members = groups.flatMap(id => directory.related('group', id, 'members', 2).references.map(({ id }) => id))
  const users = [...members, ...directory.collection('user').slice(query, 12, ['id']).ids].slice(0, 12)
  for (let step = 0; step < 40; step++) tryTo(directory, changeAt(step, users, groups))
  const [lag, every] = [9, 7]
  directory.setLag('index', lag)
  directory.setLag('direct', 4)
  const truths = new Map<number, { readonly seen: ReturnType<typeof seen>; readonly generation: number }>()
  const note = (step: number) =>
    truths.set(step, { seen: seen(directory, 'truth', groups), generation: directory.generation })
  note(-1)
  let done = 0
  for (let step = 0; step < 280; step++) {
    clock.move(1)
    if (tryTo(directory, changeAt(1_000 + step, users, groups))) done++
    if (step % every === 0 || step % every === every - lag + 5) note(step)
    for (const [view, ms] of [
      ['index', lag],
      ['direct', 4],
    ] as const) {
      const then = truths.get(step - ms)
      if (!then) continue
      t.equal(directory.shown(view), then.generation)
      t.strictSame(seen(directory, view, groups), then.seen)
    }
  }
  t.ok(done > 50, `${done} changes`)
  clock.move(lag)
  for (const view of ['index', 'direct'] as const)
    t.strictSame(seen(directory, view, groups), seen(directory, 'truth', groups))
})

t.test('a refused commit under a lag leaves both views as they were', async t => {
  const clock = handClock()
  const directory = small({ clock })
  const query = { order: 'default', view: 'direct' } as const
  const groups = directory.collection('group').slice(query, 3, ['id']).ids
  const [a = '', b = ''] = directory.collection('user').slice(query, 2, ['id']).ids
  directory.setLag('index', 1_000)
  mutate(directory, { do: 'update', kind: 'user', id: a, values: { displayName: 'Later' } })
  const views = ['index', 'truth'] as const
  const before = views.map(view => seen(directory, view, groups))
  t.throws(
    () =>
      directory.commit(
        [
          { do: 'update', kind: 'user', id: a, values: { displayName: 'Other' } },
          { do: 'delete', kind: 'user', id: a },
          { do: 'delete', kind: 'user', id: b },
          { do: 'restore', kind: 'user', id: b },
          { do: 'link', kind: 'group', id: groups[0] ?? '', relation: 'members', target: { kind: 'user', id: a } },
        ],
        { request: 'test' },
      ),
    { status: 404, code: 'Request_ResourceNotFound' },
  )
  t.strictSame(
    views.map(view => seen(directory, view, groups)),
    before,
  )
  clock.move(1_000)
  t.strictSame(seen(directory, 'index', groups), seen(directory, 'truth', groups))
})

t.test('the longest lag is published', async t => {
  const directory = small()
  t.equal(directory.lagBound, 0)
  directory.setLag('index', 1_000, 9_000)
  directory.setLag('direct', 2_000)
  t.equal(directory.lagBound, 9_000)
  directory.setLag('index', 0)
  t.equal(directory.lagBound, 2_000)
})
