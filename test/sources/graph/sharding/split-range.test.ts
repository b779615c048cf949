import t from 'tap'
import type { Range } from '../../../../src/sources/graph/sharding/range.ts'
import { splitRange } from '../../../../src/sources/graph/sharding/split-range.ts'

const key = { property: 'key', characters: 'abc', ends: true, nullable: true }

type Key = string | null

/** Whether a key is in a part. As in Graph, an object without a key is in none that asks for its beginning, or for another one. */
const isIn = (key: Key, { starts, equals, not, isNull }: Range): boolean => {
  if (key === null) return isNull === true || !(starts ?? equals ?? not)
  const among = (some: Pick<Range, 'starts' | 'equals'>): boolean =>
    (some.starts ?? []).some(start => key.startsWith(start)) || (some.equals ?? []).includes(key)
  return (
    isNull !== true &&
    ((!starts && !equals) || among({ ...(starts && { starts }), ...(equals && { equals }) })) &&
    !(not && among(not))
  )
}

/** Splits a listing. `keysAt` are its keys each time that it is counted. */
const split = async (
  keysAt: readonly (readonly Key[])[],
  range: Range,
  perPart: number,
  canRead: (part: Range) => boolean = () => true,
) => {
  let counted = 0
  const parts = await splitRange(
    {
      key,
      canRead,
      count: async asked => {
        const keys = keysAt[Math.min(counted++, keysAt.length - 1)]!
        return asked.map(part => keys.filter(key => isIn(key, part)).length)
      },
    },
    range,
    perPart,
  )
  return { parts, counted }
}

const times = (many: number, key: Key): readonly Key[] => Array.from({ length: many }, () => key)

t.test('parts that add up stand after one count, the largest first', async t => {
  const keys = [...times(5, 'ab'), ...times(2, 'b'), ...times(30, 'c'), null]
  t.strictSame(await split([keys], { rows: 38 }, 10), {
    parts: [
      { starts: ['c'], rows: 30, perPart: 10 },
      { starts: ['a', 'b'], rows: 7 },
      { isNull: true, rows: 1 },
    ],
    counted: 1,
  })
  t.strictSame((await split([keys], { starts: ['a'], rows: 5 }, 2)).parts, [{ starts: ['ab'], rows: 5, perPart: 2 }])
})

t.test('a listing that changes is counted again', async t => {
  const { counted, parts } = await split([[...times(3, 'a'), '?'], times(3, 'a')], { rows: 4 }, 10)
  t.strictSame(
    [counted, parts],
    [
      2,
      [
        { starts: ['a', 'b', 'c'], rows: 3 },
        { isNull: true, rows: 0 },
      ],
    ],
  )
})

t.test('keys that begin with other characters are in a part of their own', async t => {
  const keys = [...times(5, 'a'), ...times(4, 'ä'), ...times(3, 'b'), null, null]
  const { parts, counted } = await split([keys], { rows: 14 }, 4)
  t.strictSame(parts, [
    { starts: ['a'], rows: 5 },
    { not: { starts: ['a', 'b'], equals: [] }, rows: 4 },
    { starts: ['b'], rows: 3 },
    { isNull: true, rows: 2 },
  ])
  t.equal(counted, 4, 'twice again, and once with the rest')
  for (const key of ['a', 'b', 'ä', 'zebra', '', null, 'cc'])
    t.equal(parts!.filter(part => isIn(key, part)).length, 1, `${key}`)
})

t.test('the rest leaves out as many parts as one query can name, and has the others', async t => {
  const keys = [...times(5, 'a'), ...times(4, 'b'), ...times(3, 'c'), 'ä']
  const canRead = ({ not }: Range): boolean => (not?.starts?.length ?? 0) <= 2
  t.strictSame((await split([keys], { rows: 13 }, 5, canRead)).parts, [
    { starts: ['a'], rows: 5 },
    { starts: ['b'], rows: 4 },
    { not: { starts: ['a', 'b'], equals: [] }, rows: 4 },
    { isNull: true, rows: 0 },
  ])
})

t.test(
  'a part is read as a whole if its parts do not add up, if most is in the rest, and if something is not counted',
  async t => {
    const keys = [...times(5, 'a'), ...times(4, 'ä')]
    t.equal((await split([keys], { rows: 9 }, 2, ({ not }) => not === undefined)).parts, undefined, 'no advanced query')
    t.equal((await split([['a', ...times(20, 'ä')]], { rows: 21 }, 2)).parts, undefined, 'most is in the rest')
    const lost = async (asked: readonly Range[]) => asked.map((part, at) => (at === 0 ? 9 : part.not ? 0 : 1))
    const setting = { key, canRead: () => true }
    t.equal(await splitRange({ ...setting, count: lost }, { rows: 9 }, 2), undefined, 'some are nowhere')
    const some = async (asked: readonly Range[]) => asked.map((_, at) => (at === 1 ? undefined : 1))
    t.equal(await splitRange({ ...setting, count: some }, { rows: 9 }, 2), undefined, 'one count is refused')
  },
)

t.test('as many as have changed between two counts may be missing', async t => {
  const before = [...times(6, 'a'), ...times(4, 'ä')]
  const after = [...times(4, 'a'), ...times(4, 'ä')]
  let at = 0
  const count = async (asked: readonly Range[]) => {
    const keys = at++ < 3 ? before : after
    // Two moved while they were counted.
    return asked.map((part, nth) => keys.filter(key => isIn(key, part)).length + (nth === 0 ? 2 : 0))
  }
  t.strictSame(
    (await splitRange({ key, canRead: () => true, count }, { rows: 12 }, 4))?.map(({ rows }) => rows),
    [4, 4, 0],
  )
})
