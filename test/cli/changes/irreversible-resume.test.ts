import t from 'tap'
import { changeDesk } from '../change-desk.ts'
import { summaryOf } from '../command-bed.ts'

t.test('a resume that is stopped before its first change does not say that the run sent nothing', async t => {
  const { people, change, run } = await changeDesk(t)
  const rows = (await people('id', 'onPremisesSyncEnabled ne true')).slice(0, 4)
  const text = `id\n${rows.map(({ id }) => `${String(id)}\n`).join('')}`
  await change(['users', 'delete'], text, '--include-privileged')
  const first = await change(
    ['users', 'purge'],
    text,
    '--irreversible',
    '--limit',
    '2',
    '--include-privileged',
    '--json',
  )
  const resumed = await run('runs', 'resume', summaryOf(first).run, '--yes', '--include-privileged')
  t.equal(resumed.status, 5)
  t.match(resumed.stderr, '--irreversible')
  t.notMatch(resumed.stderr, 'Nothing was sent')
})
