import t from 'tap'
import { sandboxBed } from './sandbox-bed.ts'

t.test('sessions whose revocation was sent and has no reply are not revoked again by another run', async t => {
  const bed = await sandboxBed(t, [])
  const users = (await bed.ids("/users?$select=id&$filter=userType eq 'Guest'")).slice(0, 2)
  bed.input(users.map(user => [{ kind: 'revoke-sessions', value: { user } }]))
  const { run } = await bed.change({ mostChanges: 0 })
  t.equal((await bed.change({ mostChanges: 0 }, { pipeline: 'other' })).end, 'pending', 'nothing was sent')
  /** What a process that dies leaves. */
  const ledgerOf = async (id: string) => {
    const held = await bed.store.hold(id)
    return { ledger: (await held.phase('main')).ledger(), release: held.release }
  }
  const { ledger, release } = await ledgerOf(run)
  const rows = await ledger.claim(10)
  await ledger.markSent(
    rows.map(({ ordinal }) => ({ ordinal, attempt: 1, client: `client ${ordinal}`, atMs: 1, before: {} })),
  )
  await release()
  await t.rejects(bed.change({}, { pipeline: 'another' }), {
    code: 'RUN_REPEATED',
    message: /or may have, for 2 of 2 rows/,
    facts: { run },
    fix: /To find out what became of them: `entrapipe runs resume/,
  })
  const again = await ledgerOf(run)
  await again.ledger.resend(
    rows.map(({ ordinal }) => ordinal),
    'lost',
  )
  await again.release()
  await t.rejects(bed.change({}, { pipeline: 'another' }), {
    code: 'RUN_REPEATED',
    message: /has begun the same, and is unfinished/,
    fix: /For the others: `entrapipe runs resume/,
  })
})
