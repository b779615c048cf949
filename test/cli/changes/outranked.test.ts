import t from 'tap'
import { giveAppRole } from '../../sandbox/give-app-role.ts'
import { changeDesk } from '../change-desk.ts'
import { summaryOf } from '../command-bed.ts'

const desk = await changeDesk(t)
const holders = new Set(desk.rowsOf(await desk.exported('role-assignments')).map(({ principalId }) => principalId))
const everybody = (await desk.people('id,userPrincipalName,userType,accountEnabled,onPremisesSyncEnabled')).filter(
  user => user['userType'] === 'Member' && user['accountEnabled'] === true && user['onPremisesSyncEnabled'] !== true,
)
const nameOf = (isAdmin: boolean): string =>
  String(everybody.find(({ id }) => holders.has(id) === isAdmin)!['userPrincipalName'])
const [admin, other] = [nameOf(true), nameOf(false)]
const text = `userPrincipalName\n${admin}\n${other}\n`
const denied = {
  outcome: 'failed',
  code: 'ROLE_REQUIRED',
  message:
    /^The user [\da-f-]{36} is an administrator: it holds the role .+\. Graph lets only a higher role make this change, and the app holds none\. Nothing was sent\.$/,
  fix: 'Assign the app a higher role, such as Privileged Authentication Administrator, or let somebody who has one do it.',
}

for (const command of [['offboard'], ['users', 'disable'], ['users', 'delete']] as const)
  t.test(`${command.join(' ')} foresees that an app without a role may not touch administrators`, async t => {
    await desk.writes()
    const dry = await desk.change(command, text, '--include-privileged', '--dry-run')
    t.equal(dry.status, 3, dry.stderr)
    desk.write('in.csv', `userPrincipalName\n${admin}\n`)
    const sent = await desk.change(command, `userPrincipalName\n${admin}\n`, '--include-privileged')
    t.equal(sent.status, 3, sent.stderr)
    for (const { results } of [dry, sent])
      t.match(
        results.find(({ code }) => code === 'ROLE_REQUIRED'),
        denied,
      )
    t.strictSame(await desk.writes(), {}, 'nothing is sent')
  })

t.test('the same is sent once the app holds a higher role', async t => {
  await giveAppRole(await desk.connection(), 'Global Administrator')
  const sent = await desk.change(['users', 'disable'], text, '--include-privileged', '--json')
  t.match([sent.status, summaryOf(sent).summary.counts], [0, { done: 2 }], sent.stderr)
})
