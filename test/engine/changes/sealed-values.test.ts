import t from 'tap'
import { EntrapipeError } from '../../../src/core/errors.ts'
import { withSealedCells, withSealedValues } from '../../../src/engine/changes/sealed-values.ts'
import type { Store, StoreReader } from '../../../src/store/store.ts'

const run = '20261129-120000-0123abcd'
const row = (key: number, named = run) => ({ key, value: { name: `N${key}`, password: `sealed:${named}/${key}` } })

/** A store with one run, which notes when it is opened and closed. */
const storeWith = (seen: string[]): Pick<Store, 'read'> => ({
  async read(id, look) {
    if (id !== run) throw new EntrapipeError('RUN_UNKNOWN', `No run ${id}.`)
    seen.push('opened')
    try {
      return await look({
        inputOf: async key => ({ password: `secret ${key}` }),
      } as Partial<StoreReader> as StoreReader)
    } finally {
      seen.push('closed')
    }
  },
})

t.test('a run to which many cells refer is opened once, and closed when the rows are read', async t => {
  const seen: string[] = []
  const rows = await withSealedValues(storeWith(seen), async open => {
    const found = []
    for (const key of [2, 3, 4]) found.push(await withSealedCells(row(key), open))
    t.strictSame(seen, ['opened'])
    return found
  })
  t.strictSame(
    rows.map(({ value }) => value),
    [2, 3, 4].map(key => ({ name: `N${key}`, password: `secret ${key}` })),
  )
  t.strictSame(seen, ['opened', 'closed'])
})

t.test('a run is closed when reading fails, and one that the store does not have is named', async t => {
  const seen: string[] = []
  const elsewhere = run.replace('0123', '4567')
  await t.rejects(
    withSealedValues(storeWith(seen), async open => {
      await withSealedCells(row(2), open)
      await withSealedCells(row(3, elsewhere), open)
    }),
    { code: 'RUN_UNKNOWN', message: new RegExp(`in run ${elsewhere}, which is not in this store`) },
  )
  t.strictSame(seen, ['opened', 'closed'])
})
