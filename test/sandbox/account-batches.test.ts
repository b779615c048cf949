import { createHash } from 'node:crypto'
import t from 'tap'
import { createSandbox } from '../../src/sandbox/create-sandbox.ts'
import type { ObjectTruth } from '../../src/sandbox/directory/truth-types.ts'
import { giveAppRole } from './give-app-role.ts'
import { asker } from './server/started.ts'

const json = { 'content-type': 'application/json' }
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

t.test('sessions, passes, managers and passwords are changed in a batch, each by its own attempt', async t => {
  let close = async () => {}
  t.teardown(() => close())
  const sandbox = await createSandbox({ users: 200, tls: false, knobs: { writeMs: 0 }, stateDir: t.testdir() })
  close = sandbox.close
  await giveAppRole(sandbox, 'User Administrator')
  const { graph, batch } = asker(sandbox)
  const people = (await (await graph('/users?$top=100&$select=id,userType,onPremisesSyncEnabled')).json()) as {
    readonly value: readonly {
      readonly id: string
      readonly userType: string
      readonly onPremisesSyncEnabled: unknown
    }[]
  }
  const [ann, bob, cleo, dan] = people.value.flatMap(({ id, userType, onPremisesSyncEnabled }) =>
    userType === 'Member' && onPremisesSyncEnabled === null ? [id] : [],
  ) as [string, string, string, string]
  const entry = (id: string, method: string, url: string, body?: object) => ({
    id,
    method,
    url,
    headers: { ...(body && json), 'client-request-id': `attempt-${id}` },
    ...(body && { body }),
  })
  const password = 'Tr0ub4dor&3'
  const { body } = await batch([
    entry('sessions', 'POST', `/users/${ann}/revokeSignInSessions`, {}),
    entry('pass', 'POST', `/users/${bob}/authentication/temporaryAccessPassMethods`, { lifetimeInMinutes: 60 }),
    entry('manager', 'PUT', `/users/${cleo}/manager/$ref`, { '@odata.id': `${sandbox.baseUrl}/users/${ann}` }),
    entry('reset', 'PATCH', `/users/${dan}`, {
      passwordProfile: { password, forceChangePasswordNextSignIn: false },
    }),
    entry('nobody', 'POST', '/users/00000000-0000-4000-8000-000000000000/revokeSignInSessions', {}),
  ])
  const responses = body.responses as { id: string; status: number; body?: { temporaryAccessPass?: string } }[]
  t.strictSame(Object.fromEntries(responses.map(({ id, status }) => [id, status])), {
    sessions: 200,
    pass: 201,
    manager: 204,
    reset: 204,
    nobody: 404,
  })
  const value = String(responses.find(({ id }) => id === 'pass')!.body!.temporaryAccessPass)
  t.match(value, /^.{8}$/)
  t.match(await (await graph(`/users/${cleo}/manager?$select=id`)).json(), { id: ann })
  const truth = await fetch(`${sandbox.controlUrl}/truth?kind=user`, {
    headers: { 'x-sandbox-key': sandbox.controlKey },
  })
  const lines = (await truth.text())
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as ObjectTruth)
  const byId = new Map(lines.map(line => [line.id, line]))
  t.equal(lines.length, 3)
  t.match(byId.get(ann), { updated: 1, by: [{ client: 'attempt-sessions' }] })
  t.match(byId.get(bob), { updated: 1, by: [{ client: 'attempt-pass' }], accessPassSha256: sha256(value) })
  t.match(byId.get(dan), {
    updated: 1,
    by: [{ client: 'attempt-reset' }],
    passwordSha256: sha256(password),
    forceChangePasswordNextSignIn: false,
  })
})
