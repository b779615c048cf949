import t from 'tap'
import { EntrapipeError } from '../../../src/core/errors.ts'
import {
  readSealedName,
  sealedName,
  withSealedCells,
  withSealedValues,
} from '../../../src/engine/changes/sealed-values.ts'
import type { PhaseReader } from '../../../src/store/run-store.ts'
import type { Store, StoreReader } from '../../../src/store/store.ts'
import type { RunInfo } from '../../../src/store/types.ts'

const tenant = { id: 'a', name: 'contoso' }

const run = '20261129-120000-0123abcd'
const row = (key: number, named = run) => ({ key, value: { name: `N${key}`, password: `sealed:${named}/${key}` } })

/** A store with one run, which notes when it is opened and closed. */
const storeWith = (seen: string[], tenantId = tenant.id): Pick<Store, 'get' | 'read'> => ({
  get: async id => ({ id, tenant: { id: tenantId, name: 'its own' } }) as RunInfo,
  async read(id, look) {
    if (id !== run) throw new EntrapipeError('RUN_UNKNOWN', `No run ${id}.`)
    seen.push('opened')
    try {
      return await look({
        inputOf: async key => ({ password: `secret ${key}` }),
        phase: () => ({ loadNote: async () => undefined }) as unknown as PhaseReader,
      } as Partial<StoreReader> as StoreReader)
    } finally {
      seen.push('closed')
    }
  },
})

t.test('a run to which many cells refer is opened once, and closed when the rows are read', async t => {
  const seen: string[] = []
  const rows = await withSealedValues(storeWith(seen), tenant, async open => {
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
    withSealedValues(storeWith(seen), tenant, async open => {
      await withSealedCells(row(2), open)
      await withSealedCells(row(3, elsewhere), open)
    }),
    { code: 'RUN_UNKNOWN', message: new RegExp(`in run ${elsewhere}, which is not in this store`) },
  )
  t.strictSame(seen, ['opened', 'closed'])
})

t.test('secrets of a run for another tenant are not opened', async t => {
  await t.rejects(
    withSealedValues(storeWith([], 'b'), tenant, async open => withSealedCells(row(2), open)),
    { code: 'INPUT_FOREIGN', message: new RegExp(`in run ${run}, which is for another tenant than contoso`) },
  )
})

t.test('the name of a sealed value has the phase of a run of several, and is read as it was written', async t => {
  for (const [at, name] of [
    [{ run, phase: 'main', key: 2, step: 0 }, `sealed:${run}/2`],
    [{ run, phase: 'create', key: 2, step: 1 }, `sealed:${run}/create/2#1`],
    [{ run, phase: 'create', key: 'a/0', step: 0 }, `sealed:${run}/create/"a/0"`],
  ] as const) {
    t.equal(sealedName(at), name)
    const { phase, ...rest } = at
    t.strictSame(readSealedName(name), phase === 'main' ? rest : at)
  }
  t.equal(readSealedName('sealed:by hand'), undefined)
})

t.test('a cell that does not name a row of a run fails its row', async t => {
  for (const place of ['x', '"x', '2#', '', 'create/'])
    await t.rejects(
      withSealedValues(storeWith([]), tenant, async open =>
        withSealedCells({ key: 2, value: { password: `sealed:${run}/${place}` } }, open),
      ),
      { code: 'ROW_INVALID', message: /does not name a row of run/ },
    )
})
