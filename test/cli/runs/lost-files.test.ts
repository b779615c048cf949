import { rmSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { changeDesk } from '../change-desk.ts'
import { summaryOf } from '../command-bed.ts'

t.test('a run whose files are lost can be discarded, and then does not stand in the way of others', async t => {
  const desk = await changeDesk(t)
  desk.write(
    'new.csv',
    'displayName,userPrincipalName,password\nAnn,ann@contoso.com,Quiet-Harbour-71\nBob,bob@contoso.com,Quiet-Harbour-71\n',
  )
  const create = ['users', 'create', '--tenant', 'sandbox', '--from', 'new.csv', '--yes', '--json']
  const { run } = summaryOf(await desk.run(...create, '--limit', '1'))
  rmSync(join(desk.folder, 'store/runs', run), { recursive: true })
  const refused = await desk.run('runs', 'resume', run)
  t.equal(refused.status, 2)
  t.match(refused.stderr, `runs discard ${run}`)
  t.equal((await desk.run('runs', 'discard', run)).status, 0)
  t.match(summaryOf(await desk.run(...create)).summary, { counts: { rows: 2, done: 1, unchanged: 1 } })
  t.match(await desk.run('audit', '--verify'), { status: 0, stderr: /intact/ })
})
