import t from 'tap'
import { callControl } from '../../../src/sandbox/process/call-control.ts'
import { commandBed, summaryOf } from '../command-bed.ts'

t.test('a command that asks nothing says what it could not check, as text and as JSON', async t => {
  const bed = await commandBed(t)
  await bed.run(
    ...['export', 'members', '--group', 'Sales Team', '--tenant', 'sandbox', '--select', 'id', '--to', 'all.csv'],
  )
  const roles = ['User.ReadWrite.All', 'Group.ReadWrite.All', 'Directory.Read.All', 'Organization.Read.All']
  await callControl(await bed.connection(), 'PUT', '/knobs', { roles })
  const rows = bed.textOf('all.csv').split('\n').slice(0, 3).join('\n')
  bed.write('two.csv', `${rows}\n`)
  const on = ['--group', 'Sales Team', '--tenant', 'sandbox', '--from', 'two.csv', '--yes']
  const what = 'who holds a privileged role, which needs RoleManagement.Read.Directory'
  const removed = await bed.run('members', 'remove', ...on)
  t.equal(removed.status, 0, removed.stderr)
  t.equal(removed.stderr.split(`Not checked: ${what}.`).length, 2, removed.stderr)
  const added = await bed.run('members', 'add', ...on, '--json')
  t.strictSame(summaryOf(added).summary.unchecked, [what], added.stderr)
})
