import t from 'tap'
import type { OperationRow } from '../../../src/core/operation.ts'
import { sandboxBed } from './sandbox-bed.ts'

t.test('users and groups that were deleted by name are unchanged when the same file is run again', async t => {
  const bed = await sandboxBed(t, [])
  const userPrincipalName = `gone.soon@${bed.sandbox.domain}`
  const made: readonly OperationRow[] = [
    {
      kind: 'create-user',
      value: { displayName: 'Gone Soon', userPrincipalName, passwordProfile: { password: 'Quiet-Harbour-71' } },
    },
    { kind: 'create-group', value: { displayName: 'Gone Soon', groupTypes: ['Unified'] } },
  ]
  bed.input(made.map(each => [each]))
  const { progress } = await bed.change()
  t.equal(progress.outcomes.done, 2)
  bed.input([
    [{ kind: 'delete-user', value: { user: userPrincipalName.toUpperCase() } }],
    [{ kind: 'delete-group', value: { group: 'gone soon' } }],
    [{ kind: 'delete-user', value: { user: `never.there@${bed.sandbox.domain}` } }],
  ])
  const first = await bed.change({ maxRemovals: 5 })
  t.match(first.progress.outcomes, { done: 2, failed: 1 })
  await bed.control('DELETE', '/counters')
  const second = await bed.change({ maxRemovals: 5 })
  t.match(second.progress.outcomes, { done: 0, unchanged: 2, failed: 1 })
  const { writes } = JSON.parse(await bed.control('GET', '/counters')) as { readonly writes: Record<string, unknown> }
  t.strictSame(writes['attempted'], {})
})

t.test('a name in place of the id of a deleted user is refused, with the users that have it', async t => {
  const bed = await sandboxBed(t, [])
  const upn = (name: string): string => `${name}@${bed.sandbox.domain}`
  const made = async (name: string, isDeleted = true): Promise<string> => {
    const body = {
      displayName: name,
      userPrincipalName: upn(name),
      mailNickname: name,
      accountEnabled: true,
      passwordProfile: { password: 'Quiet-Harbour-71' },
    }
    const { id } = (await bed.graph.request<{ readonly id: string }>({ method: 'POST', url: '/users', body })).body
    if (isDeleted) await bed.graph.request({ method: 'DELETE', url: `/users/${id}` })
    return id
  }
  const [binned, live] = [await made('binned.one'), await made('live.one', false)]
  bed.input(
    ['Binned.One', 'live.one', 'never.there'].flatMap(name =>
      ['restore-user', 'purge-user'].map(kind => [{ kind, value: { user: upn(name) } }]),
    ),
  )
  const { run } = await bed.change({ irreversible: true })
  const said = await bed.store.read(run, async reader =>
    (await reader.readRows({ limit: 10 })).map(
      ({ result: { code, message, fix } }) => `${code} ${message?.replace(/^.* is not an id\. /, '')} ${fix}`,
    ),
  )
  const [one, two, none] = [
    `ID_REQUIRED The deleted user ${binned} has this name. Use the id of the right one.`,
    `ID_REQUIRED A live user, ${live}, has this name. Remove the row.`,
    'OBJECT_NOT_FOUND No deleted user has this name. Use the id. `entrapipe export deleted-users` lists those that can be restored.',
  ]
  t.strictSame(said, [one, one, two, two, none, none])
})
