import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { kinds } from '../../../src/sandbox/directory/kinds.ts'
import type { Directory } from '../../../src/sandbox/directory/types.ts'
import { handClock, small, within } from './fixture.ts'

const by = { request: '4a6e1c5e-0000-4000-8000-000000000001', client: 'a client' }
const views = ['direct', 'index', 'truth'] as const

const idsOf = (directory: Directory, kind: 'user' | 'group', count: number): readonly string[] =>
  directory.collection(kind).slice({ order: 'default', view: 'truth' }, count, ['id']).ids

const newUser = (nth: number) => ({
  accountEnabled: nth % 3 > 0,
  displayName: nth % 5 === 0 ? `Ło ${nth}` : `New ${nth}`,
  userPrincipalName: `new.${nth}@contoso3.com`,
  proxyAddresses: [`SMTP:new.${nth}@contoso3.com`],
  ...(nth % 2 === 0 ? { department: null } : { department: `Department ${nth % 4}`, jobTitle: `Job ${nth}` }),
})

/** Changes of every sort. */
const change = (directory: Directory, from: number): void => {
  const users = idsOf(directory, 'user', 40)
  const [one = '', two = ''] = idsOf(directory, 'group', 2)
  for (let nth = from; nth < from + 30; nth++) {
    const id = directory.freshId()
    directory.commit([{ do: 'create', kind: 'user', values: newUser(nth) }], by)
    directory.commit(
      [one, two].map(group => ({
        do: 'link' as const,
        kind: 'group' as const,
        id: group,
        relation: 'members' as const,
        target: { kind: 'user' as const, id },
      })),
      { request: 'control' },
    )
    if (nth % 4 === 0)
      directory.commit([{ do: 'update', kind: 'user', id, values: { displayName: `Renamed ${nth}` } }], by)
    if (nth % 7 === 0)
      directory.commit(
        [{ do: 'unlink', kind: 'group', id: one, relation: 'members', target: { kind: 'user', id } }],
        by,
      )
    if (nth % 5 === 0) directory.commit([{ do: 'delete', kind: 'user', id }], by)
    if (nth % 10 === 0) directory.commit([{ do: 'restore', kind: 'user', id }], by)
    if (nth % 10 === 5) directory.commit([{ do: 'purge', kind: 'user', id }], by)
  }
  for (const [at, id] of users.slice(0, 12).entries())
    directory.commit(
      [
        at % 3 === 0
          ? { do: 'delete', kind: 'user', id }
          : { do: 'update', kind: 'user', id, values: { jobTitle: `Job ${from} ${at}`, mobilePhone: null } },
      ],
      by,
    )
  const [member] = directory.related('group', one, 'members', 1, 0, 'truth').references
  directory.commit([{ do: 'unlink', kind: 'group', id: one, relation: 'members', target: member! }], by)
  directory.moveClock(1_000)
}

/** Everything that a directory shows. */
const seen = (directory: Directory) => ({
  generation: directory.generation,
  now: directory.now(),
  skus: directory.subscribedSkus,
  changes: directory.changes(0),
  kinds: (['user', 'group'] as const).map(kind =>
    [directory.collection(kind), directory.deleted(kind)].map(each => contentOf(each)),
  ),
  truth: kinds.map(kind => [...directory.truthOf(kind)]),
  groups: idsOf(directory, 'group', 12).map(id => ({
    members: views.map(view => directory.related('group', id, 'members', 1_000, 0, view)),
    count: directory.countRelated('group', id, 'members'),
    links: [...directory.linkTruth('group', id, 'members')],
  })),
  memberOf: idsOf(directory, 'user', 60).map(id => directory.memberOf({ kind: 'user', id })),
  found: Array.from({ length: 60 }, (_, nth) => [
    directory.collection('user').find('userPrincipalName', `New.${nth}@contoso3.com`)?.id,
    directory.collection('user').find('proxyAddresses', `new.${nth}@contoso3.com`)?.id,
  ]),
})

const contentOf = (collection: ReturnType<Directory['collection']>) =>
  ['default', 'displayName', 'userPrincipalName', 'createdDateTime']
    .filter(order => order === 'default' || collection.fast(order) || collection.properties.includes(order))
    .map(order => ({
      all: collection.slice({ order, view: 'direct' }, 2_000, collection.properties),
      last: collection.slice({ order, view: 'direct', descending: true }, 3, ['id']).ids,
      prefixed: collection.count({ order, view: 'direct', ...within("startsWith(displayName,'n')") }),
      enabled: collection.count({ order, view: 'direct', where: entity => entity['accountEnabled'] === true }),
    }))

const opened = (journal: string, snapshotEvery: number) => small({ journal, clock: handClock(), snapshotEvery })

t.test('a start from a snapshot and the rest of the journal equals one from the whole journal', async t => {
  const journal = join(t.testdir(), 'changes.jsonl')
  const first = opened(journal, 10)
  change(first, 0)
  first.close()
  t.ok(existsSync(`${journal}.snapshot`))

  const second = opened(journal, 1_000_000)
  t.strictSame(seen(second), seen(first))
  change(second, 30)
  second.moveClock(86_400_000)
  // Killed: it is not closed.
  const third = opened(journal, 1_000_000)
  const found = seen(third)
  t.strictSame(found, seen(second))
  rmSync(`${journal}.snapshot`)
  t.strictSame(seen(opened(journal, 1_000_000)), found)

  change(third, 60)
  t.strictSame(seen(opened(journal, 1_000_000)), seen(third))
})

t.test('what is in the bin of a snapshot expires after 30 days', async t => {
  const journal = join(t.testdir(), 'changes.jsonl')
  const first = opened(journal, 1)
  const [id = ''] = idsOf(first, 'user', 1)
  first.commit([{ do: 'delete', kind: 'user', id }], by)
  first.close()
  const second = opened(journal, 1)
  second.moveClock(29.9 * 86_400_000)
  t.ok(second.deleted('user').get(id))
  second.moveClock(0.2 * 86_400_000)
  t.equal(second.deleted('user').get(id), undefined)
  t.equal(second.truth(id)?.state, 'purged')
})

t.test('a snapshot with a lagging view has what that view did not show yet', async t => {
  const journal = join(t.testdir(), 'changes.jsonl')
  const first = opened(journal, 1)
  first.setLag('index', 60_000)
  first.setLag('direct', 60_000)
  change(first, 0)
  first.close()
  const second = opened(journal, 1)
  first.setLag('index', 0)
  first.setLag('direct', 0)
  t.strictSame(seen(second), seen(first))
})

t.test('a snapshot that is cut off, damaged, of other code or of another journal is ignored', async t => {
  const folder = t.testdir()
  const journal = join(folder, 'changes.jsonl')
  const snapshot = `${journal}.snapshot`
  const first = opened(journal, 1)
  change(first, 0)
  first.close()
  const expected = seen(first)
  const whole = readFileSync(snapshot)
  const flipped = Uint8Array.from(whole)
  flipped[whole.length - 5_000]! ^= 1
  const code = whole.toString('latin1').replace(/"code":"./, '"code":"-')
  for (const [name, bytes] of Object.entries({
    flipped,
    'cut off': whole.subarray(0, -1),
    empty: Buffer.alloc(0),
    'of other code': Buffer.from(code, 'latin1'),
    'not a snapshot': Buffer.from('00000002no'),
  })) {
    writeFileSync(snapshot, bytes)
    t.strictSame(seen(opened(journal, 1_000_000)), expected, name)
  }

  // A journal that ends before the snapshot.
  const shorter = readFileSync(journal, 'utf8').split('\n').slice(0, 20).join('\n')
  for (const name of [journal, join(folder, 'other.jsonl')]) writeFileSync(name, `${shorter}\n`)
  writeFileSync(snapshot, whole)
  t.strictSame(seen(opened(journal, 1_000_000)), seen(opened(join(folder, 'other.jsonl'), 1_000_000)))
})

t.test('a snapshot is written in the background, and changes made meanwhile are not lost', async t => {
  const journal = join(t.testdir(), 'changes.jsonl')
  const first = opened(journal, 50)
  change(first, 0)
  change(first, 30)
  while (!existsSync(`${journal}.snapshot`)) await new Promise(resolve => setImmediate(resolve))
  const second = opened(journal, 1_000_000)
  t.strictSame(seen(second), seen(first))
  t.notOk(existsSync(`${journal}.snapshot.background.partial`))
})

t.test('a directory that is closed while a snapshot is written in the background leaves a whole one', async t => {
  const journal = join(t.testdir(), 'changes.jsonl')
  const first = opened(journal, 20)
  change(first, 0)
  first.close()
  t.ok(existsSync(`${journal}.snapshot`))
  const second = opened(journal, 1_000_000)
  t.strictSame(seen(second), seen(first))
  while (existsSync(`${journal}.snapshot.background.partial`)) await new Promise(resolve => setImmediate(resolve))
})
