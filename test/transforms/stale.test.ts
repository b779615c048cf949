import t from 'tap'
import type { Context } from '../../src/core/context.ts'
import { stale } from '../../src/transforms/stale.ts'
import { openStep } from '../../src/engine/steps.ts'
import { runIn, storedContext } from './through.ts'

const now = Date.parse('2026-11-30T12:00:00Z')

/** A context at a time. */
const at = async (test: Parameters<typeof runIn>[0], ms: number): Promise<Context> => {
  const { ctx } = storedContext(await runIn(test))
  return Object.create(ctx, { clock: { value: { ...ctx.clock, now: () => ms } } }) as Context
}

const success = (date: string | null, attempt = date) => ({
  lastSuccessfulSignInDateTime: date,
  lastSignInDateTime: attempt,
  lastNonInteractiveSignInDateTime: attempt,
})
const old = '2020-01-01T00:00:00Z'
const user = (name: string, signInActivity: unknown, more: object = {}) => ({
  name,
  signInActivity,
  createdDateTime: old,
  externalUserState: null,
  ...more,
})

const people = [
  user('signed in today', success('2026-11-30T08:00:00Z')),
  user('signed in 90 days ago, to the second', success('2026-09-01T12:00:00Z')),
  user('a second more', success('2026-09-01T11:59:59Z')),
  user('only a failed attempt lately', success('2026-01-01T00:00:00Z', '2026-11-29T00:00:00Z')),
  user('only failed attempts', success(null, '2026-11-29T00:00:00Z')),
  user('never', null),
  user('without the property', undefined),
  user('never, as a date of the year 1', success('0001-01-01T00:00:00Z')),
  user('invited long ago', null, { externalUserState: 'PendingAcceptance' }),
  user('accepted, but never signed in', null, { externalUserState: 'Accepted' }),
  user('created lately', null, { createdDateTime: '2026-10-01T00:00:00Z' }),
  user('without a date of creation', null, { createdDateTime: null }),
]

const found = async (ctx: Context, days?: number, saved?: unknown) => {
  const transform = stale(days === undefined ? {} : { days })
  const step = await openStep(transform as never, ctx, saved as never)
  const rows = await step.page(people.map((value, key) => ({ key, value })))
  return {
    rows: rows.map(({ value }) => [(value as { name: string }).name, (value as { reason: string }).reason]),
    step,
  }
}

t.test('only the last successful sign-in counts, and users who are not older than that are left out', async t => {
  const { rows, step } = await found(await at(t, now))
  t.strictSame(rows, [
    ['a second more', 'inactive'],
    ['only a failed attempt lately', 'inactive'],
    ['only failed attempts', 'neverSignedIn'],
    ['never', 'neverSignedIn'],
    ['without the property', 'neverSignedIn'],
    ['never, as a date of the year 1', 'neverSignedIn'],
    ['invited long ago', 'invitationPending'],
    ['accepted, but never signed in', 'neverSignedIn'],
    ['without a date of creation', 'neverSignedIn'],
  ])
  t.strictSame(step.notes?.(), [
    'Stale users are older than 2026-09-01 and have not signed in successfully since: 2 inactive, 6 never signed in, 1 with a pending invitation. Failed attempts do not count.',
  ])
})

t.test('other days can be asked for', async t => {
  const names = (await found(await at(t, now), 30)).rows.map(([name]) => name)
  t.ok(names.includes('signed in 90 days ago, to the second'))
  t.ok(names.includes('created lately'))
  t.notOk(names.includes('signed in today'))
})

t.test('a run that is resumed counts the days from its start, and goes on counting users', async t => {
  const { step } = await found(await at(t, now))
  const later = await at(t, now + 7 * 86_400_000)
  const resumed = await found(later, 90, step.save?.())
  t.notOk(resumed.rows.some(([name]) => name === 'signed in 90 days ago, to the second'))
  t.match(
    resumed.step.notes?.()[0],
    'older than 2026-09-01 and have not signed in successfully since: 4 inactive, 12 never',
  )
  t.ok((await found(later)).rows.some(([name]) => name === 'signed in 90 days ago, to the second'))
})

t.test('days that Graph cannot tell, and other values, are refused', async t => {
  const ctx = await at(t, Date.parse('2024-01-01T00:00:00Z'))
  await t.resolves(stale({ days: 31 }).check!(ctx))
  await t.rejects(stale({ days: 32 }).check!(ctx), {
    code: 'OPTION_INVALID',
    message: 'Expected days to be 31 at most, since Graph records successful sign-ins since 2023-12-01, got 32',
  })
  for (const days of [0, -1, 1.5, '90']) t.throws(() => stale({ days } as never), { code: 'OPTION_INVALID' })
  t.throws(() => stale({ day: 3 } as never), { code: 'OPTION_INVALID' })
})
