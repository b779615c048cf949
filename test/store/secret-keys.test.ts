import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Fields } from '../../src/core/json.ts'
import type { Sink, Transform } from '../../src/core/parts.ts'
import { csv as fromCsv } from '../../src/sources/csv.ts'
import { jsonl as toJsonl } from '../../src/sinks/jsonl.ts'
import { dedupe } from '../../src/transforms/dedupe.ts'
import { lookup } from '../../src/transforms/lookup.ts'
import { bed } from '../engine/plan-bed.ts'
import { newRun, storeIn } from './fixtures.ts'

const checkpoint = (cut: number) => ({ cut, positions: {}, states: {}, counters: {} })

/** A run that was interrupted after it stored secrets. */
const interrupted = async (t: Test) => {
  const store = storeIn(t, t.testdir())
  const run = await store.create(newRun())
  const scope = run.scope('0')
  scope.set('s', { secret: true }).addAll(['Summer2026!', ''])
  scope.map('m', { secret: true }).setAll([['Winter2026!', { pin: '4711-0815' }]])
  scope.advance(1)
  await run.saveCheckpoint(checkpoint(1))
  await run.release()
  return { store, id: run.id, folder: join(store.folder.path, 'runs', run.id) }
}

const bytesIn = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1'))
    .join('')

t.test('secret keys and values are found again by a resumed run, and are not in its files', async t => {
  const { store, id, folder } = await interrupted(t)
  t.notMatch(bytesIn(folder), /Summer2026|Winter2026|4711-0815/)
  const run = await store.hold(id)
  await run.rewind()
  const scope = run.scope('0')
  t.strictSame(scope.set('s', { secret: true }).addAll(['Summer2026!', '', 'seal', 'New']), [false, false, true, true])
  t.strictSame(scope.map('m', { secret: true }).getAll(['Winter2026!', 'Summer2026!']), [
    { pin: '4711-0815' },
    undefined,
  ])
  await run.release()
})

for (const [what, damage] of [
  ['missing', (key: string) => rmSync(key)],
  ['another one', (key: string) => writeFileSync(key, Buffer.alloc(32, 7))],
] as const)
  t.test(`if the key of the run is ${what}, secret keys are not taken for new ones`, async t => {
    const { store, id, folder } = await interrupted(t)
    damage(join(folder, 'key'))
    const run = await store.hold(id)
    await run.rewind()
    t.throws(() => run.scope('0').set('s', { secret: true }), {
      code: 'PARTIAL_CHANGED',
      fix: 'Start over with --fresh.',
    })
    await run.release()
  })

const feed = 'id,password\n1,Summer2026!\n2,Winter2026!\n3,Summer2026!\n4,Spring2026!\n'

for (const [what, transform] of [
  ['dedupe that drops', () => dedupe({ by: 'password' })],
  ['dedupe that rejects', () => dedupe({ by: ['id', 'password'], later: 'reject' })],
  [
    'lookup by a secret',
    () => lookup({ from: fromCsv({ from: 'in.csv' }), key: 'password', by: 'password', take: { id: 'of' } }),
  ],
  [
    'lookup of a secret',
    () => lookup({ from: fromCsv({ from: 'in.csv' }), key: 'id', by: 'id', take: { password: 'word' } }),
  ],
] as const)
  t.test(`a ${what} leaves no secret in plain in the state of an interrupted run`, async t => {
    const { folder, run } = bed(t, { 'in.csv': feed })
    const sink = toJsonl({ to: 'out/x.jsonl' })
    const failing: Sink<Fields> = {
      ...sink,
      async open(ctx, from, like) {
        const writer = await sink.open(ctx, from, like)
        return {
          ...writer,
          async finish() {
            throw new Error('The disk is gone.')
          },
        }
      },
    }
    const transforms = [transform() as Transform<Fields, Fields>]
    await t.rejects(run({ source: fromCsv({ from: 'in.csv' }), transforms, sink: failing, rowsPerCut: 1 }))
    const runs = join(folder, 'store/runs')
    t.ok(readdirSync(runs, { recursive: true }).some(name => String(name).endsWith('keys.sqlite')))
    t.notMatch(bytesIn(runs), /(Summer|Winter|Spring)2026!/i)
  })
