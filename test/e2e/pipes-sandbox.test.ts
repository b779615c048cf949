import t from 'tap'
import { readFileSync } from 'node:fs'
import { callControl } from '../../src/sandbox/process/call-control.ts'
import type { SandboxState } from '../../src/sandbox/process/state-file.ts'
import type { Counters } from '../../src/sandbox/server/counters.ts'
import { openBed, rowsOf } from './bed.ts'

// Only for its desk: the sandbox of this test is the one that the commands start by themselves.
const bed = await openBed(t, { users: 1 })
const desk = bed.desk({ config: false })
t.teardown(() => desk.run(['sandbox', 'stop']))

t.test(
  'the embedded sandbox starts automatically, and the documented pipe ends long before the export would',
  async t => {
    const { stdout, stderr } = await desk.shell(
      `entrapipe export users --tenant sandbox --to - | entrapipe filter "department eq 'Sales' and contains(displayName,'son')" | head -5`,
    )
    const rows = rowsOf(stdout)
    t.equal(rows.length, 5)
    for (const { displayName, department } of rows) {
      t.match(displayName, /son/i)
      t.equal(department, 'Sales')
    }
    t.match(stderr, /^Starting the sandbox, [^\n]+\nUsing the sandbox \(100,000 users\), not a real tenant\.\n/)
    t.notMatch(stderr, /entrapipe:/, 'stderr has no error')
    const state = JSON.parse(readFileSync(desk.path('store/sandbox/sandbox.json'), 'utf8')) as SandboxState
    const { routes } = (await callControl(state, 'GET', '/counters')) as unknown as Counters
    const pages = Object.values(routes['GET /users'] ?? {}).reduce((sum, one) => sum + one, 0)
    t.ok(pages > 0 && pages < 50, `${pages} of 101 pages were asked for`)
  },
)

t.test('an export of the embedded sandbox names it, and has the count of the sandbox', async t => {
  const { status, stderr } = await desk.run(['export', 'groups', '--tenant', 'sandbox', '--to', 'groups.csv'])
  t.equal(status, 0, stderr)
  const { tenant, completeness, counts } = desk.manifest('groups.csv')
  const state = JSON.parse(readFileSync(desk.path('store/sandbox/sandbox.json'), 'utf8')) as SandboxState
  t.strictSame(tenant, { name: 'sandbox', id: state.tenantId })
  t.strictSame([completeness, counts.read], ['complete', counts.before])
  t.equal(desk.read('groups.csv').trimEnd().split('\n').length, counts.read + 1)
})
