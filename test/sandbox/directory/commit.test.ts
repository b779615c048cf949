import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Directory, Mutation } from '../../../src/sandbox/directory/types.ts'
import { small } from './fixture.ts'

const all = { order: 'default', view: 'direct' } as const
const author = { request: 'request-1', client: 'client-1' }
const idsOf = (directory: Directory, kind: 'user' | 'group') =>
  directory.collection(kind).slice(all, 10_000, ['id', 'displayName'])

/** Everything that a client can see of users and groups. */
const seen = (directory: Directory) => ({
  generation: directory.generation,
  users: idsOf(directory, 'user').json,
  byName: directory.collection('user').slice({ order: 'displayName', view: 'direct' }, 10_000, ['id']).ids,
  binned: directory.deleted('user').slice(all, 10_000, ['id']).ids,
  groups: idsOf(directory, 'group').json,
  members: idsOf(directory, 'group').ids.map(id => directory.related('group', id, 'members', 10_000).references),
})

t.test('changes of one commit build on each other, and are numbered one by one', async t => {
  const directory = small()
  const [group = ''] = idsOf(directory, 'group').ids
  const id = directory.freshId()
  const target = { kind: 'user', id } as const
  const done = directory.commit(
    [
      { do: 'create', kind: 'user', values: { id, displayName: 'Zoë' } },
      { do: 'link', kind: 'group', id: group, relation: 'members', target },
      { do: 'update', kind: 'user', id, values: { city: 'Oslo' } },
    ],
    author,
  )
  t.strictSame(
    done.map(({ sequence, what }) => [sequence, what]),
    [
      [1, 'created'],
      [2, 'linked'],
      [3, 'updated'],
    ],
  )
  t.ok(directory.isRelated('group', group, 'members', target))
  t.match(directory.collection('user').get(id), { displayName: 'Zoë', city: 'Oslo' })
})

t.test('a commit with a refused change changes nothing, in no order and no list', async t => {
  const journal = join(t.testdir(), 'changes.jsonl')
  const directory = small({ journal })
  const { ids } = idsOf(directory, 'user')
  const [group = ''] = idsOf(directory, 'group').ids
  const [a = '', b = '', c = '', d = ''] = ids
  const binned = directory.deleted('user').slice(all, 1, ['id']).ids[0] ?? ''
  const { references } = directory.related('group', group, 'members', 2)
  directory.commit(
    [
      { do: 'update', kind: 'user', id: b, values: { city: 'Rome' } },
      { do: 'delete', kind: 'user', id: d },
      { do: 'unlink', kind: 'group', id: group, relation: 'members', target: references[0]! },
    ],
    author,
  )
  const [before, lines] = [seen(directory), readFileSync(journal, 'utf8')]
  const link = (what: 'link' | 'unlink', target: string): Mutation => ({
    do: what,
    kind: 'group',
    id: group,
    relation: 'owners',
    target: { kind: 'user', id: target },
  })
  const refused: readonly Mutation[] = [
    { do: 'create', kind: 'user', values: { displayName: 'New', userPrincipalName: 'new@contoso3.com' } },
    { do: 'update', kind: 'user', id: a, values: { displayName: 'Aaron' } },
    { do: 'update', kind: 'user', id: b, values: { displayName: 'Aaron' } },
    { do: 'delete', kind: 'user', id: a },
    { do: 'delete', kind: 'user', id: c },
    { do: 'restore', kind: 'user', id: c },
    { do: 'restore', kind: 'user', id: d },
    { do: 'purge', kind: 'user', id: binned },
    link('link', b),
    link('unlink', b),
    { do: 'link', kind: 'group', id: group, relation: 'members', target: references[0]! },
    { do: 'unlink', kind: 'group', id: group, relation: 'members', target: references[1]! },
    { do: 'update', kind: 'user', id: 'nobody', values: { city: 'Oslo' } },
  ]
  t.throws(() => directory.commit(refused, author), { status: 404, code: 'Request_ResourceNotFound' })
  t.strictSame(seen(directory), before)
  t.equal(readFileSync(journal, 'utf8'), lines)
  directory.commit(refused.slice(0, -1), author)
  t.equal(directory.generation, 3 + refused.length - 1)
  directory.close()
  const replayed = small({ journal })
  t.strictSame(seen(replayed), seen(directory))
  t.equal(readFileSync(journal, 'utf8').split('\n').length, 4, 'one line each commit')
  replayed.close()
})

t.test('a journal of an earlier version is replayed', async t => {
  const journal = join(t.testdir(), 'changes.jsonl')
  small({ journal }).close()
  const m = { do: 'create', kind: 'user', values: { displayName: 'Zoë', createdDateTime: '2026-06-01T00:00:00Z' } }
  appendFileSync(journal, `${JSON.stringify({ n: 1, at: 1_780_000_000_000, by: 'request-7', m })}\n`)
  const directory = small({ journal })
  const [change] = directory.changes(0) ?? []
  t.equal(directory.collection('user').get(change?.id ?? '')?.['displayName'], 'Zoë')
  t.strictSame(
    directory.truth(change?.id ?? '')?.history.map(({ by }) => by),
    ['request-7'],
  )
  directory.close()
})

t.test('a commit of nothing is no change', async t => {
  const directory = small()
  t.strictSame(directory.commit([], author), [])
  t.equal(directory.generation, 0)
})
