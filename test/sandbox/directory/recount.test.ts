import { join } from 'node:path'
import t, { type Test as Tap } from 'tap'
import type { Collection, Cursor, Directory, Entity, Query, View } from '../../../src/sandbox/directory/types.ts'
import { small, within } from './fixture.ts'

const by = { request: 'test' }
type User = Readonly<Record<string, unknown>> & { readonly id: string }

/** Numbers that look random. */
const numbers = (seed: number) => {
  let last = seed
  return (below: number): number => (last = (last * 48_271) % 2_147_483_647) % below
}

const everyId = (collection: Collection): readonly string[] =>
  collection.slice({ order: 'default', view: 'truth' }, 10_000, ['id']).ids

const names = ['Ann Lee', 'ann lee', 'Bo', 'Łukasz', '', 'Ann', 'zoë', 'Example', null]
const departments = ['Sales', 'Legal', null]

/** Users as they should be, kept beside the directory: live ones and those in the bin. */
const mirrored = (directory: Directory) => {
  const users = directory.collection('user')
  const live = new Map<string, User>(everyId(users).map(id => [id, users.get(id)!]))
  const bin = new Map<string, User>()
  const first = [...live.keys()]
  const pick = numbers(11)
  const one = (map: ReadonlyMap<string, User>): string | undefined => [...map.keys()][pick(Math.max(1, map.size))]
  const values = (nth: number) => ({
    displayName: names[pick(names.length)] ?? null,
    department: departments[pick(departments.length)]!,
    accountEnabled: pick(2) === 0,
    userPrincipalName: `u${pick(50)}.${nth}@contoso3.com`,
    jobTitle: pick(2) === 0 ? null : `Job ${nth}`,
  })
  const change = (nth: number): void => {
    const what = pick(10)
    if (what < 4) {
      const id = directory.freshId()
      const made = values(nth)
      directory.commit([{ do: 'create', kind: 'user', values: made }], by)
      live.set(id, { ...users.get(id, 'truth'), ...made, id })
    } else if (what < 7) {
      const id = pick(2) === 0 ? first[pick(first.length)]! : one(live)!
      if (!live.has(id)) return
      const made = values(nth)
      directory.commit([{ do: 'update', kind: 'user', id, values: made }], by)
      live.set(id, { ...live.get(id)!, ...made })
    } else if (what < 9) {
      const id = one(live)!
      directory.commit([{ do: 'delete', kind: 'user', id }], by)
      bin.set(id, live.get(id)!)
      live.delete(id)
    } else {
      const id = one(bin)
      if (id === undefined) return
      directory.commit([{ do: 'restore', kind: 'user', id }], by)
      live.set(id, bin.get(id)!)
      bin.delete(id)
    }
  }
  return { live, bin, change }
}

const keyOf = (value: unknown): string => (typeof value === 'string' ? value.toLowerCase() : '')

/** All ids of a query, read a few at a time. */
const paged = (collection: Collection, query: Query, limit: number): readonly string[] => {
  const ids: string[] = []
  let cursor: Cursor | undefined
  do {
    const slice = collection.slice(query, limit, ['id'], cursor)
    ids.push(...slice.ids)
    cursor = slice.cursor
  } while (cursor)
  return ids
}

type Test = (user: Readonly<Record<string, unknown>>) => boolean
const tests: Readonly<Record<string, Test>> = {
  enabled: user => user['accountEnabled'] === true,
  'enabled in Sales, or named Ann': user =>
    user['department'] === 'Sales' ? user['accountEnabled'] === true : keyOf(user['displayName']).startsWith('ann'),
  'with an even job': user => user['department'] === null && /[02468]$/.test(String(user['jobTitle'])),
  all: () => true,
}
const text = (user: User, property: string): string | null => (user[property] as string | null)?.toLowerCase() ?? null
const narrowed: readonly (readonly [filter: string | undefined, test: (user: User) => boolean])[] = [
  [undefined, () => true],
  ["startsWith(displayName,'ann')", user => text(user, 'displayName')?.startsWith('ann') ?? false],
  ["displayName eq 'Ann'", user => text(user, 'displayName') === 'ann'],
  ["displayName eq ''", user => user['displayName'] === ''],
  ['displayName eq null', user => user['displayName'] === null],
  [
    "startsWith(displayName,'Z') or displayName eq '' or startsWith(displayName,'Ann') or startsWith(displayName,'Ł')",
    user => /^(?:z|ann|ł|$)/.test(text(user, 'displayName') ?? '-'),
  ],
  [
    "not(startsWith(displayName,'ann') or startsWith(displayName,'b'))",
    user => /^(?!ann|b|-)/.test(text(user, 'displayName') ?? '-'),
  ],
  ["department eq 'sales'", user => user['department'] === 'Sales'],
]

const compare = (
  t: Pick<Tap, 'equal' | 'strictSame'>,
  directory: Directory,
  live: ReadonlyMap<string, User>,
  view: View,
): void => {
  const users = directory.collection('user')
  for (const [filter, isNamed] of narrowed)
    for (const [name, test] of Object.entries(tests)) {
      const expected = [...live.values()].filter(user => test(user) && isNamed(user))
      const where = test as (entity: Entity) => boolean
      const query = { view, where, whereText: name, ...(filter === undefined ? {} : within(filter)) }
      const about = `${name}, ${filter}`
      t.equal(users.count({ order: 'default', ...query }), expected.length, about)
      for (const order of ['default', 'displayName', 'userPrincipalName', 'createdDateTime'])
        for (const descending of [false, true]) {
          const ids = paged(users, { order, descending, ...query }, 23)
          t.strictSame([...ids].sort(), expected.map(({ id }) => id).sort(), `${about} by ${order}`)
          if (order === 'default') continue
          const keys = ids.map(id => keyOf(live.get(id)![order]))
          const sorted = [...keys].sort()
          t.strictSame(keys, descending ? sorted.reverse() : sorted, `${about} by ${order}, ${descending}`)
        }
    }
}

t.test('lists, counts and orders equal a recount after creations, updates, deletions and restorations', async t => {
  const journal = join(t.testdir(), 'changes.jsonl')
  const directory = small({ users: 60, journal, snapshotEvery: 50 })
  const { live, bin, change } = mirrored(directory)
  for (let part = 0; part < 2; part++) {
    for (let nth = 0; nth < 70; nth++) change(part * 1_000 + nth)
    compare(t, directory, live, 'direct')
    t.strictSame([...everyId(directory.deleted('user'))].filter(id => bin.has(id)).sort(), [...bin.keys()].sort())
  }
  directory.close()
  const again = small({ users: 60, journal, snapshotEvery: 50 })
  compare(t, again, live, 'direct')
  again.close()
})

t.test('filtered counts equal a recount where values are too many to be kept once', async t => {
  const directory = small({ users: 20 })
  const users = directory.collection('user')
  const values = Array.from({ length: 1_500 }, (_, nth) => ({
    displayName: `User ${nth}`,
    department: nth % 3 === 0 ? `Only ${nth}` : 'Sales',
    jobTitle: nth % 5 === 0 ? null : `Job ${nth}`,
    accountEnabled: nth % 2 === 0,
  }))
  directory.commit(
    values.map(made => ({ do: 'create', kind: 'user', values: made })),
    by,
  )
  const all = everyId(users).map(id => users.get(id)!)
  t.equal(all.length, 1_520)
  const more: Readonly<Record<string, Test>> = {
    ...tests,
    'by a job': user => /7$/.test(String(user['jobTitle'])),
    'enabled by a job': user => user['accountEnabled'] === true && /7$/.test(String(user['jobTitle'])),
    'in a department': user => user['department'] !== 'Sales' || user['jobTitle'] === null,
    'by id': user => user['accountEnabled'] === true && String(user['id']) > '8',
  }
  for (const [name, test] of Object.entries(more)) {
    const where = test as (entity: Entity) => boolean
    const count = users.count({ order: 'default', view: 'direct', where, whereText: name })
    t.equal(count, all.filter(test).length, name)
  }
})

t.test('the seats in use equal a recount of the licences of all users, also of deleted ones', async t => {
  const directory = small()
  const users = directory.collection('user')
  const pick = numbers(5)
  const skus = directory.subscribedSkus.map(({ skuId }) => skuId as string)
  const held = () => {
    const counts = new Map(skus.map(skuId => [skuId, 0]))
    // Deleted users keep their units until they are purged.
    for (const each of [users, directory.deleted('user')])
      for (const id of everyId(each))
        for (const { skuId } of each.get(id)!['assignedLicenses'] as readonly { readonly skuId: string }[])
          counts.set(skuId, counts.get(skuId)! + 1)
    return [...counts]
  }
  const used = () => directory.subscribedSkus.map(({ skuId, consumedUnits }) => [skuId, consumedUnits])
  t.strictSame(used(), held())
  const binned: string[] = []
  for (let nth = 0; nth < 80; nth++) {
    const ids = everyId(users)
    const id = ids[pick(ids.length)]!
    const assignedLicenses = skus.filter(() => pick(4) === 0).map(skuId => ({ disabledPlans: [], skuId }))
    const what = pick(5)
    if (what === 0) directory.commit([{ do: 'create', kind: 'user', values: { assignedLicenses } }], by)
    else if (what === 1) directory.commit([{ do: 'update', kind: 'user', id, values: { assignedLicenses } }], by)
    else if (what === 2) binned.push(directory.commit([{ do: 'delete', kind: 'user', id }], by)[0]!.id)
    else if (binned.length > 0)
      directory.commit([{ do: what === 3 ? 'restore' : 'purge', kind: 'user', id: binned.shift()! }], by)
    if (nth % 20 === 0) t.strictSame(used(), held())
  }
  t.strictSame(used(), held())
})
