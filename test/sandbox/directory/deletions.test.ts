import t from 'tap'
import type { Directory, Kind, Mutation } from '../../../src/sandbox/directory/types.ts'
import { small } from './fixture.ts'
import { mutate } from '../mutate.ts'

const everything = { order: 'default', view: 'direct' } as const
const unknown = { status: 404, code: 'Request_ResourceNotFound' }
const taken = (property: string) => ({
  status: 400,
  code: 'Request_BadRequest',
  message: `Another object with the same value for property ${property} already exists.`,
})
const firstOf = (directory: Directory, kind: Kind): string =>
  directory.collection(kind).slice(everything, 1, ['id']).ids[0] ?? ''
const does = (directory: Directory) => (mutation: Mutation) => mutate(directory, mutation, 'test')

for (const kind of ['user', 'group', 'device', 'application'] as const)
  t.test(`every change of a deleted ${kind} is refused as not found`, async t => {
    const directory = small()
    const change = does(directory)
    const id = firstOf(directory, kind)
    const target = { kind: 'user', id: directory.collection('user').slice(everything, 9, ['id']).ids[8] ?? '' } as const
    const [relation, holder] =
      kind === 'application' ? (['owners', 'application'] as const) : (['members', 'group'] as const)
    const other = directory.collection(holder).slice(everything, 5, ['id']).ids[4] ?? ''
    change({ do: 'delete', kind, id })
    const { generation } = directory
    t.throws(() => change({ do: 'update', kind, id, values: { displayName: 'X' } }), unknown)
    t.throws(() => change({ do: 'delete', kind, id }), unknown)
    t.throws(() => change({ do: 'link', kind, id, relation, target }), unknown)
    t.throws(() => change({ do: 'unlink', kind, id, relation, target }), unknown)
    t.throws(() => change({ do: 'link', kind: holder, id: other, relation, target: { kind, id } }), unknown)
    t.throws(() => change({ do: 'unlink', kind: holder, id: other, relation, target: { kind, id } }), unknown)
    t.equal(directory.generation, generation)
  })

t.test('a created object that was deleted or purged is not found either', async t => {
  const directory = small()
  const change = does(directory)
  const { id } = change({ do: 'create', kind: 'user', values: { displayName: 'New' } })
  change({ do: 'delete', kind: 'user', id })
  t.throws(() => change({ do: 'update', kind: 'user', id, values: {} }), unknown)
  change({ do: 'purge', kind: 'user', id })
  for (const what of ['delete', 'restore', 'purge'] as const)
    t.throws(() => change({ do: what, kind: 'user', id }), unknown, what)
  t.throws(() => change({ do: 'purge', kind: 'user', id: firstOf(directory, 'user') }), unknown, 'a live object')
})

t.test('the id of a live or deleted object cannot be created again, the id of a purged one can', async t => {
  const directory = small()
  const change = does(directory)
  const id = firstOf(directory, 'user')
  const create = () => change({ do: 'create', kind: 'user', values: { id: id.toUpperCase() } })
  t.throws(create, taken('id'))
  change({ do: 'delete', kind: 'user', id })
  t.throws(create, taken('id'))
  change({ do: 'purge', kind: 'user', id })
  t.equal(create().id, id)
  t.throws(create, taken('id'))
})

t.test('a restore is refused while another object has its key', async t => {
  const directory = small()
  const change = does(directory)
  const id = firstOf(directory, 'application')
  const applications = directory.collection('application')
  const appId = String(applications.get(id)?.['appId'])
  change({ do: 'delete', kind: 'application', id })
  const other = change({ do: 'create', kind: 'application', values: { appId } }).id
  const { generation } = directory
  t.throws(() => change({ do: 'restore', kind: 'application', id }), taken('appId'))
  t.equal(directory.generation, generation)
  t.equal(directory.deleted('application').get(id)?.id, id, 'it stays in the bin')
  change({ do: 'delete', kind: 'application', id: other })
  change({ do: 'restore', kind: 'application', id })
  t.equal(applications.find('appId', appId)?.id, id)
})

t.test('a restored user has its earlier changes and its original name', async t => {
  const directory = small()
  const change = does(directory)
  const users = directory.collection('user')
  const id = firstOf(directory, 'user')
  change({ do: 'update', kind: 'user', id, values: { city: 'Oslo', userPrincipalName: 'renamed@contoso3.com' } })
  const before = users.get(id)
  t.match(before, { city: 'Oslo', userPrincipalName: 'renamed@contoso3.com', deletedDateTime: null })
  change({ do: 'delete', kind: 'user', id: id.toUpperCase() })
  t.throws(
    () => change({ do: 'create', kind: 'user', values: { userPrincipalName: 'renamed@contoso3.com' } }),
    taken('userPrincipalName'),
  )
  change({ do: 'restore', kind: 'user', id: id.toUpperCase() })
  t.strictSame(users.get(id), before)
  t.equal(users.find('userPrincipalName', 'renamed@contoso3.com')?.id, id)
  t.throws(
    () => change({ do: 'create', kind: 'user', values: { userPrincipalName: 'renamed@contoso3.com' } }),
    taken('userPrincipalName'),
  )
})
