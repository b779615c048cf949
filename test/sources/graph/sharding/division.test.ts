import t from 'tap'
import { divided, isDivisible, packed } from '../../../../src/sources/graph/sharding/division.ts'
import { shardKeys } from '../../../../src/sources/graph/sharding/shard-key.ts'

const key = { property: 'key', characters: 'abcd', ends: true, nullable: true }

t.test('a whole is divided by first characters and what has none, a part by those that follow', t => {
  t.strictSame(divided(key, { rows: 9 }, 99), [
    ...[...'abcd'].map(start => ({ starts: [start], rows: 0 })),
    { isNull: true, rows: 0 },
  ])
  t.strictSame(divided({ ...key, later: '@' }, { starts: ['a'], rows: 9 }, 99), [
    ...[...'abcd@'].map(next => ({ starts: [`a${next}`], rows: 0 })),
    { equals: ['a'], rows: 0 },
  ])
  t.strictSame(divided({ ...key, ends: false, nullable: false }, { rows: 9 }, 2), [
    { starts: ['a', 'c'], rows: 0 },
    { starts: ['b', 'd'], rows: 0 },
  ])
  t.end()
})

t.test('a part of several starts is divided among them', t => {
  t.strictSame(divided(key, { starts: ['a', 'b', 'c'], equals: ['x'], rows: 9 }, 2), [
    { starts: ['a', 'c'], rows: 0 },
    { starts: ['b'], equals: ['x'], rows: 0 },
  ])
  t.end()
})

t.test('no part has more than 15 clauses', t => {
  for (const by of [shardKeys.user, shardKeys.group, shardKeys.device])
    for (const range of [{ rows: 9 }, { starts: ['a'], rows: 9 }])
      for (const { starts = [], equals = [] } of divided(by, range, 1)) t.ok(starts.length + equals.length <= 15)
  t.end()
})

t.test('no character stands twice in a key', t => {
  for (const { characters } of [shardKeys.user, shardKeys.group, shardKeys.device])
    t.equal(new Set(characters).size, characters.length)
  t.end()
})

t.test('small parts are joined, large ones are divided later, and empty ones go where there is room', t => {
  const parts = [
    { starts: ['a'], rows: 7 },
    { starts: ['b'], rows: 500 },
    { starts: ['c'], rows: 0 },
    { equals: ['d'], rows: 4 },
    { starts: ['e'], rows: 90 },
    { equals: ['f'], rows: 300 },
    { isNull: true as const, rows: 0 },
  ]
  t.strictSame(packed(parts, 100, false), [
    { starts: ['b'], rows: 500, perPart: 100 },
    { starts: ['c'], equals: ['f'], rows: 300 },
    { starts: ['e', 'a'], rows: 97 },
    { equals: ['d'], rows: 4 },
    { isNull: true, rows: 0 },
  ])
  const empty = [...'0123456789abcdefgh'].map(start => ({ starts: [start], rows: start === '0' ? 1 : 0 }))
  t.strictSame(
    [true, false].map(keeps => packed(empty, 100, keeps).map(({ starts }) => starts!.length)),
    [[15, 3], [15]],
  )
  t.end()
})

t.test('what is left out, what has no key, and what has equal keys is not divided', t => {
  t.strictSame(
    [
      { rows: 1 },
      { starts: ['a'], rows: 1 },
      { starts: ['a'], equals: ['b'], rows: 1 },
      { equals: ['a'], rows: 1 },
      { not: { starts: ['a'] }, rows: 1 },
      { isNull: true as const, rows: 1 },
      { starts: ['x'.repeat(60)], rows: 1 },
    ].map(isDivisible),
    [true, true, true, false, false, false, false],
  )
  t.end()
})
