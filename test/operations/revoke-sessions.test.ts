import t from 'tap'
import { operationContract } from '../../src/contracts/operation.ts'
import { revokeSessions } from '../../src/operations/revoke-sessions.ts'
import { keeps } from '../contracts/keeps.ts'
import { nobody } from './link-bed.ts'
import { lostRow, operationBed, operations } from './operation-bed.ts'

const bed = await operationBed(t)
const users = await bed.list<{ id: string; externalUserState: string | null }>(
  '/users?$select=id,externalUserState&$top=300',
)
const [ann, bob, cleo] = users.flatMap(({ id, externalUserState }) => (externalUserState === null ? [{ id }] : [])) as [
  { id: string },
  { id: string },
  { id: string },
]
const guest = users.find(user => user.externalUserState !== null)!

t.test('revoke-sessions keeps the contract of an operation', async t =>
  keeps(
    t,
    operationContract({
      operation: revokeSessions,
      operations,
      rows: [ann, bob, { id: nobody }, guest].map(({ id }) => ({ user: id })),
      invalid: [{}, { user: ' ' }, { user: nobody, city: 'Rome' }],
      context: bed.context,
    }),
  ),
)

t.test('sessions of a user of another tenant are not revoked here, so its row fails', async t => {
  const { looked } = await bed.change(revokeSessions, [{ user: guest.id }])
  t.match(looked, [{ outcome: 'failed', code: 'EXTERNAL_USER', message: /another tenant/ }])
})

t.test('a lost reply is decided by the time from which sessions are valid', async t => {
  const row = { value: { user: cleo.id }, before: { signInSessionsValidFromDateTime: '2020-01-01T00:00:00Z' } }
  const decide = (sinceMs: number) => revokeSessions.decide([lostRow(row, sinceMs)], bed.context())
  t.strictSame(await decide(Date.now() + 60_000), ['not-done'])
  const { verdicts } = await bed.change(revokeSessions, [row.value])
  t.strictSame(verdicts, [{ outcome: 'done', id: cleo.id }])
  t.match(await decide(0), [{ outcome: 'done', code: 'SeenAfterLostReply' }])
  t.strictSame(await decide(Date.now() + 60_000), ['not-done'], 'a revocation before it was sent is another one')
  const gone = lostRow({ ...row, value: { user: nobody } })
  t.match(await revokeSessions.decide([gone], bed.context()), [{ unknown: /deleted/ }])
})
