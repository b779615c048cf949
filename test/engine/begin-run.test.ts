import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { systemClock } from '../../src/core/clock.ts'
import { EntrapipeError } from '../../src/core/errors.ts'
import type { RunEvent } from '../../src/engine/progress.ts'
import { csv as toCsv } from '../../src/sinks/csv.ts'
import { jsonl as toJsonl } from '../../src/sinks/jsonl.ts'
import { brokeOff, numbers, planOf } from './breaking-numbers.ts'
import { bed } from './plan-bed.ts'

const dayMs = 86_400_000

t.test('a run given by its id is resumed whatever its age, but only with its own plan', async t => {
  const { run, store } = bed(t)
  const breaks: { at?: number } = { at: 50 }
  await t.rejects(run(planOf(numbers('a', breaks))), brokeOff)
  const [{ id, startedAt } = { id: '', startedAt: 0 }] = await store.list()
  const clock = { ...systemClock, now: () => startedAt + 10 * dayMs }
  await t.rejects(run(planOf(numbers('b')), { resume: id, clock }), { code: 'RUN_CHANGED', facts: { run: id } })
  await t.rejects(run(planOf(numbers('a')), { resume: id, clock, params: { another: 1 } }), { code: 'RUN_CHANGED' })
  await t.rejects(run({ ...planOf(numbers('a')), sink: toJsonl({ to: '-' }) }, { resume: id, clock }), {
    code: 'RUN_NOT_RESUMABLE',
  })
  await t.rejects(run(planOf(numbers('a')), { resume: 'nobody', clock }), { code: 'RUN_UNKNOWN' })
  t.match(await store.list(), [{ id, status: 'failed', resumed: 0 }], 'the run is unchanged')
  delete breaks.at
  t.match(await run(planOf(numbers('a', breaks)), { resume: id, clock }), { run: id, manifest: { resumed: 1 } })
  await t.rejects(run(planOf(numbers('a')), { resume: id, clock }), { code: 'RUN_NOT_RESUMABLE' })
})

t.test('an unfinished run of the last day is resumed, an older one is not', async t => {
  const { run, store } = bed(t)
  await t.rejects(run(planOf(numbers('a', { at: 50 }))), brokeOff)
  const [first] = await store.list()
  const at = (ms: number) => ({ clock: { ...systemClock, now: () => first!.startedAt + ms } })
  await t.rejects(run(planOf(numbers('a', { at: 50 })), at(dayMs)), brokeOff)
  t.match(await store.list(), [{ id: first!.id, resumed: 1 }])
  await t.rejects(run(planOf(numbers('a', { at: 50 })), at(dayMs + 1)), brokeOff)
  t.match(await store.list(), [
    { status: 'failed', resumed: 0 },
    { id: first!.id, status: 'discarded' },
  ])
})

t.test(
  'unfinished work into the same file is reported with its safe rows and discarded; work into other files stays',
  async t => {
    const { run, store, text, folder } = bed(t)
    const events: RunEvent[] = []
    for (const name of ['n', 'm'])
      await t.rejects(run(planOf(numbers(name, { at: 50 }), `out/${name}.jsonl`)), brokeOff)
    const [other, before] = await store.list()
    const end = await run(planOf(numbers('b')), { onEvent: event => void events.push(event) })
    t.strictSame(events, [
      { event: 'discarding', other: before!.id, rows: 40, target: before!.target! },
      { event: 'started', run: end.run },
    ])
    t.equal(text('out/n.jsonl').split('\n').length, 61)
    t.strictSame(readdirSync(join(folder, 'out')).sort(), ['m.jsonl.partial', 'n.jsonl', 'n.jsonl.manifest.json'])
    t.strictSame(
      (await store.list()).map(({ id, status }) => [id, status]),
      [
        [end.run, 'done'],
        [other!.id, 'failed'],
        [before!.id, 'discarded'],
      ],
    )
  },
)

t.test('a partial is not attributed to a run that has left none', async t => {
  const { run, store, folder, text } = bed(t)
  await t.rejects(run(planOf(numbers('a', { at: 10 }))), brokeOff)
  t.match(await store.list(), [{ status: 'failed' }])
  writeFileSync(join(folder, 'out/n.jsonl.partial'), 'somebody’s own')
  await t.rejects(run(planOf(numbers('b'))), { code: 'FILE_UNWRITABLE' })
  t.equal(text('out/n.jsonl.partial'), 'somebody’s own')
  t.equal((await store.list()).length, 1)
})

t.test('rejects never overwrite a partial that belongs to no run', async t => {
  const { run, store, folder, text } = bed(t)
  writeFileSync(join(folder, 'out/bad.csv.partial'), 'somebody’s own')
  const plan = { ...planOf(numbers('a')), rejects: toCsv({ to: 'out/bad.csv' }) }
  await t.rejects(run(plan), { code: 'FILE_UNWRITABLE', message: /bad\.csv\.partial/ })
  t.equal(text('out/bad.csv.partial'), 'somebody’s own')
  t.strictSame(await store.list(), [])
})

t.test(
  'the reason why a run cannot be resumed is given before it starts, and whether it lies in the output',
  async t => {
    const { run } = bed(t)
    const told = async (plan: unknown): Promise<unknown[]> => {
      const events: RunEvent[] = []
      await run(plan, { onEvent: event => void events.push(event) })
      return events.map(event => (event.event === 'not-resumable' ? ['not-resumable', event.asWritten] : event.event))
    }
    const once = { ...numbers('once'), resumable: false as const }
    t.strictSame(await told(planOf(numbers('a'))), ['started'])
    t.strictSame(await told(planOf(once, 'out/once.jsonl')), [['not-resumable', false], 'started'])
    const sink = { ...toJsonl({ to: 'out/sink.jsonl' }), resumable: false }
    t.strictSame(await told({ source: numbers('sink'), sink }), [['not-resumable', true], 'started'])
  },
)

t.test('a run keeps its working folder and its notes for the process that resumes it', async t => {
  const { run, store, folder } = bed(t)
  const end = await run(planOf(numbers('a')), { notes: { command: ['export', 'users'], width: 3 } })
  const [cwd, command, width] = await store.read(end.run, look =>
    Promise.all(['cwd', 'command', 'width'].map(name => look.loadNote(name))),
  )
  t.strictSame([cwd, command, width], [folder, ['export', 'users'], 3])
})

t.test('a run that cannot clear its target is released', async t => {
  const { run, store } = bed(t)
  await t.rejects(run(planOf(numbers('a', { at: 50 }))), brokeOff)
  const sink = toJsonl({ to: 'out/n.jsonl' })
  const stuck = {
    ...sink,
    place: { ...sink.place!, discard: async () => Promise.reject(new EntrapipeError('FILE_UNWRITABLE', 'stuck')) },
  }
  await t.rejects(run({ source: numbers('b'), sink: stuck }), { code: 'FILE_UNWRITABLE', message: 'stuck' })
  t.strictSame((await store.list({ status: ['running'] })).length, 0)
})

t.test('a resumed run that writes its rejects elsewhere removes the partial of the earlier rejects', async t => {
  const { run, folder, has, store } = bed(t)
  const breaks: { at?: number } = { at: 50 }
  const withRejects = (to: string) => ({ ...planOf(numbers('a', breaks)), rejects: toCsv({ to }) })
  await t.rejects(run(withRejects('out/old.csv')), brokeOff)
  // A process that is killed while it writes rejects leaves this.
  writeFileSync(join(folder, 'out/old.csv.partial'), 'n\n1\n')
  writeFileSync(join(folder, 'out/other.csv.partial'), 'n\n1\n')
  delete breaks.at
  t.match(await run(withRejects('out/new.csv')), { manifest: { resumed: 1 } })
  t.equal(has('out/old.csv.partial'), false)
  t.equal(has('out/other.csv.partial'), true, 'a partial of nobody stays')
  t.match(await store.list(), [{ status: 'done', alsoWrites: [/new\.csv$/] }])
})
