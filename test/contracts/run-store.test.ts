import t, { type Test } from 'tap'
import { sqliteRuns } from '../../src/store/sqlite-runs.ts'
import { handClock } from '../store/fixtures.ts'
import { ledgerContract } from './ledger.ts'
import { runStoreContract } from './run-store.ts'
import { writeRunContract } from './write-run.ts'

const given = (t: Test) => {
  const clock = handClock()
  const folder = t.testdir({})
  const [store, other] = [sqliteRuns({ folder, clock }), sqliteRuns({ folder, clock })]
  t.teardown(async () => {
    await store.close()
    await other.close()
  })
  return { store, other, move: clock.move }
}

t.test('runs kept in SQLite are a run store', async t => runStoreContract(t, given))
t.test('changes kept in SQLite are a ledger', async t => ledgerContract(t, given))
t.test('runs that change the directory are kept in SQLite', async t => writeRunContract(t, given))
