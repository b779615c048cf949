import { DatabaseSync } from 'node:sqlite'
import t from 'tap'
import { processing } from '../../../src/catalogue/group-licences/processing.ts'
import type { Target } from '../../../src/catalogue/group-licences/target.ts'
import type { Context, PhaseChange } from '../../../src/core/context.ts'
import type { Result } from '../../../src/core/result.ts'
import { fakeClock } from '../../fake-clock.ts'
import { catalogue, skuOf } from '../../licensing/products.ts'
import { graphScene, readPages } from '../../sources/graph-context.ts'

const sku = skuOf('SPE_E3')
const group = { id: 'g1', displayName: 'Sales' }
const target = async () => ({ group, name: 'Sales', products: catalogue, named: [] }) as object as Target

/** Graph's clock is an hour ahead of ours. */
const aheadMs = 3_600_000

interface Scene {
  /** Seconds between the change and the last update of each member's state. An odd member is in error, an even one active. */
  members(look: number): readonly number[]
  readonly processing?: (look: number) => string
  readonly change?: Partial<PhaseChange>
}

/** What a wait of an hour makes of a group that was changed just now. */
const waited = async ({ members, processing: stateOf = () => 'ProcessingComplete', change }: Scene) => {
  const { clock, slept } = fakeClock()
  const sentMs = clock.now()
  let look = 0
  const settled: Result[] = []
  const database = new DatabaseSync(':memory:')
  const open = new Set<string>()
  const state = (secondsAfter: number, isWrong: boolean) => ({
    ...{ skuId: sku, assignedByGroup: 'g1', disabledPlans: [] },
    ...(isWrong ? { state: 'Error', error: 'CountViolation' } : { state: 'Active', error: 'None' }),
    lastUpdatedDateTime: new Date(sentMs + aheadMs + secondsAfter * 1000).toISOString(),
  })
  const { ctx } = graphScene({})
  const scene = Object.create(ctx, {
    clock: { value: clock },
    settled: { value: (result: Result) => settled.push(result) },
    store: {
      value: {
        database(name: string, tables: readonly string[]) {
          if (!open.has(name)) tables.forEach(table => database.exec(table))
          open.add(name)
          return { sql: database, write: <T>(work: () => T) => work() }
        },
      },
    },
    changes: {
      value: async function* (): AsyncGenerator<readonly object[]> {
        yield [{ key: 1, row: { kind: 'assign', value: { group: 'g1', sku } }, outcome: 'done', sentMs, ...change }]
      },
    },
    graph: {
      value: {
        ...ctx.graph,
        async attempt({ url }: { readonly url: string }) {
          if (url.startsWith('/groups/')) look++
          const headers = { date: new Date(clock.now() + aheadMs).toUTCString() }
          const assignedLicenses = [{ skuId: sku, disabledPlans: [] }]
          const body = { id: 'g1', assignedLicenses, licenseProcessingState: { state: stateOf(look) } }
          return { status: 200, headers, body, attempts: 1 }
        },
        async *pages(link: string): AsyncGenerator<object> {
          if (link.includes('WithLicenseErrors')) return yield { values: [] }
          yield {
            values: members(look).map((seconds, at) => ({
              ...{ '@odata.type': '#microsoft.graph.user', id: `u${at + 1}`, assignedLicenses: [] },
              licenseAssignmentStates: [state(seconds, at % 2 === 0)],
            })),
          }
        },
      },
    },
  }) as Context
  const source = processing({ target, after: 'assign', operation: 'assign-group-license', waitMs: 3_600_000 })
  const ended = await readPages(source, scene).catch((error: unknown) => error)
  return { ended, settled, looks: look, sleptMs: slept.reduce((sum, ms) => sum + ms, 0) }
}

const ended = (row: object) => [{ rows: [{ value: row }] }]

t.test('an error from before the change is pending, though the group seems to be processed', async t => {
  const { ended: over, settled, sleptMs } = await waited({ members: () => [-60] })
  t.match(over, {
    code: 'LICENCES_PENDING',
    message:
      'The time of --wait is over, and 1 members of group Sales are not processed (1 with an error from before): 0 are as wanted, 0 in error.',
  })
  t.strictSame([settled, sleptMs], [[], 3_600_000])
})

t.test('the wait ends with the error that the change leaves', async t => {
  const still = await waited({ members: look => [look < 4 ? -60 : 2] })
  t.match(still.ended, ended({ active: 0, inError: 1, errors: { CountViolation: 1 }, pending: 0 }))
  t.match(still.settled, [{ key: 'u1/SPE_E3', code: 'CountViolation' }])
  t.equal(still.looks, 4)
})

t.test('an error of the very second of the change is one that it leaves', async t => {
  const { settled, sleptMs } = await waited({ members: () => [0] })
  t.strictSame([settled.length, sleptMs], [1, 0])
})

t.test('an error whose time stays counts once the group was seen in process, or others are renewed', async t => {
  const seen = await waited({
    members: () => [-60],
    processing: look => (look === 1 ? 'ProcessingInProgress' : 'ProcessingComplete'),
  })
  t.match(seen.ended, ended({ inError: 1, pending: 0 }))
  const renewed = await waited({ members: () => [-60, 2] })
  t.match([renewed.ended, renewed.sleptMs], [ended({ active: 1, inError: 1, pending: 0 }), 0])
})

t.test('where nothing was sent, errors are as they are', async t => {
  const { ended: made, sleptMs } = await waited({ members: () => [-60], change: { outcome: 'unchanged' } })
  t.match([made, sleptMs], [ended({ inError: 1 }), 0])
})

t.test('users whom Graph has accepted and not processed are waited for, and no others', async t => {
  const change = { row: { kind: 'reprocess-license', value: { user: 'u1' } }, outcome: 'unknown' } as const
  const { ended: made, looks } = await waited({ members: look => [look < 3 ? -60 : 2, -60, -60], change })
  t.match([made, looks], [ended({ active: 1, inError: 2, pending: 0 }), 3])
})
