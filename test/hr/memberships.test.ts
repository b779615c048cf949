import { join } from 'node:path'
import t, { type Test } from 'tap'
import { membership, membershipMemory } from '../../src/hr/memberships.ts'
import { memoryTables } from '../../src/hr/tables.ts'
import { openDatabase } from '../../src/store/database.ts'

const { before, given, begun } = membership

/** A memory, and what it has of a membership. @param known what it has at first */
const scene = (t: Test, known?: number) => {
  const database = openDatabase(join(t.testdir({}), 'memory.sqlite'), { versions: memoryTables })
  t.teardown(() => database.close())
  if (known !== undefined) database.sql.prepare('insert into memberships values (?, ?, ?)').run('1', 'Sales', known)
  const memory = membershipMemory(database)
  return {
    begin: () => memory.begin('1', 'Sales'),
    added: (outcome: string, isRefused = false) => memory.added('1', 'Sales', outcome, isRefused),
    removed: (outcome: string) => memory.removed('1', 'Sales', outcome),
    found: () => memory.of('1').map(({ given }) => given),
  }
}

t.test('what was added is given, and what was there before is not', async t => {
  for (const [known, outcome, found] of [
    [undefined, 'done', [given]],
    [begun, 'done', [given]],
    [undefined, 'unchanged', [before]],
    [before, 'unchanged', [before]],
    [given, 'unchanged', [given]],
    [undefined, 'failed', []],
    [given, 'failed', [given]],
  ] as const) {
    const { added, found: now } = scene(t, known)
    added(outcome)
    t.strictSame(now(), found, `${known} ${outcome}`)
  }
})

t.test('a membership whose reply was lost is begun, and given as soon as it is seen', async t => {
  const { begin, added, found } = scene(t)
  begin()
  added('unknown')
  t.strictSame(found(), [begun])
  added('failed')
  t.strictSame(found(), [begun], 'a later run that did not send it says nothing about it')
  added('unchanged')
  t.strictSame(found(), [given])
  begin()
  t.strictSame(found(), [given])
})

t.test('a membership that was refused is not begun', async t => {
  const { begin, added, found } = scene(t)
  begin()
  added('failed', true)
  t.strictSame(found(), [])
})

t.test('a membership that was not removed is taken by the next run', async t => {
  const { removed, found } = scene(t, begun)
  removed('failed')
  t.strictSame(found(), [given])
  removed('unchanged')
  t.strictSame(found(), [])
})
