import t from 'tap'
import { sheet, textRow } from '../../formats/xlsx/make-workbook.ts'
import { changeDesk } from '../change-desk.ts'

const desk = await changeDesk(t)
const invite = ['users', 'invite'] as const
const apps = 'https://myapplications.microsoft.com'
const truthOf = async (address: string) => {
  const account = `${address.replace('@', '_')}#EXT#@`
  return (await desk.truth('user')).find(line => String(line['userPrincipalName']).startsWith(account))
}
const header = 'inviteeEmail,inviteRedirectURL,sendEmail\n'

t.test('the redirect URL and the word about the mail of a row count before those of the command', async t => {
  const flags = ['--redirect-url', 'https://portal.contoso.com', '--send-mail', '--message', 'Welcome, all']
  desk.write('in.csv', `${header}ann@b.example,,\nbob@b.example,${apps},false\ncleo@b.example,,true\n`)
  const dry = await desk.run(...invite, '--tenant', 'sandbox', '--from', 'in.csv', '--dry-run', ...flags)
  t.match([dry.status, dry.stderr], [0, /2 rows send invitation mails\./])
  t.equal(await truthOf('ann@b.example'), undefined)
  const plan = await desk.run(
    ...[...invite, '--tenant', 'sandbox', '--from', 'in.csv', '--dry-run', '--plan', 'plan.jsonl', ...flags],
  )
  t.equal(plan.status, 0, plan.stderr)
  t.match(
    desk.rowsOf('plan.jsonl').flatMap(({ steps }) => (Array.isArray(steps) ? (steps as unknown[]) : [])),
    [
      { value: { inviteRedirectUrl: 'https://portal.contoso.com', sendInvitationMessage: true } },
      { value: { inviteRedirectUrl: apps, sendInvitationMessage: false } },
      { value: { customizedMessageBody: 'Welcome, all', sendInvitationMessage: true } },
    ],
  )
  const applied = await desk.run('apply', 'plan.jsonl', '--tenant', 'sandbox', '--yes')
  t.equal(applied.status, 0, applied.stderr)
  for (const [address, mails] of [
    ['ann@b.example', 1],
    ['bob@b.example', 0],
    ['cleo@b.example', 1],
  ] as const)
    t.match(await truthOf(address), { created: 1, invitations: 1, invitationMails: mails }, address)
  const again = await desk.run(...invite, '--tenant', 'sandbox', '--from', 'in.csv', '--yes', '--json', ...flags)
  t.match([again.status, again.stdout], [0, /"unchanged":3/])
  t.match(await truthOf('ann@b.example'), { invitations: 1, invitationMails: 1 }, 'nobody gets two mails')
})

t.test('without a word no mail is sent, and the undo deletes the guests who have not accepted', async t => {
  desk.write('new.csv', 'email,name\ndan@b.example,Dan\neve@b.example,Eve\n')
  const ran = await desk.run(
    ...[...invite, '--tenant', 'sandbox', '--from', 'new.csv', '--redirect-url', apps, '--yes', '--json'],
  )
  const { run } = JSON.parse(ran.stdout) as { readonly run: string }
  const [dan, eve] = [await truthOf('dan@b.example'), await truthOf('eve@b.example')]
  t.match([dan, eve], [{ invitationMails: 0 }, { invitationMails: 0 }])
  await desk.mutate({ do: 'update', kind: 'user', id: eve!['id'], values: { externalUserState: 'Accepted' } })
  const undone = await desk.run('runs', 'undo', run, '--tenant', 'sandbox', '--yes', '--results', 'undone.jsonl')
  t.equal(undone.status, 3, undone.stderr)
  t.match(
    desk.rowsOf('undone.jsonl').toSorted((one, other) => Number(one['key']) - Number(other['key'])),
    [
      { outcome: 'done', id: dan!['id'] },
      { outcome: 'failed', code: 'CHANGED_SINCE', target: `user ${String(eve!['id'])}` },
    ],
  )
  const back = await desk.change(invite, 'email\ndan@b.example\n', '--redirect-url', apps)
  t.match(back.results, [{ outcome: 'failed', code: 'USER_DELETED', fix: /users restore/ }])
})

t.test('a message without a word about the mail is refused, and an address without a redirect URL too', async t => {
  const { status, results } = await desk.change(
    invite,
    'email\nfay@b.example\n',
    '--message',
    'Hi',
    '--redirect-url',
    apps,
  )
  t.match([status, results], [3, [{ outcome: 'failed', fix: /--send-mail/ }]])
  const without = await desk.change(invite, 'email\nfay@b.example\n')
  t.match([without.status, without.results], [3, [{ outcome: 'failed', fix: /--redirect-url/ }]])
  t.match(
    (await desk.change(invite, 'name\nFay\n')).stderr,
    /requires a column invitedUserEmailAddress \(also called inviteeEmail, emailAddress, email, mail\)/,
  )
})

t.test('the portal’s template in a workbook invites', async t => {
  const captions = (await desk.run('template', ...invite)).stdout.split('\n')[1]!.split(',')
  desk.write(
    'partners.xlsx',
    sheet(
      [
        textRow(1, 'version:v1.0'),
        textRow(2, ...captions),
        textRow(3, 'Example: user@contoso.com', apps, 'true', 'Hello'),
        textRow(4, 'gil@b.example', apps, 'TRUE', 'Welcome, "Gil"'),
        textRow(5, 'hal@b.example', apps, '', ''),
        textRow(6, 'h a l@b.example', apps, '', ''),
      ].join(''),
    ),
  )
  const ran = await desk.run(
    ...[...invite, '--tenant', 'sandbox', '--from', 'partners.xlsx', '--yes', '--results', 'results.jsonl'],
  )
  t.equal(ran.status, 3, ran.stderr)
  t.match(
    desk
      .rowsOf('results.jsonl')
      .map(({ key, outcome }) => [key, outcome])
      .toSorted(),
    [
      [4, 'done'],
      [5, 'done'],
      [6, 'failed'],
    ],
  )
  t.match(
    [await truthOf('gil@b.example'), await truthOf('hal@b.example')],
    [{ invitationMails: 1 }, { invitationMails: 0 }],
  )
})
