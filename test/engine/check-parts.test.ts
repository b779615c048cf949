import t from 'tap'
import { systemClock } from '../../src/core/clock.ts'
import type { Graph } from '../../src/core/graph.ts'
import type { Source, Transform } from '../../src/core/parts.ts'
import { checkWithGraph, checkWithoutGraph } from '../../src/engine/check-parts.ts'
import { readyPhases } from '../../src/engine/phases.ts'
import { jsonl } from '../../src/sinks/jsonl.ts'
import { environmentAt } from '../store/fixtures.ts'
import { bed } from './plan-bed.ts'
import { nothingUsed } from './nothing-used.ts'

/** A source of one row that notes its calls. */
const counting = (calls: string[], usesGraph: boolean): Source<{ readonly id: number }> => ({
  kind: 'counting',
  usesGraph,
  async check(ctx) {
    calls.push(usesGraph ? `check with ${ctx.graph.tenant.name}` : 'check')
  },
  columns() {
    calls.push('columns')
    return { names: ['id'], closed: true }
  },
  async *read() {
    yield { rows: [{ key: 1, value: { id: 1 } }], position: 1 }
  },
})

/** A client of which only the tenant is asked. */
const graph = { tenant: { name: 'contoso', id: '1' }, usage: () => nothingUsed } as Graph

t.test('a run calls `check` and `columns` of its source once', async t => {
  const { run } = bed(t)
  const calls: string[] = []
  await run({ source: counting(calls, false), sink: jsonl({ to: 'out/a.jsonl' }) })
  t.strictSame(calls, ['check', 'columns'])
})

t.test('what is checked before the sign-in is not checked again', async t => {
  const { run, folder } = bed(t)
  const around = {
    clock: systemClock,
    environment: environmentAt(folder, { cwd: folder }),
    signal: new AbortController().signal,
  }
  const calls: string[] = []
  for (const usesGraph of [false, true]) {
    const plan = { source: counting(calls, usesGraph), sink: jsonl({ to: `out/${usesGraph}.jsonl` }) }
    const checked = await checkWithoutGraph(readyPhases(plan), around)
    calls.push('sign-in')
    await run(plan, { checked, graph })
  }
  t.strictSame(calls, ['check', 'columns', 'sign-in', 'columns', 'sign-in', 'check with contoso'])
})

t.test('before the sign-in, all parts of all phases that use no directory are checked, in order', async t => {
  const checks: string[] = []
  const noting = (kind: string, usesGraph = false): Transform<unknown, unknown> => ({
    kind,
    usesGraph,
    check: async () => void checks.push(kind),
    open: () => row => row,
  })
  const phase = (name: string, usesGraph: boolean) => ({
    name,
    plan: {
      source: counting([], usesGraph),
      transforms: [noting(`${name} here`), noting(`${name} there`, true)],
      sink: jsonl({ to: `${name}.jsonl` }),
    },
  })
  const folder = t.testdir({})
  const around = {
    clock: systemClock,
    environment: environmentAt(folder, { cwd: folder }),
    signal: new AbortController().signal,
  }
  const checked = await checkWithoutGraph(readyPhases([phase('one', true), phase('two', false)] as never), around)
  t.strictSame(checks.splice(0), ['one here', 'two here'])
  await checkWithGraph(checked, { ...around, graph })
  t.strictSame(checks, ['one there', 'two there'])
})
