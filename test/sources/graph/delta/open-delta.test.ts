import { join } from 'node:path'
import t from 'tap'
import { systemClock } from '../../../../src/core/clock.ts'
import type { Context } from '../../../../src/core/context.ts'
import { openDelta } from '../../../../src/sources/graph/delta/open-delta.ts'
import { openStore } from '../../../../src/store/open-store.ts'
import { environmentAt } from '../../../store/fixtures.ts'

t.test('changes end when they begin or later, though the time of the service is known to the second', async t => {
  const store = openStore({ environment: environmentAt(join(t.testdir(), 'store')), clock: systemClock })
  t.teardown(() => store.close())
  const savedMs = 1_000_000
  const openAt = (nowMs: number) => {
    const ctx = {
      lasting: (name: string, versions: readonly string[]) => store.lasting('tenant', name, versions),
      graph: {
        serviceTime: () => nowMs,
        async *pages() {
          yield { values: [], delta: '/users/delta?$deltatoken=next' }
        },
      },
    } as unknown as Context
    return openDelta(ctx, 'delta-users-1', async () => 0)
  }
  const { memory } = await openAt(savedMs)
  const state = { links: ['/users/delta?$deltatoken=a'], sinceMs: savedMs, run: 'one', files: [] }
  await memory.stage({ isSaved: true, generation: 0, state, isFull: true, keys: [] })
  await memory.save('one')
  for (const [nowMs, sinceMs] of [
    [savedMs - 1, savedMs],
    [savedMs - 999, savedMs],
    [savedMs + 5, savedMs + 5],
    // A clock that was wrong does not stay so.
    [savedMs - 60_000, savedMs - 60_000],
  ] as const)
    t.equal((await openAt(nowMs)).changes?.sinceMs, sinceMs)
})
