import t from 'tap'
import { collectLedger } from '../../../src/cli/licenses/collect-ledger.ts'
import { createdBy } from '../../../src/core/operation.ts'
import type { AuditEntry, AuditLine } from '../../../src/store/audit-line.ts'

const sku = '05e9a617-0261-4cee-bb44-138d3ef5d965'
const other = '06ebc4ee-1bb5-47dd-8120-11324bc54e06'

const started = (run: string, user: string): AuditEntry => ({
  event: 'started',
  run,
  tenant: { name: 'contoso', id: 'T' },
  who: { user, host: 'desk', identity: `${user}@contoso.com` },
  reason: 'Because',
})
const assigned = (run: string, user: string, more: AuditEntry = {}): AuditEntry => ({
  at: '2026-11-30T10:00:00.000Z',
  event: 'change',
  run,
  tenant: 't',
  phase: null,
  key: user,
  step: 0,
  operation: 'assign-license',
  outcome: 'done',
  before: { plans: null, after: [], takes: [sku], frees: [] },
  after: { user, sku },
  ...more,
})
const collected = async (
  entries: readonly AuditEntry[],
  more: { readonly since?: string; readonly until?: string } = {},
) => {
  const lines = entries.map((entry, at): AuditLine => ({ sequence: at + 1, previous: '', hash: '', entry }))
  const ledger = await collectLedger(
    (async function* () {
      for (const line of lines) yield [line]
    })(),
    { tenant: 'T', ...more },
  )
  t.teardown(() => ledger.close())
  return {
    ...ledger,
    all: [...ledger.lines()].flat().map(line => ({ ...line })),
    totals: ledger.totals.map(each => ({ ...each })),
  }
}

t.test('a ledger has who, when, why and by which run, in the order of time, with sums', async t => {
  const { all, totals } = await collected([
    started('r1', 'ann'),
    assigned('r1', 'u2', { at: '2026-11-30T11:00:00.000Z' }),
    assigned('r1', 'u1'),
    { event: 'change', run: 'r1', tenant: 't', operation: 'update-user', outcome: 'done', key: 5 },
  ])
  t.match(all, [
    { user: 'u1', at: '2026-11-30T10:00:00.000Z', change: 'gained', sku, run: 'r1', units: 1 },
    { user: 'u2', who: 'ann@contoso.com, ann@desk', reason: 'Because', ticket: null, operation: 'assign-license' },
  ])
  t.strictSame(totals, [{ sku, gained: 2, lost: 0, units: 2 }])
})

t.test('what was appended again counts once, and the last result of a change counts', async t => {
  const { all, unknown } = await collected([
    started('r1', 'ann'),
    assigned('r1', 'u1'),
    assigned('r1', 'u1'),
    assigned('r1', 'u2'),
    assigned('r1', 'u2', { outcome: 'unknown' }),
    assigned('r1', 'u3', { outcome: 'unknown' }),
    assigned('r1', 'u3'),
  ])
  t.strictSame(
    all.map(({ user }) => user),
    ['u1', 'u3'],
  )
  t.strictSame(unknown, { changes: 1, runs: ['r1'] })
})

t.test('changes of other tenants, and those before and after the time, do not count', async t => {
  const entries = [
    assigned('r1', 'u0', { tenant: 'another' }),
    assigned('r1', 'u1', { at: '2026-10-31T23:59:59.999Z' }),
    assigned('r1', 'u2', { at: '2026-11-01T00:00:00.000Z' }),
    assigned('r1', 'u3', { at: '2026-12-01T00:00:00.000Z' }),
  ]
  const users = async (more: { readonly since?: string; readonly until?: string }) =>
    (await collected(entries, more)).all.map(({ user }) => user)
  t.strictSame(await users({}), ['u1', 'u2', 'u3'])
  t.strictSame(await users({ since: '2026-11-01T00:00:00', until: '2026-12-01T00:00:00' }), ['u2'])
})

t.test('a change without details is counted apart, with its run', async t => {
  const { all, unclear } = await collected([assigned('r0', 'u1', { before: null }), assigned('r1', 'u2')])
  t.strictSame([all.map(({ user }) => user), unclear], [['u2'], { changes: 1, runs: ['r0'] }])
})

t.test('units of a product are unknown if one of its lines lacks them', async t => {
  const { totals } = await collected([
    assigned('r1', 'u1', { before: { plans: null, after: [] } }),
    assigned('r1', 'u2'),
    assigned('r1', 'u3', {
      after: { user: 'u3', sku: other },
      before: { plans: [], after: null, takes: [], frees: [other] },
    }),
  ])
  t.strictSame(totals, [
    { sku, gained: 2, lost: 0, units: null },
    { sku: other, gained: 0, lost: 1, units: -1 },
  ])
})

t.test('thousands of lines come in order, each once', async t => {
  const entries = Array.from({ length: 2_500 }, (_, at) => assigned('r1', `u${at}`))
  const { all } = await collected(entries)
  t.strictSame(
    all.map(({ user }) => user),
    entries.map(({ key }) => key),
  )
})

t.test('a user whom a step of the same run created has the id that the result has', async t => {
  const user = '3f1d0f2e-7a43-4f0b-9d41-5a5d5c3f3c11'
  const { all } = await collected([
    started('r1', 'ann'),
    assigned('r1', '2', { step: 1, after: { user: createdBy(0), sku }, id: user }),
    assigned('r1', '3', { step: 1, after: { user: createdBy(0, 'boss'), sku }, id: user }),
    // An id is not replaced by that of something else.
    assigned('r1', 'u4', { id: other }),
  ])
  t.strictSame(all.map(line => line.user).toSorted(), [user, user, 'u4'])
})
