import t from 'tap'
import { openBed } from './bed.ts'

const bed = await openBed(t, { users: 300 })
const desk = bed.desk()
const onboard = (stdin: string, credentials: string, ...flags: readonly string[]) =>
  desk.run(
    [
      ...['onboard', '--from', '-', '--tenant', 'bed', '--yes', '--credentials', credentials, '--plain-credentials'],
      ...flags,
    ],
    { stdin },
  )

t.test('people may come from stdin, as CSV or as JSON lines with their trailer', async t => {
  const { domain } = bed.directory
  // First what sends nothing: what this store has just written is only read once every replica shows it.
  const person = { displayName: 'Js On', userPrincipalName: `js.on@${domain}`, groups: ['Sales Team'] }
  const cut = await onboard(`${JSON.stringify(person)}\n`, 'json.csv')
  t.match([cut.status, cut.stderr], [1, /trailer/])
  t.notOk(desk.names().includes('json.csv'), 'nobody is onboarded from half an input')
  const csv = `displayName,userPrincipalName,Groups\nStd In,std.in@${domain},Sales Team\n`
  const ran = await onboard(csv, 'csv.csv', '--from-format', 'csv')
  t.equal(ran.status, 0, ran.stderr)
  t.match(desk.read('csv.csv'), new RegExp(`\nStd In,std\\.in@${domain.replace('.', '\\.')},.{12,}\n`))
})
