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
