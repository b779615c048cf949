import { join } from 'node:path'
import t from 'tap'
import type { Directory, Mutation } from '../../../src/sandbox/directory/types.ts'
import { small } from './fixture.ts'

const [one, two, three] = [1, 2, 3].map(n => ({
  request: `0000000${n}-0000-4000-8000-00000000000a`,
  client: `0000000${n}-0000-4000-8000-00000000000b`,
})) as [Author, Author, Author]
type Author = { readonly request: string; readonly client: string }
const control = { request: 'control' }
const by = (author: { readonly request: string; readonly client?: string }, what: string) => ({
  request: author.request,
  client: author.client ?? null,
  what,
})
const first = (directory: Directory, kind: 'user' | 'group', count: number) =>
  directory.collection(kind).slice({ order: 'default', view: 'direct' }, count, ['id']).ids
const sha = 'ab'.repeat(32)

/** Makes the same changes in a directory, and returns the objects. */
const changed = (directory: Directory) => {
  const [group = ''] = first(directory, 'group', 1)
  const [member] = directory.related('group', group, 'members', 1).references
  const created = directory.freshId()
  const link = (what: 'link' | 'unlink', id: string): Mutation => ({
    do: what,
    kind: 'group',
    id: group,
    relation: 'members',
    target: { kind: 'user', id },
  })
  const values = { id: created, displayName: 'Zoë', userPrincipalName: 'zoe@contoso3.com', '#passwordSha256': sha }
  directory.commit([{ do: 'create', kind: 'user', values }, link('link', created)], one)
  directory.commit([{ do: 'update', kind: 'user', id: created, values: { city: 'Oslo' } }], two)
  directory.commit([link('unlink', created), link('unlink', member!.id)], two)
  directory.commit([link('link', created)], control)
  directory.commit([{ do: 'delete', kind: 'user', id: created }], two)
  directory.commit([{ do: 'restore', kind: 'user', id: created }], three)
  return { group, member: member!.id, created, link }
}

t.test('the truth of an object counts its changes, and names their attempts', async t => {
  const journal = join(t.testdir(), 'changes.jsonl')
  const directory = small({ journal })
  const { group, created, member, link } = changed(directory)
  const counts = { created: 1, updated: 1, deleted: 1, restored: 1, purged: 0 }
  const attempts = [by(one, 'created'), by(two, 'updated'), by(two, 'deleted'), by(three, 'restored')]
  const names = { userPrincipalName: 'zoe@contoso3.com', passwordSha256: sha }
  t.strictSame([...directory.truthOf('user')], [{ id: created, ...counts, by: attempts, ...names }])
  t.strictSame([...directory.truthOf('group')], [], 'links are no changes of the object')
  const links = [
    {
      target: created,
      added: 2,
      removed: 1,
      isThere: true,
      by: [by(one, 'added'), by(two, 'removed'), by(control, 'added')],
    },
    { target: member, added: 0, removed: 1, isThere: false, by: [by(two, 'removed')] },
  ]
  t.strictSame([...directory.linkTruth('group', group.toUpperCase(), 'members')], links)
  t.strictSame([...directory.linkTruth('group', group, 'owners')], [])
  directory.commit([link('link', member)], three)
  t.strictSame([...directory.linkTruth('group', group, 'members')][1], {
    target: member,
    added: 1,
    removed: 1,
    isThere: true,
    by: [by(two, 'removed'), by(three, 'added')],
  })
  directory.close()
  const replayed = small({ journal })
  t.strictSame([...replayed.truthOf('user')], [...directory.truthOf('user')])
  t.strictSame([...replayed.linkTruth('group', group, 'members')], [...directory.linkTruth('group', group, 'members')])
  replayed.close()
})

t.test('a refused commit is not in the truth', async t => {
  const directory = small()
  const { group } = changed(directory)
  const [user = ''] = first(directory, 'user', 1)
  const truth = () => [
    ...directory.truthOf('user'),
    ...directory.truthOf('group'),
    ...directory.linkTruth('group', group, 'owners'),
  ]
  const before = truth()
  const owner = { kind: 'user', id: user } as const
  t.throws(() =>
    directory.commit(
      [
        { do: 'update', kind: 'group', id: group, values: { displayName: 'Other' } },
        { do: 'link', kind: 'group', id: group, relation: 'owners', target: owner },
        { do: 'link', kind: 'group', id: group, relation: 'owners', target: owner },
      ],
      one,
    ),
  )
  t.strictSame(truth(), before)
})

t.test('deleted and purged objects keep the names that they had', async t => {
  const directory = small()
  const { created } = changed(directory)
  const [user = '', other = ''] = first(directory, 'user', 2)
  const [group = ''] = first(directory, 'group', 1)
  const upnOf = (id: string) => directory.collection('user').get(id)?.['userPrincipalName']
  const upns = [upnOf(user), upnOf(other)]
  const displayName = directory.collection('group').get(group)?.['displayName']
  for (const id of [user, other]) directory.commit([{ do: 'delete', kind: 'user', id }], one)
  directory.commit([{ do: 'purge', kind: 'user', id: user }], one)
  directory.commit([{ do: 'delete', kind: 'group', id: group }], one)
  t.strictSame(
    [...directory.truthOf('user')].map(({ id, userPrincipalName, passwordSha256, purged }) => [
      id,
      userPrincipalName,
      passwordSha256,
      purged,
    ]),
    [
      [created, 'zoe@contoso3.com', sha, 0],
      [user, upns[0], null, 1],
      [other, upns[1], null, 0],
    ],
  )
  t.match([...directory.truthOf('group')], [{ id: group, deleted: 1, displayName }])
})

t.test('the hash of a password is in the truth only', async t => {
  const directory = small()
  const { created } = changed(directory)
  const users = directory.collection('user')
  const entity = users.get(created)
  t.notOk(JSON.stringify(entity).includes(sha))
  t.equal(users.jsonOf(created, ['id', '#passwordSha256']), JSON.stringify({ id: created }))
  const where = (user: typeof entity & object) => user['#passwordSha256'] !== undefined
  t.equal(users.count({ order: 'default', view: 'direct', where }), 0)
  t.equal(users.properties.includes('#passwordSha256'), false)
  directory.commit([{ do: 'delete', kind: 'user', id: created }], one)
  t.notOk(JSON.stringify(directory.deleted('user').get(created)).includes(sha))
  t.notOk(JSON.stringify(directory.changes(0)).includes(sha))
})
