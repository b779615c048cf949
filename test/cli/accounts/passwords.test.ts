import { createHash } from 'node:crypto'
import { parse } from 'csv-parse/sync'
import t from 'tap'
import { giveAppRole } from '../../sandbox/give-app-role.ts'
import { changeDesk } from '../change-desk.ts'
import { summaryOf } from '../command-bed.ts'

const desk = await changeDesk(t)
const connection = await desk.connection()
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const names = Array.from({ length: 14 }, (_, at) => `made${at}`)
const made = names.map(name => `Ms ${name},${name}@contoso.com,First-Day-71!\n`).join('')
await desk.change(['users', 'create'], `displayName,userPrincipalName,password\n${made}`)
const created = await desk.people('id,userPrincipalName,displayName', "startswith(userPrincipalName,'made')")
const people = names.map(name => created.find(user => user['displayName'] === `Ms ${name}`)!)
const upn = (at: number) => String(people[at]!['userPrincipalName'])
const file = (...rows: readonly number[]) => `userPrincipalName\n${rows.map(at => `${upn(at)}\n`).join('')}`
const truth = async (at: number) => (await desk.truth('user')).find(line => line['id'] === people[at]!['id'])
const linesIn = (name: string) => parse(desk.textOf(name), { columns: true }) as Readonly<Record<string, string>>[]
const plain = (to: string) => ['--credentials', to, '--plain-credentials'] as const

t.test('an app without an Entra role resets no password: dry run and run say so, and nothing is sent', async t => {
  const reset = ['users', 'reset-password'] as const
  const lacks = /The app holds no Entra role, .*users reset-password` requires one.*User Administrator/
  const dry = await desk.change(reset, file(0), ...plain('none.csv'), '--dry-run')
  t.match([dry.status, dry.stderr], [6, new RegExp(`The run would stop: ${lacks.source}`)])
  const { status, stderr } = await desk.change(reset, file(0), ...plain('none.csv'))
  t.match([status, stderr], [6, lacks])
})

t.test('with a role that is not enough, the rows say which one is', async t => {
  await giveAppRole(connection, 'Global Reader')
  const { status, results } = await desk.change(['users', 'reset-password'], file(0), ...plain('none.csv'))
  t.match([status, results], [3, [{ outcome: 'failed', fix: /Entra role User Administrator/ }]])
})

t.test('passwords are reset, generated or given, and a second run requires --fresh', async t => {
  await giveAppRole(connection, 'User Administrator')
  const reset = ['users', 'reset-password'] as const
  desk.write('in.csv', file(1, 2))
  const dry = await desk.run(...reset, '--tenant', 'sandbox', '--from', 'in.csv', '--dry-run', ...plain('new.csv'))
  t.match([dry.status, dry.stderr], [0, /2 to be sent|Reset passwords of users +2/])
  t.match(dry.stderr, /The old passwords cannot be restored/)
  const { status, stderr, results } = await desk.change(reset, file(1, 2), ...plain('new.csv'))
  t.match([status, results.map(({ outcome }) => outcome)], [0, ['done', 'done']])
  t.match(stderr, /What it did cannot be undone\./)
  const lines = linesIn('new.csv')
  t.strictSame(
    lines.map(line => [line['Name'], line['Email/UPN']]),
    [1, 2].map(at => [people[at]!['displayName'], upn(at)]),
  )
  for (const at of [1, 2])
    t.match(await truth(at), {
      passwordSha256: sha256(lines[at - 1]!['Initial Password']!),
      forceChangePasswordNextSignIn: true,
    })
  const again = await desk.run(...reset, '--tenant', 'sandbox', '--from', 'in.csv', '--yes', ...plain('again.csv'))
  t.match([again.status, again.stderr], [5, /has done the same, for 2 of 2 rows.* --fresh/])
  const given = await desk.change(
    reset,
    `userPrincipalName,Initial password [passwordProfile]\n${upn(3)},Quiet-Harbour-71\n`,
    '--no-change-at-sign-in',
    ...plain('none-made.csv'),
  )
  t.equal(given.status, 0, given.stderr)
  t.match(
    given.stderr,
    /No password or pass was made, so there is nothing to hand out: .*none-made\.csv was not written\./,
  )
  t.match(await truth(3), { passwordSha256: sha256('Quiet-Harbour-71'), forceChangePasswordNextSignIn: false })
})

t.test('passes are made and handed out, and an undo deletes those that are still there', async t => {
  const pass = ['users', 'access-pass'] as const
  for (const [options, message] of [
    [[], /Without --credentials FILE, nobody would get the passes\./],
    [
      [...plain('no.csv'), '--start', 'tomorrow'],
      /Expected --start to be a date and a time such as .*, got "tomorrow"/,
    ],
    [[...plain('no.csv'), '--start', '2099-01-01'], /Expected --start to be a date and a time/],
  ] as const) {
    const refused = await desk.change(pass, file(5), ...options)
    t.match([refused.status, refused.stderr], [2, message])
  }
  const { status, stdout, results } = await desk.change(
    pass,
    file(5, 6),
    ...plain('passes.csv'),
    '--lifetime',
    '90',
    '--once',
    '--json',
  )
  t.match([status, results.map(({ outcome }) => outcome)], [0, ['done', 'done']])
  const lines = linesIn('passes.csv')
  for (const at of [5, 6]) t.match(await truth(at), { accessPassSha256: sha256(lines[at - 5]!['Initial Password']!) })
  t.notMatch(desk.textOf('results.jsonl'), new RegExp(lines[0]!['Initial Password']!.replace(/[+/]/g, '\\$&')))
  const other = await desk.change(pass, file(6, 7), ...plain('other.csv'))
  t.match(other.stderr, /Credentials: 1 pass handed out in .*other\.csv/)
  t.match(other.results, [{ outcome: 'failed', code: 'PASS_EXISTS' }, { outcome: 'done' }])
  t.strictSame(
    linesIn('other.csv').map(line => line['Email/UPN']),
    [upn(7)],
  )
  await desk.change(['users', 'delete-access-pass'], file(5))
  const undone = await desk.run('runs', 'undo', summaryOf({ stdout }).run, '--yes', '--json')
  t.match(summaryOf(undone).summary.counts, { rows: 2, done: 1, unchanged: 1 })
  for (const at of [5, 6]) t.notOk('accessPassSha256' in (await truth(at))!)
})

t.test('managers are set by any usual name, cleared, and put back', async t => {
  const set = ['users', 'set-manager'] as const
  const rows = `userPrincipalName,manager\n${upn(10)},${upn(11)}\n${upn(12)},${String(people[11]!['id'])}\n${upn(11)},${upn(11)}\n${upn(10)},nobody@contoso.com\n`
  const { results, status } = await desk.change(set, rows)
  t.equal(status, 3)
  t.match(results.slice(1), [
    { outcome: 'done' },
    { outcome: 'failed', message: /its own manager/ },
    { outcome: 'failed', code: 'OBJECT_NOT_FOUND' },
  ])
  const again = await desk.change(set, `userPrincipalName,manager\n${upn(12)},${upn(11)}\n`, '--json')
  t.match(again.results, [{ outcome: 'unchanged' }])
  const cleared = await desk.change(['users', 'clear-manager'], file(12), '--json')
  t.match(cleared.results, [{ outcome: 'done' }])
  await desk.run('runs', 'undo', summaryOf(cleared).run, '--yes')
  const back = await desk.change(set, `userPrincipalName,manager\n${upn(12)},${upn(11)}\n`)
  t.match(back.results, [{ outcome: 'unchanged' }])
})
