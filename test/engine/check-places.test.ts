import t, { type Test } from 'tap'
import { linkSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { systemClock } from '../../src/core/clock.ts'
import { execute } from '../../src/engine/execute.ts'
import { destinationAt } from '../../src/places/place-to.ts'
import type { Plan } from '../../src/engine/plan.ts'
import { csv as toCsv } from '../../src/sinks/csv.ts'
import { jsonl as toJsonl } from '../../src/sinks/jsonl.ts'
import { csv as fromCsv } from '../../src/sources/csv.ts'
import { openStore } from '../../src/store/open-store.ts'
import { lookup } from '../../src/transforms/lookup.ts'
import { environmentAt } from '../store/fixtures.ts'

const text = 'n,more\n1,a\n2\n'

/** A folder with an input, three other names for it, and a folder by two names. */
const bed = (t: Test) => {
  const folder = t.testdir({ 'in.csv': text, 'other.csv': text, out: {} })
  symlinkSync(join(folder, 'in.csv'), join(folder, 'link.csv'))
  linkSync(join(folder, 'in.csv'), join(folder, 'hard.csv'))
  symlinkSync(folder, join(folder, 'here'))
  const environment = environmentAt(join(folder, 'store'), { cwd: folder })
  const store = openStore({ environment, clock: systemClock })
  t.teardown(() => store.close())
  const run = (plan: Partial<Plan>) =>
    execute({
      pipeline: 'test',
      params: {},
      plan: { source: fromCsv({ from: 'in.csv' }), sink: toCsv({ to: 'out/good.csv' }), ...plan },
      store,
      places: destinationAt,
      environment,
      clock: systemClock,
      signal: new AbortController().signal,
      version: '0.0.0',
      codeHash: 'same',
    })
  return { folder, store, run }
}

const names = ['in.csv', './in.csv', 'link.csv', 'hard.csv', 'here/in.csv', 'here/here/link.csv']

t.test('an output cannot overwrite an input, under any name', async t => {
  const { folder, store, run } = bed(t)
  const refusal = (what: string) => ({
    code: 'OPTION_INVALID',
    message: new RegExp(`^Expected ${what} to be a separate file, got .*, which is an input$`),
  })
  for (const from of names)
    for (const to of names) {
      const source = fromCsv({ from })
      await t.rejects(run({ source, sink: toCsv({ to }) }), refusal('the output'), `${from} into ${to}`)
      await t.rejects(run({ source, rejects: toCsv({ to }) }), refusal('rejects'), `rejects of ${from} into ${to}`)
    }
  const known = lookup({ from: fromCsv({ from: 'other.csv' }), key: 'n', by: 'n', take: { more: 'extra' } })
  await t.rejects(run({ transforms: [known], sink: toCsv({ to: 'here/other.csv' }) }), refusal('the output'))
  t.equal(readFileSync(join(folder, 'in.csv'), 'utf8'), text)
  t.strictSame(readdirSync(join(folder, 'out')), [])
  t.strictSame(await store.list(), [], 'no run has begun')
})

t.test('an input cannot be a file that the run creates beside its output', async t => {
  const beside = ['good.csv.partial', 'good.csv.manifest.json', 'good.csv.manifest.json.partial']
  const { folder, run } = bed(t)
  for (const name of beside) {
    writeFileSync(join(folder, name), text)
    for (const from of [name, `here/${name}`])
      for (const [what, plan] of [
        ['the output', { sink: toCsv({ to: 'good.csv' }) }],
        ['rejects', { rejects: toCsv({ to: 'here/good.csv' }) }],
      ] as const)
        await t.rejects(run({ source: fromCsv({ from }), ...plan }), {
          code: 'OPTION_INVALID',
          message: new RegExp(
            `^Expected ${what} not to overwrite an input, got \\S+good\\.csv: .*\\b${name}, which is an input$`,
          ),
        })
    t.equal(readFileSync(join(folder, name), 'utf8'), text)
  }
})

t.test('rejects cannot overwrite the output', async t => {
  const { run } = bed(t)
  for (const to of ['out/good.csv', 'out/../out/good.csv', 'here/out/good.csv'])
    await t.rejects(run({ rejects: toCsv({ to }) }), {
      code: 'OPTION_INVALID',
      message: /^Expected rejects to be a separate file, got .*good\.csv, which is the output$/,
    })
})

t.test('rejects cannot be written to the stdout of the output', async t => {
  const { run, store } = bed(t)
  const refusal = {
    code: 'OPTION_INVALID',
    exit: 2,
    message: 'Expected rejects to be a separate file, got stdout (-), which is the output',
  }
  await t.rejects(run({ sink: toJsonl({ to: '-' }), rejects: toCsv({ to: '-' }) }), refusal)
  const stdout = new PassThrough()
  await t.rejects(run({ sink: toCsv({ to: '-', stdout }), rejects: toJsonl({ to: '-', stdout }) }), refusal)
  t.strictSame(await store.list(), [], 'no run has begun')
  const end = await run({ sink: toCsv({ to: '-', stdout }), rejects: toCsv({ to: '-', stdout: new PassThrough() }) })
  t.equal(end.end, 'done', 'two streams are two places')
})

t.test('an output beside its input, or in a missing folder, is allowed', async t => {
  const { folder, run } = bed(t)
  const end = await run({ sink: toCsv({ to: 'here/new/good.csv' }), rejects: toCsv({ to: 'here/new/bad.csv' }) })
  t.equal(end.end, 'done')
  t.equal(readFileSync(join(folder, 'new/good.csv'), 'utf8'), 'n,more\n1,a\n')
})
