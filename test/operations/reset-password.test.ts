import t from 'tap'
import { resetPassword } from '../../src/operations/reset-password.ts'
import { giveAppRole } from '../sandbox/give-app-role.ts'
import { lostRow, operationBed } from './operation-bed.ts'

t.test('a password that was changed long after the last attempt, or while others change, is not ours', async t => {
  const bed = await operationBed(t)
  await giveAppRole(bed.sandbox, 'User Administrator')
  const body = {
    ...{
      accountEnabled: true,
      displayName: 'Ann',
      mailNickname: 'ann',
      passwordProfile: { password: 'Fresh-start-1!' },
    },
    userPrincipalName: `ann@${bed.sandbox.domain}`,
  }
  const made = await bed.send({ method: 'POST', url: '/users', body })
  const { id: user } = made.body as { readonly id: string }
  const { ready, verdicts } = await bed.change(resetPassword, [{ user, passwordProfile: 'Quiet-Harbour-1' }])
  t.match(verdicts, [{ outcome: 'done' }])
  // The user was created in the same second, perhaps.
  const before = { ...ready[0]!.before, lastPasswordChangeDateTime: '2020-01-01T00:00:00Z' }
  const sent = lostRow({ ...ready[0]!, before })
  const now = Date.now()
  const decide = (more: object) => resetPassword.decide([{ ...sent, ...more }], bed.context())
  t.match(await decide({ untilMs: now - 60_000 }), [{ outcome: 'done', code: 'SeenAfterLostReply' }])
  t.match(await decide({ untilMs: now - 600_000 }), [{ unknown: /perhaps by somebody else after the request/ }])
  t.match(await decide({ untilMs: now, contested: true }), [{ unknown: /perhaps by somebody else/ }])
  t.strictSame(await decide({ untilMs: now + 600_000, sinceMs: now + 600_000 }), ['not-done'])
})
