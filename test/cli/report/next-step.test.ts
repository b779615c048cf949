import t from 'tap'
import { withNextStep } from '../../../src/cli/report/next-step.ts'
import { EntrapipeError } from '../../../src/core/errors.ts'
import { newRun, storeIn } from '../../store/fixtures.ts'

t.test('the reason why a run ended is reported even if its store cannot be read', async t => {
  const store = storeIn(t, t.testdir())
  const { id } = await store.create(newRun())
  const error = new EntrapipeError('INTERRUPTED', 'Interrupted.')
  t.match(await withNextStep(error, id, store), {
    code: 'INTERRUPTED',
    fix: /the same command starts with the first row/,
  })
  const full = Object.create(store, {
    read: {
      value: () => {
        throw new EntrapipeError('DISK_FULL', 'There is no room left.')
      },
    },
  }) as typeof store
  t.equal(await withNextStep(error, id, full), error)
})
