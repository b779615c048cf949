import { join } from 'node:path'
import t from 'tap'
import { builtInNames } from '../../src/catalogue/built-in.ts'
import { loadNoted } from '../../src/catalogue/load-pipeline.ts'
import { makePlan } from '../../src/catalogue/make-plan.ts'
import { flagOf } from '../../src/cli/options/param-options.ts'
import { processEnvironment } from '../../src/core/environment.ts'
import { inputFilesOf } from '../../src/engine/check-places.ts'
import { checkContext } from '../../src/engine/contexts.ts'
import { describe } from '../../src/engine/identity.ts'
import { readyPhases } from '../../src/engine/phases.ts'
import { systemClock } from '../../src/core/clock.ts'
import { mapping } from '../cli/hr-feed/hr-desk.ts'

const from = { from: 'in.csv' }

/** Parameters of pipelines that need others than their input. */
const needed: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  filter: { ...from, odata: 'id ne null', to: 'out.csv' },
  'licenses modify': { ...from, enablePlans: ['SWAY'] },
  'users access-pass': { ...from, credentials: 'passes.csv' },
  diff: { old: 'in.csv', with: 'users', key: ['id'], to: 'out.csv' },
}

t.test('every pipeline that reads a file says which one, so that no output overwrites it', async t => {
  const folder = t.testdir({ 'in.csv': 'id\n1\n', 'hr.ts': mapping })
  const environment = { ...processEnvironment(), cwd: folder }
  const ctx = checkContext({ environment, clock: systemClock, signal: new AbortController().signal, graph: undefined })
  const more: typeof needed = { ...needed, 'hr-feed': { ...from, mapping: join(folder, 'hr.ts'), timeZone: 'UTC' } }
  const reading: string[] = []
  for (const name of await builtInNames()) {
    const loaded = await loadNoted(name)
    if (!('from' in loaded.pipeline.params!) && !(name in more)) continue
    reading.push(name)
    const { plan } = await makePlan(loaded, more[name] ?? from, flagOf)
    const inputs = await Promise.all(
      readyPhases(plan).map(async phase => inputFilesOf((await describe(phase.plan, ctx)).source, ctx)),
    )
    t.strictSame([...new Set(inputs.flat())], [join(folder, 'in.csv')], name)
  }
  t.ok(reading.length > 40, 'all of them')
})
