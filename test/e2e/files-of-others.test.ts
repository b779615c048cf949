import t from 'tap'
import { changeDesk } from '../cli/change-desk.ts'

const desk = await changeDesk(t, {}, { users: 60, tls: false })
await desk.change(['groups', 'create'], 'displayName\nTeam\n')
const idOf = async (name: string): Promise<string> =>
  String((await desk.people('id', `displayName eq '${name}'`))[0]?.['id'])
const done = { outcome: 'done', code: null, message: null, fix: null }

t.test('the files of Microsoft’s scripts work as they are', async t => {
  const created = await desk.change(
    ['users', 'create'],
    `Name [displayName] Required,User name [userPrincipalName] Required,Initial password [passwordProfile] Required,mailNickName
Script One,script.one@contoso.com,Quiet-Harbour-71,one
Script Two,script.two@contoso.com,Quiet-Harbour-71,two
`,
  )
  t.strictSame(created.results, [
    { key: 2, ...done },
    { key: 3, ...done },
  ])
  t.match(await desk.people('mailNickname,accountEnabled', "displayName eq 'Script One'"), [
    { mailNickname: 'one', accountEnabled: true },
  ])
  const ids = `memberObjectId\n${await idOf('Script One')}\n${await idOf('Script Two')}\n`
  for (const verb of ['add', 'remove'])
    t.match((await desk.change(['members', verb], ids, '--group', 'Team')).results, [done, done], verb)
  const deleted = await desk.change(['users', 'delete'], 'UserPrincipalName\nscript.one@contoso.com\n')
  t.match(deleted.results, [done])
})

t.test('a translated template that Excel has saved where decimals have a comma is read as it is', async t => {
  const captions =
    'Name [displayName] Erforderlich;Benutzername [userPrincipalName] Erforderlich;Erstes Kennwort [passwordProfile] Erforderlich;Anmeldung blockieren [accountEnabled] Erforderlich;Vorname [givenName];Bürotelefon [telephoneNumber];Bemerkung'
  const rows = [
    'version:v1.0;;;;;;',
    captions,
    'Beispiel: Chris Green;chris@contoso.com;meinKennwort;No;;;',
    'Zoë Müller;zoe.mueller@contoso.com;Quiet-Harbour-71;Yes;Zoë;"=""030 1""";neu',
    ';;;;;;',
  ]
  const { results, stderr } = await desk.change(['users', 'create'], `\ufeff${rows.join('\r\n')}\r\n`)
  t.strictSame(results, [{ key: 4, ...done }])
  t.match(stderr, /Columns that are not used: Bemerkung\./)
  t.match(await desk.people('givenName,accountEnabled,businessPhones', "displayName eq 'Zoë Müller'"), [
    { givenName: 'Zoë', accountEnabled: false, businessPhones: ['030 1'] },
  ])
})

t.test(
  'an export of members, a download of the portal and a list of names are inputs of members and owners',
  async t => {
    await desk.change(['members', 'add'], 'ObjectId\nzoe.mueller@contoso.com\n', '--group', 'Team')
    for (const preset of ['portal-members', 'script-members']) {
      await desk.run(
        ...['export', 'members', '--tenant', 'sandbox', '--group', 'Team', '--preset', preset, '--to', 'team.csv'],
      )
      const { results } = await desk.change(['members', 'add'], desk.textOf('team.csv'), '--group', 'Team')
      t.match(results, [{ outcome: 'unchanged' }], preset)
    }
    const { results } = await desk.change(
      ['owners', 'add'],
      'Gruppe,Besitzer\nTeam,zoe.mueller@contoso.com\n',
      '--columns',
      'Gruppe=group,Besitzer=owner',
    )
    t.match(results, [done])
  },
)

t.test(
  'a file whose name says nothing is read with --from-format, and one in an older encoding with --from-encoding',
  async t => {
    const update = ['users', 'update', '--tenant', 'sandbox', '--yes']
    const text = 'userPrincipalName,department\nzoe.mueller@contoso.com,Büro\n'
    desk.write('feed', text)
    const ran = await desk.run(...update, '--from', 'feed', '--from-format', 'csv')
    t.equal(ran.status, 0, ran.stderr)
    t.match(await desk.people('department', "displayName eq 'Zoë Müller'"), [{ department: 'Büro' }])
    desk.write('old.csv', Buffer.from(text.replace('Büro', 'Küche'), 'latin1'))
    const old = await desk.run(...update, '--from', 'old.csv')
    t.match(old, { status: 1, stderr: /--from-encoding windows-1252/ })
    const read = await desk.run(...update, '--from', 'old.csv', '--from-encoding', 'windows-1252')
    t.equal(read.status, 0, read.stderr)
    t.match(await desk.people('department', "displayName eq 'Zoë Müller'"), [{ department: 'Küche' }])
  },
)
