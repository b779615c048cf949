import t from 'tap'
import { createSandbox } from '../../src/sandbox/create-sandbox.ts'
import { asker } from './server/started.ts'
import { steppedClock } from './server/stepped-clock.ts'

const json = { 'content-type': 'application/json' }

t.test('of two writes to one group, the second is refused; a lost creation exists all the same', async t => {
  const { clock, wake, asleep } = steppedClock()
  let close = async () => {}
  t.teardown(() => close())
  const sandbox = await createSandbox({ users: 200, tls: false, clock, stateDir: t.testdir() })
  close = sandbox.close
  const { graph, control } = asker(sandbox)
  const { groupId } = sandbox.sample
  const rename = (description: string) =>
    graph(`/groups/${groupId}`, { method: 'PATCH', headers: json, body: JSON.stringify({ description }) })
  const first = rename('first')
  await asleep(1)
  t.equal((await rename('second')).status, 409)
  await wake(1)
  t.equal((await first).status, 204)
  t.match(await (await graph(`/groups/${groupId}?$select=description`)).json(), { description: 'first' })
  await control('PUT', '/knobs', { writeMs: 0 })
  await control('PUT', '/faults', { fault: 'lostReply', match: 'POST /users', nth: 1 })
  const userPrincipalName = `new.person@${sandbox.domain}`
  const create = () =>
    graph('/users', {
      method: 'POST',
      headers: { ...json, 'client-request-id': 'attempt-1' },
      body: JSON.stringify({
        accountEnabled: true,
        displayName: 'New Person',
        mailNickname: 'new.person',
        userPrincipalName,
        passwordProfile: { password: 'Correct-Horse-7' },
      }),
    })
  await t.rejects(create())
  const again = await create()
  t.strictSame([again.status, (await graph(`/users/${userPrincipalName}`)).status], [400, 200])
})
