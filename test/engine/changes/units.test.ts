import t from 'tap'
import { EntrapipeError } from '../../../src/core/errors.ts'
import type { Operation, OperationRow } from '../../../src/core/operation.ts'
import type { FreeUnits, Supply } from '../../../src/core/supply.ts'
import { graph as graphSink } from '../../../src/sinks/graph.ts'
import { jsonl } from '../../../src/sources/jsonl.ts'
import { undo } from '../../../src/sources/undo.ts'
import { skuOf } from '../../licensing/products.ts'
import { fakeClock } from '../../fake-clock.ts'
import { sandboxBed } from './sandbox-bed.ts'
import { operations, type Steps } from './steps-plan.ts'

const [e3, bi] = [skuOf('SPE_E3'), skuOf('POWER_BI_PRO')]
const lagBoundMs = 0

/** Users with a usage location, and units of products that nobody uses at first. */
const seatBed = async (t: Parameters<typeof sandboxBed>[0], units: { readonly e3: number; readonly bi: number }) => {
  const bed = await sandboxBed(t, [], {
    licences: {
      skus: [
        { sku: 'SPE_E3', enabled: units.e3 },
        { sku: 'POWER_BI_PRO', enabled: units.bi },
      ],
    },
  })
  const users = (await bed.ids("/users?$select=id&$filter=userType eq 'Member'&$top=100")).slice(0, 30)
  for (const user of users)
    await bed.graph.request({ method: 'PATCH', url: `/users/${user}`, body: { usageLocation: 'DE' } })
  const send = (user: string, add: readonly string[], remove: readonly string[] = []) =>
    bed.graph.request({
      method: 'POST',
      url: `/users/${user}/assignLicense`,
      body: { addLicenses: add.map(skuId => ({ skuId, disabledPlans: [] })), removeLicenses: remove },
    })
  const assign = (user: string, sku: string): Steps => [{ kind: 'assign-license', value: { user, sku } }]
  const remove = (user: string, sku: string): Steps => [{ kind: 'remove-license', value: { user, sku } }]
  const seats = (sku: string, enabled: number, warning = 0) => bed.control('PUT', '/seats', { sku, enabled, warning })
  const holders = async (sku: string): Promise<number> =>
    (await bed.ids(`/users?$select=id&$filter=assignedLicenses/any(l:l/skuId eq ${sku})&$count=true&$top=999`)).length
  const skipping = {
    plan: {
      source: jsonl<{ readonly steps: Steps }>({ from: 'in.jsonl' }),
      sink: graphSink<{ readonly steps: Steps }>(({ steps }) => steps, { whenShort: 'skip' }),
    },
  } as never
  const undoOf = (run: string) =>
    ({
      plan: {
        source: undo({ run }),
        sink: graphSink(({ steps }: { readonly steps: readonly OperationRow[] }) => steps),
      },
    }) as never
  const codes = async (run: string) => {
    const rows = await bed.rowsOf(run)
    return Object.fromEntries(
      [...Map.groupBy(rows, ([, , outcome, code]) => `${outcome}${code === undefined ? '' : ` ${code}`}`)].map(
        ([what, all]) => [what, all.map(([key]) => key)],
      ),
    )
  }
  const messages = (run: string) =>
    bed.store.read(run, async reader =>
      (await reader.readRows({ limit: 1000 })).flatMap(({ result: { code, message } }) =>
        code === undefined ? [] : [message],
      ),
    )
  return { ...bed, users, send, assign, remove, seats, holders, skipping, undoOf, codes, messages }
}

/** Operations with another supply of units. */
const supplied =
  (more: Partial<Supply>) =>
  (kind: string): Operation | undefined => {
    const known = operations(kind)
    return known?.supply ? { ...known, supply: own(known.supply, more) } : known
  }
const made = new WeakMap<object, Supply>()
const own = (supply: Supply, more: Partial<Supply>): Supply => {
  const found = made.get(more) ?? { ...supply, ...more }
  made.set(more, found)
  return found
}

t.test('a run that is short of units sends nothing, and a dry run tells the same', async t => {
  const bed = await seatBed(t, { e3: 3, bi: 1 })
  bed.input(bed.users.slice(0, 5).flatMap(user => [bed.assign(user, e3), bed.assign(user, bi)]))
  const dry = await bed.change({ dryRun: true })
  const [stop] = dry.changes!.preview!.stops
  t.match(stop, {
    code: 'SEATS_SHORT',
    why: 'Seats of Microsoft 365 E3 (SPE_E3): 5 needed, 3 free, short by 2. Seats of Power BI Pro (POWER_BI_PRO): 5 needed, 1 free, short by 4.',
    fix: 'Buy seats, or remove the product from others.',
    facts: { short: { [e3]: 2, [bi]: 4 } },
  })
  await t.rejects(bed.change(), { code: 'SEATS_SHORT', exit: 5, message: `${stop!.why} Nothing was sent.` })
  t.strictSame([await bed.holders(e3), await bed.holders(bi)], [0, 0])
})

t.test(
  'until units are short, the first rows of the file get them, and what is skipped stays so after a resume',
  async t => {
    const bed = await seatBed(t, { e3: 7, bi: 100 })
    bed.input(bed.users.slice(0, 10).map(user => bed.assign(user, e3)))
    const dry = await bed.change({ dryRun: true }, bed.skipping)
    t.match(dry.changes!.preview, {
      send: { 'assign-license': 7 },
      units: [{ id: e3, takes: 7, free: 7, short: 0 }],
      stops: [],
    })
    const interrupted = new EntrapipeError('INTERRUPTED', 'Interrupted.')
    await t.rejects(
      bed.change({ confirm: () => Promise.reject(interrupted) }, bed.skipping),
      { code: 'INTERRUPTED' },
      'after the rows were reserved',
    )
    await bed.seats('SPE_E3', 9)
    const resume = (await bed.store.list({ writes: true }))[0]!.id
    const { run } = await bed.change({}, { ...(bed.skipping as object), resume })
    const all = { done: [1, 2, 3, 4, 5, 6, 7], 'skipped SEATS_SHORT': [8, 9, 10] }
    t.strictSame(await bed.codes(run), all)
    t.strictSame(
      await bed.messages(run),
      Array.from(
        { length: 3 },
        () => 'Seats of Microsoft 365 E3 (SPE_E3) are short by 3: rows before this one take those that are free.',
      ),
    )
    t.equal(await bed.holders(e3), 7)
  },
)

t.test('when somebody else takes units meanwhile, rows that need one fail, and rows that need none go on', async t => {
  const bed = await seatBed(t, { e3: 8, bi: 100 })
  const [held, others] = [bed.users.slice(20, 23), bed.users.slice(23, 26)]
  for (const user of held) await bed.send(user, [e3])
  await bed.seats('SPE_E3', 8 + 3)
  bed.input([
    ...bed.users.slice(0, 8).map(user => bed.assign(user, e3)),
    ...held.map((user): Steps => [{ kind: 'modify-license', value: { user, sku: e3, disablePlans: ['SWAY'] } }]),
    ...others.map(user => bed.assign(user, bi)),
  ])
  const { run } = await bed.change({ confirm: async () => void (await bed.seats('SPE_E3', 9)) })
  const codes = await bed.codes(run)
  const ranOut = codes['failed SeatsRanOut']!
  t.equal(ranOut.length, 2)
  t.ok(ranOut.every(key => Number(key) <= 8))
  t.equal(codes['done']!.length, 12)
  t.ok(
    (await bed.messages(run)).every(text =>
      text!.startsWith('Seats of Microsoft 365 E3 (SPE_E3) are short by 2: none'),
    ),
  )
  t.equal(await bed.holders(e3), 9)
  await bed.seats('SPE_E3', 11)
  await bed.change({}, { resume: run, retry: ['failed'] })
  t.strictSame(Object.keys(await bed.codes(run)), ['done'])
})

t.test('a transfer and its undo need no spare units where each row frees what another one takes', async t => {
  const bed = await seatBed(t, { e3: 11, bi: 10 })
  const [ones, twos] = [bed.users.slice(0, 10), bed.users.slice(10, 20)]
  for (const user of ones) await bed.send(user, [e3])
  for (const user of twos) await bed.send(user, [bi])
  bed.input([
    ...ones.map((user): Steps => [{ kind: 'transfer-license', value: { user, from: [e3], sku: bi } }]),
    ...twos.map((user): Steps => [{ kind: 'transfer-license', value: { user, from: [bi], sku: e3 } }]),
  ])
  const dry = await bed.change({ dryRun: true })
  t.match(dry.changes!.preview, {
    stops: [],
    units: [
      { takes: 10, frees: 10, free: 1, short: 0 },
      { takes: 10, frees: 10, free: 0, short: 0 },
    ],
  })
  const { run } = await bed.change()
  t.strictSame(Object.keys(await bed.codes(run)), ['done'])
  const undone = await bed.change({ maxRemovals: 100 }, bed.undoOf(run))
  t.strictSame(Object.keys(await bed.codes(undone.run)), ['done'])
  t.strictSame([await bed.holders(e3), await bed.holders(bi)], [10, 10])
})

t.test('a row that is refused is sent again once another row of the run has freed a unit', async t => {
  const bed = await seatBed(t, { e3: 6, bi: 6 })
  const leavers = bed.users.slice(0, 3)
  for (const user of leavers) await bed.send(user, [e3])
  bed.input([...bed.users.slice(3, 6).map(user => bed.assign(user, e3)), ...leavers.map(user => bed.remove(user, e3))])
  // Somebody else takes all free units after they were counted.
  const { run } = await bed.change({ confirm: async () => void (await bed.seats('SPE_E3', 3)) })
  t.strictSame(await bed.codes(run), { done: [1, 2, 3, 4, 5, 6] })
  t.equal(await bed.holders(e3), 3)
})

t.test('a row that is refused while units are free goes again later, and fails after some times', async t => {
  const bed = await seatBed(t, { e3: 2, bi: 6 })
  const users = bed.users.slice(0, 2)
  const counts: number[] = []
  const always = {
    read: async () => {
      counts.push(1)
      if (counts.length === 4) await bed.seats('SPE_E3', 2)
      return new Map<string, FreeUnits>([[e3, { free: 2, doubtful: 0 }]])
    },
  }
  bed.input(users.map(user => bed.assign(user, e3)))
  const { clock, slept } = fakeClock()
  const late = await bed.change(
    { lagBoundMs, confirm: async () => void (await bed.seats('SPE_E3', 0)) },
    { operations: supplied(always), clock },
  )
  t.strictSame(await bed.codes(late.run), { done: [1, 2] })
  t.ok(slept.some(ms => ms > 29_000))
  for (const user of users) await bed.send(user, [], [e3])
  const never = { read: async () => new Map<string, FreeUnits>([[e3, { free: 2, doubtful: 0 }]]) }
  const lost = await bed.change(
    { lagBoundMs, confirm: async () => void (await bed.seats('SPE_E3', 0)) },
    { operations: supplied(never), clock: fakeClock().clock, fresh: true },
  )
  t.strictSame(await bed.codes(lost.run), { 'failed NO_SEATS': [1, 2] })
})

t.test('units in their grace period are counted until the directory refuses them', async t => {
  const bed = await seatBed(t, { e3: 4, bi: 6 })
  await bed.seats('SPE_E3', 4, 3)
  bed.input(bed.users.slice(0, 7).map(user => bed.assign(user, e3)))
  await bed.control('PUT', '/knobs', { warningUnitsAssignable: false })
  const { run } = await bed.change()
  const codes = await bed.codes(run)
  t.strictSame([codes['done']!.length, codes['failed SeatsRanOut']!.length], [4, 3])
  t.match(await bed.messages(run), [/ are short by 3: /, / are short by 3: /, / are short by 3: /])
  await bed.control('PUT', '/knobs', { warningUnitsAssignable: true })
  await bed.change({}, { resume: run, retry: ['failed'] })
  t.equal(await bed.holders(e3), 7)
})

t.test('where units may not be read, a refusal alone fails its row', async t => {
  const bed = await seatBed(t, { e3: 1, bi: 6 })
  bed.input(bed.users.slice(0, 2).map(user => bed.assign(user, e3)))
  const unread = { operations: supplied({ read: async () => undefined }) }
  const dry = await bed.change({ dryRun: true }, unread)
  t.match(dry.changes!.preview, { unchecked: ['whether enough seats are free, which may not be read'], stops: [] })
  const { run } = await bed.change({}, unread)
  const codes = await bed.codes(run)
  t.strictSame([codes['done']!.length, codes['failed NO_SEATS']!.length], [1, 1])
})
