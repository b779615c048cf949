import { readFileSync, writeSync } from 'node:fs'
import { createGraph } from '../../../../src/graph/create-graph.ts'
import { memoryBudget } from '../../../../src/graph/memory-budget.ts'
import { quotasOf } from '../../../../src/graph/quotas.ts'
import { openPostgres } from '../../../../src/store/postgres/database.ts'
import { postgresRuns } from '../../../../src/store/postgres/postgres-runs.ts'
import type { KeptEntry } from '../../../../src/store/ledger-types.ts'
import { credentialOf, makeToken, tenant } from '../../../graph/fixtures.ts'
import { member, settlement } from '../../../contracts/ledger-rows.ts'

/**
 * Begins a run with two changes, and stops after it has marked the first one as sent, before its request leaves. It reads the time
 * from a file. It says each step on a line: the run, `marked`, and what became of the change when it is woken.
 */
const [url, rootUrl, clockFile] = process.argv.slice(2) as [string, string, string]
const say = (line: string) => void writeSync(1, `${line}\n`)
const now = () => Number(readFileSync(clockFile, 'utf8'))
const clock = { now, sleep: async () => undefined }
const database = openPostgres({ url, clock })
const runs = postgresRuns({ database, clock, worker: 'stopped', stopwatch: now, alarm: () => () => undefined })

const run = await runs.create({
  ...{
    pipeline: 'add members',
    params: {},
    tenant: { id: 'one', name: 'one' },
    codeHash: 'c',
    resumable: true,
    writes: true,
  },
})
const ledger = run.phase('main').ledger()
await ledger.add([member(1, 'a'), member(2, 'a')])
await ledger.arrange()
say(run.id)

const graph = createGraph({
  tenant,
  rootUrl,
  credential: credentialOf([makeToken()]),
  budget: memoryBudget(clock),
  quotas: quotasOf({ size: 'L' }),
  clock,
})
const [row] = (await ledger.claim(1)) as [KeptEntry]
const failed = (error: unknown) => (error as { readonly code?: string }).code ?? String(error)
const submission = graph.submission({
  async leaving(requests) {
    const [{ clientRequestId: client }] = requests as [(typeof requests)[number]]
    await ledger.markSent([{ ordinal: row.ordinal, attempt: 1, client, atMs: now(), before: {} }])
    say('marked')
    process.kill(process.pid, 'SIGSTOP')
  },
  writing: run.expectHeld,
  ended: async endings => endings.forEach(({ end }) => say(`ended ${end}`)),
})
await submission.submit({ requests: [{ method: 'PATCH', url: '/groups/a', body: {} }] })
await submission.drained().catch(() => undefined)
await ledger.settle([settlement(row, 'done')]).then(
  () => say('settled'),
  (error: unknown) => say(`settle ${failed(error)}`),
)
await run.finish('done').catch((error: unknown) => say(`finish ${failed(error)}`))
await graph.close()
await runs.close()
await database.close()
