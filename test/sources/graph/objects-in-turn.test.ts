import t from 'tap'
import type { Read, Source } from '../../../src/core/parts.ts'
import type { Position } from '../../../src/core/row.ts'
import type { Entity } from '../../../src/sources/graph/listing.ts'
import { objectsInTurn, type ObjectsPlace } from '../../../src/sources/graph/objects-in-turn.ts'
import { partContext } from '../../contracts/part-context.ts'

/** Pages of ids. A page whose ids end in a question mark has no position. */
const sourceOf = (...pages: readonly string[]): Source<Entity> => ({
  kind: 'groups',
  async *read(_ctx, _shard, from) {
    for (const [nth, page] of pages.entries()) {
      if (nth < Number(from ?? 0)) continue
      const rows = page
        .replace('?', '')
        .split(' ')
        .filter(Boolean)
        .map(id => ({ key: id, value: { id } }))
      const read: Read<Entity> = page.endsWith('?') ? { rows } : { rows, position: (nth + 1) as Position }
      yield read
    }
  },
})
const read = async (source: Source<Entity>, place: ObjectsPlace = {}) => {
  const all: [string, ObjectsPlace][] = []
  for await (const { object, after } of objectsInTurn(partContext('/').ctx, source, place)) all.push([object.id, after])
  return all
}

t.test('a place is the position of the objects, and those passed since', async t => {
  t.strictSame(await read(sourceOf('a b', 'c?', 'd e', '', 'f')), [
    ['a', { passed: 1, last: 'a' }],
    ['b', { from: 1 }],
    ['c', { from: 1, passed: 1, last: 'c' }],
    ['d', { from: 1, passed: 2, last: 'd' }],
    ['e', { from: 3 }],
    ['f', { from: 5 }],
  ])
})

t.test('from each place on, the objects after it come', async t => {
  const source = sourceOf('a b c', 'd e?', 'f?', 'g h')
  const all = await read(source)
  for (const [at, [, after]] of all.entries())
    t.strictSame(await read(source, after), all.slice(at + 1), JSON.stringify(after))
})

t.test('if the last object is gone, all objects after the position are returned', async t => {
  const place = { from: 1, passed: 2, last: 'd' }
  t.strictSame(
    (await read(sourceOf('a b', 'c e f'), place)).map(([id]) => id),
    ['c', 'e', 'f'],
  )
  t.strictSame(
    (await read(sourceOf('a b', 'c?', 'e f'), place)).map(([id]) => id),
    ['c', 'e', 'f'],
  )
  t.strictSame(
    (await read(sourceOf('a b', 'c'), place)).map(([id]) => id),
    ['c'],
  )
  t.strictSame(
    (await read(sourceOf('a b', 'c d e'), place)).map(([id]) => id),
    ['e'],
  )
})

t.test('an object from which objects are repeated says how many', async t => {
  const repeatsOf = async (source: Source<Entity>, place: ObjectsPlace = {}) => {
    const all: unknown[] = []
    for await (const { object, repeats } of objectsInTurn(partContext('/').ctx, source, place))
      all.push(repeats === undefined ? object.id : [object.id, repeats])
    return all
  }
  const turning: Source<Entity> = {
    kind: 'groups',
    async *read() {
      const row = (id: string) => ({ key: id, value: { id } })
      yield { rows: [row('a'), row('b')] }
      yield { rows: [], repeats: 1 }
      yield { rows: [row('b'), row('c')] }
      yield { rows: [row('a')], repeats: 'all' }
    },
  }
  t.strictSame(await repeatsOf(turning), ['a', 'b', ['b', 1], 'c', ['a', 'all']])
  // The last object is gone, so those before it come again.
  t.strictSame(await repeatsOf(sourceOf('a b c'), { passed: 2, last: 'x' }), [['a', 2], 'b', 'c'])
})
