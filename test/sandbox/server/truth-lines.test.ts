import { once } from 'node:events'
import { request } from 'node:http'
import t from 'tap'
import type { Directory } from '../../../src/sandbox/directory/types.ts'
import { serve } from '../../../src/sandbox/server/serve.ts'
import { fakeDirectory, fakeResources } from './fake-directory.ts'

const object = (at: number) => ({
  id: `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`,
  created: 1,
  updated: 0,
  deleted: 0,
  restored: 0,
  purged: 0,
  by: [{ request: `r${at}`, client: `c${at}`, what: 'created' }],
  userPrincipalName: `user${at}@sandbox.example.com`,
  passwordSha256: '0'.repeat(64),
})
const link = { target: 'x', added: 2, removed: 1, isThere: true, by: [{ request: 'control', what: 'added' }] }

type Test = { testdir(): string; teardown(run: () => unknown): void }

const ledgered = async (t: Test, count: number) => {
  let close = async () => {}
  t.teardown(() => close())
  let made = 0
  const directory = {
    ...fakeDirectory(),
    *truthOf() {
      for (; made < count; made++) yield object(made)
    },
    linkTruth: (...of: string[]) => [{ ...link, target: of.join() }],
    assignmentTruth: (...of: (string | undefined)[]) => [{ of }],
  } as unknown as Directory
  const sandbox = await serve({ tls: false, directory, resources: fakeResources(), stateDir: t.testdir() })
  close = sandbox.close
  const get = (path: string) =>
    fetch(`${sandbox.controlUrl}${path}`, { headers: { 'x-sandbox-key': sandbox.controlKey } })
  return { sandbox, get, made: () => made }
}

t.test('changed objects and changed links are returned as JSON lines', async t => {
  const { get } = await ledgered(t, 2)
  const reply = await get('/truth?kind=user')
  t.equal(reply.headers.get('content-type'), 'application/jsonl; charset=utf-8')
  t.equal(await reply.text(), `${JSON.stringify(object(0))}\n${JSON.stringify(object(1))}\n`)
  const links = await get('/truth/links?kind=user&id=X&relation=members')
  t.equal(await links.text(), `${JSON.stringify({ ...link, target: 'user,x,members' })}\n`)
  const assignments = await get('/truth/assignments?family=appRoles&of=X')
  t.equal(await assignments.text(), `${JSON.stringify({ of: ['appRoles', 'x'] })}\n`)
  t.equal(await (await get('/truth/assignments?family=roles')).text(), `${JSON.stringify({ of: ['roles', null] })}\n`)
  t.equal(await (await get('/truth/licences')).text(), `${JSON.stringify({ user: 'all' })}\n`)
  t.equal(await (await get('/truth/licences?user=X')).text(), `${JSON.stringify({ user: 'x' })}\n`)
  t.match(await (await get('/truth/x')).json(), { id: 'x', state: 'live' }, 'the history of one object')
})

t.test('an invalid query is refused before anything is sent', async t => {
  const { get } = await ledgered(t, 2)
  const told = async (path: string) => {
    const reply = await get(path)
    return [reply.status, ((await reply.json()) as { error: string }).error]
  }
  t.match(await told('/truth'), [400, /^Expected kind to be one of user, group, .*, got nothing\.$/])
  t.match(await told('/truth?kind=cat'), [400, /got "cat"/])
  t.match(await told('/truth/links?kind=group'), [400, 'Expected id to be text, got nothing.'])
  t.match(await told('/truth/links?kind=group&id=x&relation=friends'), [400, /^Expected relation to be one of members/])
  t.match(await told('/truth/assignments'), [
    400,
    /^Expected family to be one of appRoles, roles, laterRoles, eligibleRoles/,
  ])
  t.strictSame(await told('/truth/licences?user=nobody'), [404, 'No user nobody has ever existed'])
  t.strictSame(await told('/truth/links?kind=group&id=x&relation=members'), [
    404,
    'No group with id x has ever existed',
  ])
})

t.test('lines are made no faster than they are read, and no longer than the client is there', async t => {
  const { sandbox, made, get } = await ledgered(t, 10_000_000)
  const sent = request(`${sandbox.controlUrl}/truth?kind=user`, {
    headers: { 'x-sandbox-key': sandbox.controlKey },
  }).end()
  const [reply] = await once(sent, 'response')
  await once(reply, 'readable')
  const closed = new Promise<void>(resolve => reply.on('close', () => resolve()))
  reply.on('error', () => undefined)
  sent.destroy()
  await closed
  await (await get('')).text()
  t.ok(made() > 0 && made() < 1_000_000, `${made()} lines`)
})
