import { join } from 'node:path'
import t, { type Test } from 'tap'
import { systemClock } from '../../../../src/core/clock.ts'
import type { Context } from '../../../../src/core/context.ts'
import { countsOf, goneIn } from '../../../../src/sources/graph/delta/delta-facts.ts'
import { deltaMemory } from '../../../../src/sources/graph/delta/delta-memory.ts'
import { keptDelta } from '../../../../src/sources/graph/delta/kept-delta.ts'
import { deltaRun } from '../../../../src/sources/graph/delta/delta-run.ts'
import { idOfKey, packed, unpacked } from '../../../../src/sources/graph/delta/object-key.ts'
import { openStore } from '../../../../src/store/open-store.ts'
import { onlyPhase } from '../../../../src/store/types.ts'
import { environmentAt } from '../../../store/fixtures.ts'

const guid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`

const bed = async (t: Test) => {
  const store = openStore({ environment: environmentAt(join(t.testdir(), 'store')), clock: systemClock })
  t.teardown(() => store.close())
  let runs = 0
  const memory = await deltaMemory(
    { lasting: (name: string, versions: readonly string[]) => store.lasting(guid(0), name, versions) } as Context,
    'delta-users-1',
  )
  return {
    memory,
    async newRun() {
      const run = await store.create({ pipeline: 'delta', params: runs++, codeHash: 'same', resumable: true })
      const phase = await run.phase(onlyPhase)
      return { id: run.id, run: deltaRun({ store: phase.scope('source') } as unknown as Context) }
    },
    stage: (run: string, generation: number, ids: readonly (readonly [id: string, gone: boolean])[], isFull = false) =>
      memory.stage({
        isSaved: true,
        generation,
        state: { links: [`/users/delta?$deltatoken=${run}`], sinceMs: 1, run, files: [] },
        isFull,
        keys: ids.flatMap(([id, gone]) =>
          packed([id]).flatMap(piece => [...unpacked(piece)].map(key => ({ key, gone }))),
        ),
      }),
    async ids() {
      const all: string[] = []
      for await (const some of memory.ids()) all.push(...some)
      return all
    },
  }
}

t.test('ids, pairs of ids and other texts are kept as they are', async t => {
  const ids = [guid(1), `${guid(2)}/${guid(3)}`, guid(4).replace('4000', 'ABCD'), 'a name', '']
  const back = packed(ids).flatMap(piece => [...unpacked(piece)].map(idOfKey))
  t.strictSame(back.toSorted(), ids.toSorted())
})

t.test('what a run has staged is kept once it is saved, and not before', async t => {
  const { memory, stage, ids } = await bed(t)
  await stage(
    'one',
    0,
    [
      [guid(1), false],
      [guid(2), false],
    ],
    true,
  )
  t.strictSame([await memory.load(), await ids()], [undefined, []])
  await memory.save('one')
  t.match(await memory.load(), { run: 'one', generation: 1, links: ['/users/delta?$deltatoken=one'] })
  await stage('two', 1, [
    [guid(1), true],
    [guid(3), false],
  ])
  t.strictSame(await ids(), [guid(1), guid(2)])
  await memory.save('two')
  t.strictSame([(await memory.load())?.generation, await ids()], [2, [guid(2), guid(3)]])
  await stage('three', 2, [[guid(9), false]], true)
  await memory.save('three')
  t.strictSame(await ids(), [guid(9)])
})

t.test('a run saves nothing if another one was faster, or if it has staged nothing', async t => {
  const { memory, stage, ids } = await bed(t)
  await stage('one', 0, [[guid(1), false]], true)
  await memory.save('other')
  t.equal(await memory.load(), undefined)
  await memory.save('one')
  // Both began with the first generation.
  await stage('fast', 1, [[guid(2), false]])
  await memory.save('fast')
  await stage('slow', 1, [[guid(3), false]])
  await memory.save('slow')
  await memory.save('slow')
  t.match(await memory.load(), { run: 'fast', generation: 2 })
  t.strictSame(await ids(), [guid(1), guid(2)])
})

t.test('a link that has expired is known until another one is saved', async t => {
  const { memory, stage } = await bed(t)
  await stage('one', 0, [[guid(1), false]], true)
  await memory.save('one')
  await memory.expire(0)
  t.match(await memory.load(), { generation: 1, isExpired: false })
  await memory.expire(1)
  t.match(await memory.load(), { generation: 1, isExpired: true })
  await stage('two', 1, [[guid(1), false]], true)
  await memory.save('two')
  t.match(await memory.load(), { generation: 2, isExpired: false })
})

t.test('a run that another one has overtaken returns why it saves nothing', async t => {
  const { memory, stage } = await bed(t)
  const delta = async () => {
    const saved = await memory.load()
    return keptDelta('users', {}, async () => ({ memory, saved, changes: undefined }))
  }
  const run = (id: string): Context => ({ run: id }) as Context
  const [fast, slow, later] = [await delta(), await delta(), await delta()]
  await stage('fast', 0, [[guid(1), false]], true)
  t.equal(await fast.save(run('fast')), undefined)
  await stage('slow', 0, [[guid(2), false]], true)
  t.match(await slow.save(run('slow')), /^Run fast of the same delta ended first/)
  t.match(await later.save(run('staged nothing')), /^Run fast of the same delta ended first/)
  t.equal(await (await delta()).save(run('with failed rows')), undefined)
})

t.test('rows are counted by what earlier runs had, each key once, as it was noted last', async t => {
  const { memory, stage, newRun } = await bed(t)
  await stage(
    'one',
    0,
    [
      [guid(1), false],
      [guid(2), false],
      [guid(3), false],
    ],
    true,
  )
  await memory.save('one')
  const { run } = await newRun()
  run.add([guid(1), guid(4), guid(5)], false)
  run.add([guid(2), guid(6), guid(5)], true)
  t.strictSame(await countsOf(run, memory), { rows: { created: 1, updated: 1, removed: 3 }, known: 3 })
  t.equal(goneIn(run), 3)
  // As by a process that resumes the run and finds an object again.
  run.add([guid(5), guid(2)], false)
  t.strictSame(await countsOf(run, memory), { rows: { created: 2, updated: 2, removed: 1 }, known: 5 })
  t.equal(goneIn(run), 1)
})

t.test('entries of one object come together, in the order in which they came', async t => {
  const { newRun } = await bed(t)
  const { run } = await newRun()
  const entry = (n: number, at: number) => ({ id: guid(n), at })
  run.addEntries(0, [entry(2, 1), entry(1, 2)], ({ id }) => id)
  run.addEntries(1, [entry(3, 3)], ({ id }) => id)
  run.addEntries(0, [entry(2, 4)], ({ id }) => id)
  t.equal(run.next, undefined)
  run.end({ links: ['a', 'b'], sinceMs: 7, counted: 3 })
  t.strictSame(run.next, { links: ['a', 'b'], sinceMs: 7, counted: 3 })
  t.strictSame(
    [...run.objects(undefined, 2)],
    [
      [
        { id: guid(1), stream: 0, entries: [entry(1, 2)] },
        { id: guid(2), stream: 0, entries: [entry(2, 1), entry(2, 4)] },
      ],
      [{ id: guid(3), stream: 1, entries: [entry(3, 3)] }],
    ],
  )
  t.strictSame(
    [...run.objects(guid(2), 2)].flat().map(({ id }) => id),
    [guid(3)],
  )
})
