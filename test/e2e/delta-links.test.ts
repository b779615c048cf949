import { cpSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import t, { type Test } from 'tap'
import type { Kind, Mutation } from '../../src/sandbox/directory/types.ts'
import type { Cells } from '../sources/replay.ts'
import { openBed, rowsOf } from './bed.ts'

const bed = await openBed(t, { users: 400, knobs: { deltaPageSize: 7, deltaMembersPerPage: 5 } })
const { directory } = bed
const whole = { order: 'default', view: 'direct' } as const
const day = 24 * 60 * 60 * 1000
const idsOf = (kind: Kind): readonly string[] => directory.collection(kind).slice(whole, 100_000, ['id']).ids
const linksOf = (kind: Kind, id: string, relation: 'members' | 'manager'): readonly string[] =>
  directory
    .related(kind, id, relation, 9_999)
    .references.filter(target => target.kind !== 'servicePrincipal')
    .map(target => `${id}/${target.id}`)
const members = (): readonly string[] => idsOf('group').flatMap(id => linksOf('group', id, 'members'))
const managers = (): readonly string[] => idsOf('user').flatMap(id => linksOf('user', id, 'manager'))
const sizeOf = (id: string): number => linksOf('group', id, 'members').length

/** Links after the rows of a delta. */
const replay = (links: ReadonlySet<string>, rows: readonly Cells[], [owner, target]: readonly [string, string]) => {
  const keys = rows.map(row => `${String(row[owner])}/${String(row[target])}`)
  if (new Set(keys).size < keys.length) throw new Error('a link has several rows')
  const after = new Set(links)
  for (const [at, { removed }] of rows.entries()) {
    if (removed === null) after.add(keys[at]!)
    else after.delete(keys[at]!)
  }
  return after
}

const loads = (
  t: Test,
  what: 'memberships' | 'managers',
  columns: readonly [string, string],
  now: () => readonly string[],
) => {
  const desk = bed.desk()
  let links: ReadonlySet<string> = new Set()
  let n = 0
  return async () => {
    const to = `${++n}.jsonl`
    const { status, stderr } = await desk.run(['export', what, '--delta', '--to', to])
    t.equal(status, 0, stderr)
    const rows = rowsOf<Cells>(desk.read(to))
    links = replay(links, rows, columns)
    t.strictSame([...links].toSorted(), now().toSorted(), `${what} after ${to}`)
    return { rows, manifest: desk.manifest(to) }
  }
}

/** Makes a state what it is if the last run dies before it saves: only what it staged is there. @param before the state before that run */
const unsave = (state: string, before: string): void => {
  const sql = new DatabaseSync(state)
  sql.exec(`attach '${before}' as before;
    insert into staged_keys (key, gone) select key, 0 from had where key not in (select key from before.had);
    delete from had where key not in (select key from before.had);
    delete from state;
    insert into state select * from before.state;`)
  sql.close()
}

const link = (kind: Kind, id: string, relation: 'members' | 'manager', target: string, to: Kind = 'user') =>
  ({ do: 'link', kind, id, relation, target: { kind: to, id: target } }) as const satisfies Mutation
const unlink = (...args: Parameters<typeof link>) => ({ ...link(...args), do: 'unlink' }) as const

t.test(
  'memberships are those of the directory after members and groups were added, removed, deleted and restored',
  async t => {
    const unified = (id: string): boolean => String(directory.collection('group').get(id)!['groupTypes']) === 'Unified'
    const groups = idsOf('group').filter(id => unified(id) && sizeOf(id) > 6)
    const [a = '', b = '', c = '', d = ''] = groups
    const memberOf = (group: string, at: number): string => linksOf('group', group, 'members')[at]!.split('/')[1]!
    const strangers = (group: string): readonly string[] =>
      idsOf('user').filter(id => !linksOf('group', group, 'members').includes(`${group}/${id}`))
    // A member that is in the recycle bin while everything is read, and restored later.
    const binned = memberOf(a, 0)
    await bed.mutate({ do: 'delete', kind: 'user', id: binned })
    const load = loads(t, 'memberships', ['groupId', 'memberId'], members)
    const first = await load()
    t.match(first.manifest, { completeness: 'unverified', delta: { kind: 'full', removed: 0 } })

    const [deleted, purged, removed] = [memberOf(a, 1), memberOf(a, 2), memberOf(a, 3)]
    const added = strangers(a).slice(0, 12)
    await bed.mutate(
      ...added.map(id => link('group', a, 'members', id)),
      unlink('group', a, 'members', removed),
      { do: 'delete', kind: 'user', id: deleted },
      { do: 'delete', kind: 'user', id: purged },
      { do: 'purge', kind: 'user', id: purged },
      { do: 'delete', kind: 'group', id: b },
      { do: 'delete', kind: 'group', id: c },
      { do: 'purge', kind: 'group', id: c },
    )
    const second = await load()
    t.match(second.manifest, { delta: { kind: 'changes', after: first.manifest.run, updated: 0 } })
    t.ok(second.manifest.delta!.created! >= 12)
    const of = (rows: readonly Cells[], group: string, member: string) =>
      rows.find(({ groupId, memberId }) => groupId === group && memberId === member)?.['removed']
    t.strictSame(
      [of(second.rows, a, removed), of(second.rows, a, deleted), of(second.rows, a, purged)],
      ['deleted', 'changed', 'deleted'],
    )

    await bed.mutate(
      { do: 'restore', kind: 'user', id: binned },
      { do: 'restore', kind: 'user', id: deleted },
      { do: 'restore', kind: 'group', id: b },
      { do: 'create', kind: 'group', values: { displayName: 'New' } },
      link('group', d, 'members', a, 'group'),
    )
    const made = idsOf('group').find(id => directory.collection('group').get(id)!['displayName'] === 'New')!
    await bed.mutate(link('group', made, 'members', added[0]!))
    const third = await load()
    t.strictSame(
      [of(third.rows, a, binned), of(third.rows, a, deleted), of(third.rows, made, added[0]!)],
      [null, null, null],
    )
    t.equal(third.rows.find(({ groupId, memberId }) => groupId === d && memberId === a)?.['memberType'], 'group')
    t.strictSame((await load()).rows, [])

    // Nested, and deleted.
    await bed.mutate({ do: 'delete', kind: 'group', id: a }, unlink('group', d, 'members', memberOf(d, 0)))
    await load()
    bed.forward(8 * day)
    await bed.mutate({ do: 'restore', kind: 'group', id: a }, unlink('group', d, 'members', memberOf(d, 1)))
    const again = await load()
    t.match(again.manifest, { delta: { kind: 'full', removed: 1 } })
  },
)

for (const end of ['delete', 'purge'] as const)
  t.test(`a link that was published by a run that did not save, and is gone by ${end}, is removed`, async t => {
    const desk = bed.desk()
    const exported = async (to: string) => {
      const { status, stderr } = await desk.run(['export', 'managers', '--delta', '--to', to])
      t.equal(status, 0, stderr)
      return rowsOf<Cells>(desk.read(to)).filter(row => row['userId'] === user && row['managerId'] === manager)
    }
    const [user = '', manager = ''] = idsOf('user').filter(id => linksOf('user', id, 'manager').length === 0)
    await exported('first.jsonl')
    const kept = desk.path('kept')
    cpSync(desk.path('store/lasting'), kept, { recursive: true })
    await bed.mutate(link('user', user, 'manager', manager))
    t.match(await exported('second.jsonl'), [{ removed: null }])
    const [tenant = ''] = readdirSync(kept)
    const [name = ''] = readdirSync(join(kept, tenant)).filter(file => file.endsWith('.sqlite'))
    unsave(join(desk.path('store/lasting'), tenant, name), join(kept, tenant, name))
    await bed.mutate({ do: 'delete', kind: 'user', id: user })
    if (end === 'purge') await bed.mutate({ do: 'purge', kind: 'user', id: user })
    t.match(await exported('third.jsonl'), [{ removed: /changed|deleted/ }])
  })

t.test('managers are those of the directory after changes, deletions and restorations of both', async t => {
  const pairs = managers().map(pair => pair.split('/') as [string, string])
  const load = loads(t, 'managers', ['userId', 'managerId'], managers)
  await load()
  const [[changing = '', old = ''] = [], ...others] = pairs
  const [other, busy = ''] = [others.find(([, manager]) => manager !== old)![1], others.at(-1)![1]]
  const removedFrom = others.find(
    ([user, manager]) => manager !== busy && user !== busy && user !== other && user !== old,
  )![0]
  await bed.mutate(
    link('user', changing, 'manager', other),
    {
      do: 'unlink',
      kind: 'user',
      id: removedFrom,
      relation: 'manager',
      target: { kind: 'user', id: new Map(pairs).get(removedFrom)! },
    },
    { do: 'delete', kind: 'user', id: busy },
  )
  const second = await load()
  t.strictSame(
    second.rows
      .filter(({ userId }) => userId === changing)
      .map(({ managerId, removed }) => [managerId, removed])
      .toSorted(),
    [
      [old, 'deleted'],
      [other, null],
    ].toSorted(),
  )
  await bed.mutate({ do: 'restore', kind: 'user', id: busy })
  const third = await load()
  t.ok(third.rows.some(({ managerId, removed }) => managerId === busy && removed === null))
  t.strictSame((await load()).rows, [])
})

for (const args of [
  ['memberships', '--select', 'displayName'],
  ['memberships', '--transitive'],
  ['memberships', '--group', 'All Company'],
  ['managers', '--filter', 'accountEnabled eq true'],
])
  t.test(`export ${args.join(' ')} --delta is refused`, async t => {
    const { status, stderr } = await bed.desk().run(['export', ...args, '--delta', '--to', 'out.csv'])
    t.equal(status, 2, stderr)
    t.match(stderr, /does not apply/)
  })
