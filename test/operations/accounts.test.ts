import { createHash } from 'node:crypto'
import t from 'tap'
import { operationContract } from '../../src/contracts/operation.ts'
import type { Operation, Values } from '../../src/core/operation.ts'
import { clearManager } from '../../src/operations/clear-manager.ts'
import { createAccessPass } from '../../src/operations/create-access-pass.ts'
import { deleteAccessPass } from '../../src/operations/delete-access-pass.ts'
import { resetPassword } from '../../src/operations/reset-password.ts'
import { setManager } from '../../src/operations/set-manager.ts'
import { keeps } from '../contracts/keeps.ts'
import { giveAppRole } from '../sandbox/give-app-role.ts'
import { nobody } from './link-bed.ts'
import { draw, lostRow, operationBed, operations } from './operation-bed.ts'

type User = Values & { readonly id: string }

const bed = await operationBed(t)
await giveAppRole(bed.sandbox, 'User Administrator')
const people = await bed.list<User>('/users?$select=id,externalUserState,onPremisesSyncEnabled&$top=300')
const guest = people.find(user => user['externalUserState'] !== null)!
const synced = people.find(user => user['onPremisesSyncEnabled'] === true)!
let made = 0
const newUser = async (): Promise<string> => {
  const { body } = await bed.send({
    method: 'POST',
    url: '/users',
    body: {
      displayName: `Person ${++made}`,
      userPrincipalName: `person${made}@${bed.sandbox.domain}`,
      mailNickname: `person${made}`,
      accountEnabled: true,
      passwordProfile: { password: 'First-Day-71' },
    },
  })
  return (body as User).id
}
const [ann, bob, cleo] = [await newUser(), await newUser(), await newUser()]
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const truthOf = async (id: string) => {
  const text = await fetch(`${bed.sandbox.controlUrl}/truth?kind=user`, {
    headers: { 'x-sandbox-key': bed.sandbox.controlKey },
  })
  return (await text.text())
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Values)
    .find(line => line['id'] === id)
}
const managed = people.find(user => user.id !== ann)!
await bed.send({
  method: 'PUT',
  url: `/users/${ann}/manager/$ref`,
  body: { '@odata.id': `https://graph.microsoft.com/v1.0/users/${managed.id}` },
})

const cases: readonly (readonly [Operation, readonly Values[], readonly Values[]])[] = [
  [
    resetPassword,
    [
      { user: ann, passwordProfile: 'Quiet-Harbour-1' },
      { user: bob, generatePassword: true, forceChangePasswordNextSignIn: false },
      { user: nobody, passwordProfile: 'Quiet-Harbour-1' },
      { user: guest.id, passwordProfile: 'Quiet-Harbour-1' },
      { user: synced.id, passwordProfile: 'Quiet-Harbour-1' },
    ],
    [
      { user: ann },
      { user: ann, passwordProfile: 'short' },
      { user: ann, passwordProfile: ' Quiet-Harbour-1' },
      { passwordProfile: 'Quiet-Harbour-1' },
      { user: ann, generatePassword: 'yes' },
      { user: ann, passwordProfile: 'Quiet-Harbour-1', forceChangePasswordNextSignIn: 'no' },
      { user: ann, passwordProfile: 'Quiet-Harbour-1', city: 'Rome' },
    ],
  ],
  [
    createAccessPass,
    [{ user: ann }, { user: bob, lifetimeInMinutes: 90, isUsableOnce: true }, { user: nobody }, { user: guest.id }],
    [
      {},
      { user: ann, lifetimeInMinutes: 5 },
      { user: ann, isUsableOnce: 'yes' },
      { user: ann, startDateTime: '2026-01-01' },
      { user: ann, city: 'Rome' },
    ],
  ],
  [
    setManager,
    [
      { user: ann, manager: bob },
      { user: bob, manager: ann },
      { user: ann, manager: managed.id },
      { user: nobody, manager: ann },
      { user: synced.id, manager: ann },
    ],
    [{ user: ann }, { manager: ann }, { user: ann, manager: ann }, { user: ann, manager: bob, city: 'Rome' }],
  ],
  [clearManager, [{ user: ann }, { user: bob }, { user: nobody }], [{}, { user: ann, manager: bob }]],
]
for (const [operation, rows, invalid] of cases)
  t.test(`${operation.kind} keeps the contract of an operation`, t =>
    keeps(t, operationContract({ operation, operations, rows, invalid, context: bed.context })),
  )

t.test('a password is reset, and must be changed at the next sign-in unless the row says otherwise', async t => {
  const { verdicts } = await bed.change(resetPassword, [{ user: ann, passwordProfile: 'Quiet-Harbour-1' }])
  t.strictSame(verdicts, [{ outcome: 'done', id: ann }])
  t.match(await truthOf(ann), { passwordSha256: sha256('Quiet-Harbour-1'), forceChangePasswordNextSignIn: true })
  await bed.change(resetPassword, [
    { user: ann, passwordProfile: 'Quiet-Harbour-2', forceChangePasswordNextSignIn: false },
  ])
  t.match(await truthOf(ann), { passwordSha256: sha256('Quiet-Harbour-2'), forceChangePasswordNextSignIn: false })
})

t.test('a lost reset is decided by when the password was changed', async t => {
  const value = resetPassword.accept({ user: bob, passwordProfile: 'Quiet-Harbour-1' }, draw)
  const [looked] = await resetPassword.look([value], bed.context())
  const row = { value, before: (looked as { readonly send: Values }).send }
  const decide = (sinceMs: number) => resetPassword.decide([lostRow(row, sinceMs)], bed.context())
  t.strictSame(await decide(0), ['not-done'])
  // The directory shows whole seconds.
  row.before = { ...row.before, lastPasswordChangeDateTime: '2020-01-01T00:00:00Z' }
  await bed.send(resetPassword.request([row]))
  t.match(await decide(0), [{ outcome: 'done', id: bob, code: 'SeenAfterLostReply', message: /was changed on/ }])
  t.strictSame(await decide(Date.now() + 60_000), ['not-done'])
})

t.test('a pass that would start in the past fails before it is sent', async t => {
  const { looked, ready } = await bed.change(createAccessPass, [
    { user: ann, startDateTime: '2020-01-01T08:00:00Z' },
    { user: bob, startDateTime: '2100-01-01T08:00:00Z' },
  ])
  t.match(looked[0], { outcome: 'failed', code: 'START_PAST', message: /2020-01-01T08:00:00Z, which is in the past/ })
  t.equal(ready.length, 1)
})

t.test('the value of a pass comes with its reply, and is no part of the result', async t => {
  const { verdicts, ready } = await bed.change(createAccessPass, [{ user: cleo, lifetimeInMinutes: 60 }])
  const [{ id, secrets }] = verdicts as unknown as readonly [{ id: string; secrets: { accessPass: string } }]
  t.match(await truthOf(cleo), { accessPassSha256: sha256(secrets.accessPass) })
  const { looked } = await bed.change(createAccessPass, [{ user: cleo }])
  t.match(looked, [
    { outcome: 'failed', code: 'PASS_EXISTS', message: /valid for 60 minutes/, fix: /delete-access-pass/ },
  ])
  const decide = (row = ready[0]!, sinceMs = 0) => createAccessPass.decide([lostRow(row, sinceMs)], bed.context())
  t.strictSame(await decide(), ['not-done'], 'its value is lost, so that it is made again')
  const other = { ...ready[0]!, value: { user: cleo, lifetimeInMinutes: 90 } }
  t.match(await decide(other), [{ unknown: /somebody else has made a pass/ }])
  const again = await bed.send(createAccessPass.request(ready))
  const [second] = createAccessPass.settle(ready, again) as unknown as readonly [{ id: string }]
  t.not(second.id, id)
  const undo = createAccessPass.inverse!(ready[0]!.value, ready[0]!.before, id)!
  t.match((await bed.change(deleteAccessPass, [undo.value])).looked, [
    { outcome: 'unchanged', message: /no such pass/ },
  ])
  const gone = await bed.change(deleteAccessPass, [{ user: cleo }])
  t.strictSame(gone.verdicts, [{ outcome: 'done', id: cleo }])
  t.match(await deleteAccessPass.decide([lostRow(gone.ready[0]!)], bed.context()), [{ outcome: 'done' }])
  t.match((await bed.change(deleteAccessPass, [{ user: cleo }])).looked, [{ outcome: 'unchanged' }])
})

t.test('a manager is set, found unchanged, and put back', async t => {
  const change = (manager: string) => bed.change(setManager, [{ user: cleo, manager }])
  const first = await change(bob)
  t.strictSame(first.verdicts, [{ outcome: 'done', id: cleo }])
  t.match((await change(bob)).looked, [{ outcome: 'unchanged' }])
  const second = await change(ann)
  const undo = setManager.inverse!(second.ready[0]!.value, second.ready[0]!.before, cleo)!
  t.match(undo, { kind: 'set-manager', value: { user: cleo, manager: bob }, expected: { manager: ann } })
  t.match(setManager.inverse!(first.ready[0]!.value, first.ready[0]!.before, cleo), { kind: 'clear-manager' })
  const row = lostRow(second.ready[0]!)
  t.match(await setManager.decide([row], bed.context()), [{ outcome: 'done', code: 'SeenAfterLostReply' }])
  await change(bob)
  t.strictSame(await setManager.decide([row], bed.context()), ['not-done'])
  await change(managed.id)
  t.match(await setManager.decide([row], bed.context()), [{ unknown: /somebody else changed the manager/ }])
  const cleared = await bed.change(clearManager, [{ user: cleo }])
  t.strictSame(cleared.verdicts, [{ outcome: 'done', id: cleo }])
  t.match((await bed.change(clearManager, [{ user: cleo }])).looked, [{ outcome: 'unchanged' }])
  const own = setManager.resolved!({ user: 'x', manager: 'y' }, [cleo, cleo])
  t.match(await setManager.look([own], bed.context()), [{ outcome: 'failed', code: 'OWN_MANAGER' }])
})
