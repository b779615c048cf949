/**
 * Measures the records of a run in PostgreSQL: `node --conditions=entrapipe-source bench/postgres.ts`, optionally with a number of rows
 * (1,000,000). It uses the empty database of DATABASE_URL, or starts a server of its own, which writes nothing durably.
 */
import { performance } from 'node:perf_hooks'
import { systemClock } from '../src/core/clock.ts'
import type { ClaimPlace, KeptNewEntry } from '../src/store/ledger-types.ts'
import { postgresBudget } from '../src/store/postgres/budget.ts'
import { openPostgres } from '../src/store/postgres/database.ts'
import { migrate } from '../src/store/postgres/migrations.ts'
import { postgresRuns } from '../src/store/postgres/postgres-runs.ts'
import { storeSchema } from '../src/store/postgres/schema.ts'
import type { KeptResult } from '../src/store/types.ts'
import { postgres } from '../test/servers/postgres.ts'

const count = Number(process.argv[2] ?? 1_000_000)
const atOnce = 5_000
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const guid = (n: number): string => `${n.toString(16).padStart(8, '0')}-1111-4222-8333-444455556666`

const ends: (() => unknown)[] = []
const url =
  process.env['DATABASE_URL'] ??
  (await (await postgres({ teardown: end => void ends.push(end as () => unknown) })).database())
const database = openPostgres({ url, clock: systemClock })
await migrate(database, storeSchema)
const runs = postgresRuns({ database, clock: systemClock, worker: 'bench' })

const timed = async (what: string, rows: number, work: () => Promise<unknown>): Promise<void> => {
  const began = performance.now()
  await work()
  const seconds = (performance.now() - began) / 1000
  say(`${what}: ${seconds.toFixed(3)} s, ${Math.round(rows / seconds).toLocaleString('en-US')}/s`)
}
const inBatches = async <T>(
  make: (at: number) => T,
  keep: (batch: readonly T[]) => Promise<unknown>,
): Promise<void> => {
  for (let at = 0; at < count; at += atOnce)
    await keep(Array.from({ length: Math.min(atOnce, count - at) }, (_, more) => make(at + more)))
}

const result = (at: number): KeptResult => ({
  key: at + 2,
  operation: 'add-member',
  outcome: at % 100 === 0 ? 'failed' : 'done',
  status: 204,
  id: guid(at),
  ...(at % 100 === 0 && { code: 'Request_BadRequest', message: 'The member was not found.' }),
})

const exporting = await runs.create({ pipeline: 'bench results', params: {}, codeHash: '', resumable: true })
const main = exporting.phase('main')
await timed('results', count, () => inBatches(result, batch => main.appendResults(0, batch)))
await timed('first page of failed results', 1, () => main.readResults({ outcomes: ['failed'], limit: 100 }))
await timed('last page of failed results', 1, () =>
  main.readResults({ outcomes: ['failed'], limit: 100, after: count - 5_000 }),
)
await timed('first page in the order of the rows', 1, () => exporting.readRows({ outcomes: ['failed'], limit: 100 }))
await timed('counts', 1, () => exporting.countResults())
await timed('all results', count, async () => {
  for (let after = 0; ;) {
    const page = await exporting.readResults({ after, limit: atOnce })
    if (page.length === 0) return
    after = page.at(-1)!.sequence
  }
})
await timed('checkpoints', 200, async () => {
  for (let cut = 1; cut <= 200; cut++)
    await main.saveCheckpoint({ cut, positions: { a: cut }, states: {}, counters: { read: cut } })
})
await exporting.finish('done')

const changing = await runs.create({
  ...{
    pipeline: 'bench ledger',
    params: {},
    tenant: { id: 'bench', name: 'bench' },
    codeHash: '',
    resumable: true,
    writes: true,
  },
})
const ledger = changing.phase('main').ledger()
const entry = (at: number): KeptNewEntry => {
  const [group, member] = [guid(at % 1000), guid(at * 7919)]
  return {
    key: at + 2,
    row: { kind: 'add-member', value: { group, member } },
    about: `${group}/${member}`,
    ordered: true,
    locks: [group],
    input: {
      columns: [
        ['group', group],
        ['member', member],
      ],
    },
  }
}
await timed('ledger, add', count, () => inBatches(entry, batch => ledger.add(batch)))
await timed('ledger, arrange', count, () => ledger.arrange())
const most = Math.min(count, 200_000)
await timed(`ledger, claim, mark and settle, 400 at a time, ${most.toLocaleString('en-US')} rows`, most, async () => {
  let place: ClaimPlace | undefined
  for (let done = 0; done < most;) {
    const rows = await ledger.claim(400, place)
    const last = rows.at(-1)
    if (!last) return
    place = { lock: last.locks[0]!, ordinal: last.ordinal }
    const atMs = Date.now()
    await ledger.markSent(
      rows.map(({ ordinal }) => ({ ordinal, attempt: 1, client: guid(ordinal), atMs, before: { isMember: false } })),
    )
    await ledger.settle(
      rows.map(({ ordinal, key }) => ({
        ordinal,
        result: { key, operation: 'add-member', outcome: 'done' as const, status: 204 },
      })),
    )
    done += rows.length
  }
})
await timed('a batch of 20: mark and settle', 500, async () => {
  for (let at = 0; at < 500; at++) {
    const rows = await ledger.claim(20)
    await ledger.markSent(rows.map(({ ordinal }) => ({ ordinal, attempt: 1, client: 'c', atMs: 0, before: {} })))
    await ledger.settle(
      rows.map(({ ordinal, key }) => ({ ordinal, result: { key, operation: 'add-member', outcome: 'done' as const } })),
    )
  }
})
await changing.release()

const bucket = { name: 'bench', capacity: 1e9, windowMs: 10_000 }
const budget = postgresBudget({ database, clock: systemClock })
await timed('budget, requests of one process', 200_000, async () => {
  for (let at = 0; at < 200_000; at++) await budget.take([{ bucket, units: 1 }])
})
await budget.close()
await runs.close()
await database.close()
for (const end of ends) await end()
