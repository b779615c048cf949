import t from 'tap'
import { systemClock } from '../../../src/core/clock.ts'
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
    fix: /To find out what happened to them: `entrapipe runs resume/,
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

t.test('rows that another run has done are refused, whatever else is in the input and in what order', async t => {
  const bed = await sandboxBed(t, [])
  const users = (await bed.ids("/users?$select=id&$filter=userType eq 'Member' and accountEnabled eq true")).slice(0, 4)
  const revoke = (some: readonly string[]) =>
    bed.input(some.map(user => [{ kind: 'revoke-sessions', value: { user } }]))
  revoke(users.slice(0, 2))
  const { run, manifest } = await bed.change()
  t.match(manifest!.counts, { done: 2 })
  revoke([users[2]!, users[1]!, users[0]!])
  const refusal = {
    code: 'RUN_REPEATED',
    message: /^2 of these 3 rows \(.*\) were done by run/,
    facts: { runs: [run] },
  }
  await t.rejects(bed.change(), refusal)
  t.match((await bed.change({ dryRun: true })).changes!.preview!.stops, [{ code: 'RUN_REPEATED' }])
  const after = (days: number) => ({ clock: { ...systemClock, now: () => systemClock.now() + days * 86_400_000 } })
  await t.rejects(bed.change({ dryRun: false }, after(6)), { code: 'RUN_REPEATED' })
  t.match((await bed.change({ dryRun: true }, after(8))).changes!.preview!.stops, [], 'after a week it is meant')
  revoke(users.slice(2))
  t.match((await bed.change()).manifest!.counts, { done: 2 })
})
