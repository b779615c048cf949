import t from 'tap'
import { sandboxBed } from './sandbox-bed.ts'

t.test('a dry run that is resumed counts its own rows once', async t => {
  const bed = await sandboxBed(t, [])
  const users = (await bed.ids('/users?$select=id&$top=100')).slice(0, 12)
  bed.input(users.map(user => [{ kind: 'delete-user', value: { user } }]))
  const stopped = new Error('stopped here')
  await t.rejects(bed.change({ dryRun: true, protection: () => Promise.reject(stopped) }), stopped)
  const { id } = (await bed.store.list())[0]!
  const resumed = await bed.change({ dryRun: true }, { resume: id })
  t.match(resumed, { run: id, changes: { preview: { stops: [], removals: [{ count: 12 }] } } })
})
