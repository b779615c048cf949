import t from 'tap'
import type { Pace } from '../../../src/engine/changes/pacing.ts'
import type { Changing, RunRequest } from '../../../src/engine/run-request.ts'
import { skuOf } from '../../licensing/products.ts'
import { steppedClock } from '../../stepped-clock.ts'
import { sandboxBed } from './sandbox-bed.ts'
import type { Steps } from './steps-plan.ts'

const skus = [skuOf('SPE_E3'), skuOf('POWER_BI_PRO')]
const tenMinutes = 600_000
const start = '2026-01-15T12:00:00Z'

/** Two products for each of some users, and what was sent when a run pauses. */
const scene = async (t: Parameters<typeof sandboxBed>[0], count: number) => {
  const bed = await sandboxBed(t, [], {
    licences: { skus: ['SPE_E3', 'POWER_BI_PRO'].map(sku => ({ sku, enabled: 100 })) },
  })
  const users = (await bed.ids("/users?$select=id&$filter=userType eq 'Member'&$top=100")).slice(0, count)
  for (const user of users)
    await bed.graph.request({ method: 'PATCH', url: `/users/${user}`, body: { usageLocation: 'DE' } })
  bed.input(skus.flatMap(sku => users.map((user): Steps => [{ kind: 'assign-license', value: { user, sku } }])))
  /** Users with both products, and with one. */
  const held = async (): Promise<readonly number[]> => {
    const many: number[] = []
    const link = '/users?$select=id,assignedLicenses&$top=300'
    for await (const { values } of bed.graph.pages<{
      readonly id: string
      readonly assignedLicenses: readonly object[]
    }>(link))
      many.push(...values.filter(({ id }) => users.includes(id)).map(({ assignedLicenses }) => assignedLicenses.length))
    return [2, 1].map(each => many.filter(number => number === each).length)
  }
  const time = steppedClock(start)
  const pauses: unknown[] = []
  const change = (changing: Partial<Changing>, more: Partial<RunRequest> = {}) =>
    bed.change(changing, {
      clock: time.clock,
      onEvent(event) {
        if (event.event !== 'pausing') return
        const { untilMs } = event
        void held().then(now => {
          pauses.push([now, new Date(untilMs).toISOString().slice(11, 16)])
          time.moveTo(untilMs)
        })
      },
      ...more,
    })
  return { bed, change, held, pauses }
}

const pace: Pace = { wave: { rows: 2, pauseMs: tenMinutes } }

t.test('a wave has so many users with all of their products, wherever these are in the file', async t => {
  const { change, held, pauses } = await scene(t, 5)
  t.match(await change({ pace }), { end: 'done' })
  t.strictSame(pauses, [
    [[2, 0], '12:10'],
    [[4, 0], '12:20'],
  ])
  t.strictSame(await held(), [5, 0])
})

t.test('a wave that was under way gets the users that it lacks, and then the run pauses', async t => {
  const { change, held, pauses, bed } = await scene(t, 6)
  const four: Pace = { wave: { rows: 4, pauseMs: tenMinutes } }
  const first = await change({ pace: four, mostChanges: 3 })
  t.match(first, { end: 'pending', changes: { sent: 3, pending: 6 } })
  t.strictSame(await held(), [3, 0])
  t.match(await change({}, { resume: first.run }), { end: 'done' })
  t.strictSame(pauses, [[[4, 0], '12:10']])
  t.strictSame(await held(), [6, 0])
  t.equal((await bed.rowsOf(first.run)).filter(([, , outcome]) => outcome === 'done').length, 12)
})

t.test('a pause that is interrupted ends at once, and is neither skipped nor begun again', async t => {
  const { change, held, pauses } = await scene(t, 3)
  const stop = new AbortController()
  await t.rejects(
    change(
      { pace },
      { signal: stop.signal, onEvent: event => event.event === 'pausing' && stop.abort(new Error('Ctrl-C')) },
    ),
    { message: 'Ctrl-C' },
  )
  t.strictSame(await held(), [2, 0])
  t.match(await change({}), { end: 'done' })
  t.strictSame(pauses, [[[2, 0], '12:10']])
})
