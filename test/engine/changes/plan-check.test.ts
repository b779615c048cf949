import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { ChangeRow } from '../../../src/core/operation.ts'
import { planHeadLine, planLine, planSum, type PlanHead } from '../../../src/formats/change-plan.ts'
import { graph as graphSink } from '../../../src/sinks/graph.ts'
import { plan } from '../../../src/sources/plan.ts'
import { sandboxBed } from './sandbox-bed.ts'

t.test('a plan that is replaced after it was checked is refused, and nothing is sent', async t => {
  const bed = await sandboxBed(t, [])
  const [one, other] = await bed.ids("/users?$select=id&$filter=userType eq 'Guest'")
  const write = (user: string): void => {
    const row = { key: 1, steps: [{ kind: 'update-user', value: { user, jobTitle: 'Lead' } }] }
    const sum = planSum()
    sum.add(row)
    const head: Omit<PlanHead, 'sha256'> = {
      version: 1,
      run: '20261121-090000-0123abcd',
      pipeline: 'users update',
      tenant: { id: bed.sandbox.tenantId, name: 'sandbox' },
      maker: { user: 'ann', host: 'pc', identity: 'ann' },
      at: new Date().toISOString(),
      rows: 1,
      counts: sum.counts,
    }
    const text = planHeadLine({ ...head, sha256: sum.sha256(head) }) + planLine(row)
    writeFileSync(join(bed.folder, 'plan.jsonl'), text)
  }
  const applying = (check: (head: PlanHead) => Promise<void>) => ({
    source: plan({ from: 'plan.jsonl', check }),
    sink: graphSink<ChangeRow>(({ steps }) => steps),
  })
  write(one!)
  const before = bed.graph.usage().writes
  await t.rejects(bed.change({}, { plan: applying(async () => write(other!)) as never }), {
    code: 'PLAN_REFUSED',
    message: /was altered after it was made\. Nothing was sent/,
  })
  t.equal(bed.graph.usage().writes, before)
  write(one!)
  await t.rejects(bed.change({}, { fresh: true, plan: applying(() => Promise.reject(new Error('no'))) as never }), {
    message: 'no',
  })
  t.match(await bed.change({}, { fresh: true, plan: applying(async () => undefined) as never }), { end: 'done' })
})
