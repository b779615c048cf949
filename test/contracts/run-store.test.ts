import t from 'tap'
import { sqliteRuns } from '../../src/store/sqlite-runs.ts'
import { handClock } from '../store/fixtures.ts'
import { runStoreContract } from './run-store.ts'

t.test('runs kept in SQLite are a run store', async t =>
  runStoreContract(t, t => {
    const clock = handClock()
    const folder = t.testdir({})
    const [store, other] = [sqliteRuns({ folder, clock }), sqliteRuns({ folder, clock })]
    t.teardown(async () => {
      await store.close()
      await other.close()
    })
    return { store, other, move: clock.move }
  }),
)
