import { createHash } from 'node:crypto'
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

t.test('the ledger names the attempt of each change of an object and of a link', async t => {
  let close = async () => {}
  t.teardown(() => close())
  const sandbox = await createSandbox({ users: 200, tls: false, knobs: { writeMs: 0 }, stateDir: t.testdir() })
  close = sandbox.close
  const { graph } = asker(sandbox)
  const { groupId } = sandbox.sample
  const send = (client: string, method: string, url: string, body: object) =>
    graph(url, { method, headers: { ...json, 'client-request-id': client }, body: JSON.stringify(body) })
  const created = await send('c1', 'POST', '/users', {
    accountEnabled: true,
    displayName: 'New Person',
    mailNickname: 'new.person',
    userPrincipalName: `new.person@${sandbox.domain}`,
    passwordProfile: { password: 'Correct-Horse-7' },
  })
  const { id } = (await created.json()) as { id: string }
  const updated = await send('c2', 'PATCH', `/users/${id}`, { department: 'Sales' })
  const link = { '@odata.id': `${sandbox.baseUrl}/directoryObjects/${id}` }
  const added = await send('c3', 'POST', `/groups/${groupId}/members/$ref`, link)
  const truth = async (path: string) => {
    const reply = await fetch(`${sandbox.controlUrl}/truth${path}`, {
      headers: { 'x-sandbox-key': sandbox.controlKey },
    })
    return (await reply.text())
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as object)
  }
  const request = (reply: Response) => reply.headers.get('request-id')
  t.strictSame(await truth('?kind=user'), [
    {
      id,
      created: 1,
      updated: 1,
      deleted: 0,
      restored: 0,
      purged: 0,
      by: [
        { request: request(created), client: 'c1', what: 'created' },
        { request: request(updated), client: 'c2', what: 'updated' },
      ],
      userPrincipalName: `new.person@${sandbox.domain}`,
      passwordSha256: createHash('sha256').update('Correct-Horse-7').digest('hex'),
    },
  ])
  t.strictSame(await truth(`/links?kind=group&id=${groupId}&relation=members`), [
    {
      target: id,
      added: 1,
      removed: 0,
      isThere: true,
      by: [{ request: request(added), client: 'c3', what: 'added' }],
    },
  ])
})
