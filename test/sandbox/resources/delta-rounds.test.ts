import t from 'tap'
import { netChanges } from '../../../src/sandbox/resources/delta-changes.ts'
import type { Directory } from '../../../src/sandbox/directory/types.ts'
import { small } from '../directory/fixture.ts'
import { asker, type Loose } from './ask.ts'

const by = { request: 'test' }

/** Users and groups that changed: new ones, links, purges before and after other changes of the same group, an update of a group at the end. */
const changed = () => {
  const directory = small()
  const groups = directory.collection('group').slice({ order: 'default', view: 'truth' }, 5, ['id']).ids
  const added = (nth: number): string => {
    const id = directory.freshId()
    const values = { displayName: `New ${nth}`, userPrincipalName: `new.${nth}@contoso3.com` }
    directory.commit([{ do: 'create', kind: 'user', values }], by)
    return id
  }
  const link = (group: number, id: string): void =>
    void directory.commit(
      [{ do: 'link', kind: 'group', id: groups[group]!, relation: 'members', target: { kind: 'user', id } }],
      by,
    )
  const purge = (id: string): void => {
    directory.commit([{ do: 'delete', kind: 'user', id }], by)
    directory.commit([{ do: 'purge', kind: 'user', id }], by)
  }
  const early = Array.from({ length: 4 }, (_, nth) => added(nth))
  for (const group of [0, 1, 2]) link(group, early[0]!)
  for (const group of [1, 2, 3]) link(group, early[1]!)
  const after = directory.generation
  link(3, added(4))
  purge(early[0]!)
  link(2, early[2]!)
  purge(early[1]!)
  directory.commit([{ do: 'update', kind: 'group', id: groups[0]!, values: { description: 'Changed' } }], by)
  directory.commit([{ do: 'update', kind: 'group', id: groups[4]!, values: { description: 'Changed' } }], by)
  return { directory, groups, early, after, until: directory.generation }
}

const sums = (directory: Directory, after: number, until: number, from: number) =>
  [...netChanges(directory, ['user', 'group'], { after, until }, from)!].map(({ id, first, state, links }) => ({
    id,
    first: first - after,
    state,
    links: [...links(0)].map(({ target, removed }) => [target.id, removed]),
  }))

t.test('objects come in the order of their first change, and a purge changes the groups of its user', async t => {
  const { directory, groups, early, after, until } = changed()
  const [zero, one, two, three, four] = groups as [string, string, string, string, string]
  const [a, b, c] = early as [string, string, string]
  const found = sums(directory, after, until, after + 1)
  const created = found[0]!.id
  const expected = [
    { id: created, first: 1, state: 'live', links: [] },
    {
      id: three,
      first: 2,
      state: 'live',
      links: [
        [created, false],
        [b, true],
      ],
    },
    { id: a, first: 3, state: 'gone', links: [] },
    { id: zero, first: 4, state: 'live', links: [[a, true]] },
    {
      id: one,
      first: 4,
      state: 'live',
      links: [
        [a, true],
        [b, true],
      ],
    },
    {
      id: two,
      first: 4,
      state: 'live',
      links: [
        [a, true],
        [c, false],
        [b, true],
      ],
    },
    { id: b, first: 6, state: 'gone', links: [] },
    { id: four, first: 9, state: 'live', links: [] },
  ]
  t.strictSame(found, expected)
  for (let from = 1; from <= 10; from++)
    t.strictSame(
      sums(directory, after, until, after + from),
      expected.filter(({ first }) => first >= from),
    )
})

t.test('wherever the pages of a round with purges end, every entry comes once', async t => {
  for (const kind of ['users', 'groups']) {
    const rounds: Loose[][] = []
    for (const deltaPageSize of [1, 2, 3, 200]) {
      const { directory, after } = changed()
      const ask = asker(directory, { knobs: { deltaPageSize, deltaReplays: directory.generation - after } })
      const entries: Loose[] = []
      const latest = await ask(`/${kind}/delta?$deltatoken=latest`)
      for (let at: string | undefined = latest.body['@odata.deltaLink']; at !== undefined;) {
        const { body } = await ask(at)
        entries.push(...body.value)
        t.ok(body.value.length <= deltaPageSize)
        at = body['@odata.nextLink']
      }
      rounds.push(entries)
    }
    t.ok(rounds[0]!.length >= 3)
    for (const round of rounds) t.strictSame(round, rounds[0])
  }
})

t.test(
  'each link that changed in a round comes once with its last change in it, from whichever place the links are read',
  async t => {
    const directory = small()
    const [one = '', two = ''] = directory.collection('group').slice({ order: 'default', view: 'truth' }, 2, ['id']).ids
    const users = directory.collection('user').slice({ order: 'default', view: 'truth' }, 6, ['id']).ids
    let seed = 7
    const pick = (count: number): number => (seed = (seed * 48_271) % 2_147_483_647) % count
    const toggle = (): void => {
      const [id, target] = [pick(3) === 0 ? two : one, { kind: 'user', id: users[pick(users.length)]! } as const]
      const what = directory.isRelated('group', id, 'members', target, 'truth') ? 'unlink' : 'link'
      directory.commit([{ do: what, kind: 'group', id, relation: 'members', target }], by)
    }
    const marks: number[] = []
    for (let part = 0; part < 12; part++) {
      for (let nth = pick(9); nth >= 0; nth--) toggle()
      directory.commit(
        [
          {
            do: 'link',
            kind: 'user',
            id: users[0]!,
            relation: 'manager',
            target: { kind: 'user', id: users[1 + pick(5)]! },
          },
        ],
        by,
      )
      marks.push(directory.generation)
    }
    for (const [first, after] of marks.entries())
      for (const until of marks.slice(first + 1)) {
        const changes = directory.changes(after)!.filter(({ sequence }) => sequence <= until)
        for (const { id, links } of netChanges(directory, ['user', 'group'], { after, until }, after + 1)!) {
          const last = new Map<string, readonly [string, boolean]>()
          for (const change of changes.filter(each => each.id === id)) {
            const target = change.target!.id
            // A new manager replaces the one before.
            if (change.relation === 'manager') last.clear()
            last.delete(target)
            last.set(target, [target, change.what === 'unlinked'])
          }
          const all = [...links(0)]
          t.strictSame(
            all.map(({ target, removed }) => [target.id, removed]),
            [...last.values()],
          )
          for (const [at, { place }] of all.entries()) t.strictSame([...links(place)], all.slice(at))
        }
      }
  },
)
