import { createHash } from 'node:crypto'
import { parse } from 'csv-parse/sync'
import t from 'tap'
import { giveAppRole } from '../../sandbox/give-app-role.ts'
import { changeDesk } from '../change-desk.ts'
import { summaryOf } from '../command-bed.ts'

const desk = await changeDesk(t)
const connection = await desk.connection()
const names = Array.from({ length: 60 }, (_, at) => `lost${at}`)
const fault = (body: object) =>
  fetch(`${connection.controlUrl}/faults`, {
    method: 'POST',
    headers: { 'x-sandbox-key': connection.controlKey, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
const file = `displayName,userPrincipalName\n${names.map(name => `Ms ${name},${name}@contoso.com\n`).join('')}`
const upns = `userPrincipalName\n${names.map(name => `${name}@contoso.com\n`).join('')}`
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

for (const [command, route, text, truth] of [
  ['create', 'POST /users', file, 'passwordSha256'],
  ['reset-password', 'PATCH /users/*', upns, 'passwordSha256'],
  ['access-pass', 'POST /users/*/authentication/temporaryAccessPassMethods', upns, 'accessPassSha256'],
] as const)
  t.test(`users ${command}: every secret that is handed out works, also if replies are lost`, async t => {
    await giveAppRole(connection, 'User Administrator')
    await fault({ fault: 'lostReply', match: route, rate: 0.04 })
    await fault({ fault: '503', match: route, rate: 0.04 })
    const { stdout, stderr } = await desk.change(
      ['users', command],
      text,
      ...['--credentials', `${command}.csv`, '--plain-credentials', '--json'],
    )
    await desk.control('DELETE', '/faults')
    t.match(summaryOf({ stdout }).summary.counts, { rows: 60, done: 60 }, stderr)
    const lines = parse(desk.textOf(`${command}.csv`), { columns: true }) as Readonly<Record<string, string>>[]
    const known = new Map((await desk.truth('user')).map(line => [line['userPrincipalName'], line[truth]]))
    t.equal(lines.length, 60)
    t.strictSame(
      lines.filter(line => known.get(line['Email/UPN']) !== sha256(line['Initial Password']!)),
      [],
    )
    t.notSame(await desk.writes(), {})
  })
