import t, { type Test } from 'tap'
import type { Context } from '../../src/core/context.ts'
import type { Shard, Read, Source } from '../../src/core/parts.ts'
import type { Key } from '../../src/core/row.ts'
import { isCut, type PageOrCut } from '../../src/engine/pages-and-cuts.ts'
import { ended, merge, type MergeOptions } from '../../src/engine/merge.ts'
import { uniqueKeys } from '../../src/engine/unique.ts'
import { openIdJournal } from '../../src/store/id-journal.ts'
import { join } from 'node:path'

const rows = (...keys: number[]): Read<number>['rows'] => keys.map(key => ({ key, value: key }))

const source = (shards: { readonly [name: string]: readonly Read<number>[] }): Source<unknown> => ({
  kind: 'list',
  async *read(_ctx, shard, from) {
    const pages = shards[shard.name]!
    for (const page of pages.slice(typeof from === 'number' ? from : 0)) yield page
  },
})

const run = async (options: Partial<MergeOptions> & Pick<MergeOptions, 'source' | 'shards'>): Promise<PageOrCut[]> => {
  const items: PageOrCut[] = []
  for await (const item of merge({
    shardsAtOnce: () => 4,
    rowsPerCut: Infinity,
    limit: Infinity,
    context: () => ({}) as Context,
    repeated: () => 0,
    cameAgain: () => undefined,
    settled: () => [],
    leaving: async () => undefined,
    signal: new AbortController().signal,
    left: () => undefined,
    cutMade: () => undefined,
    ...options,
  }))
    items.push(item)
  return items
}

const shown = (item: PageOrCut): unknown =>
  isCut(item) ? { cut: item.cut, positions: item.positions } : item.rows[0]!.key

const shards = (...names: string[]): Shard[] => names.map(name => ({ name }))
const keysOf = (items: readonly PageOrCut[], shard: string): unknown[] =>
  items.flatMap(item => (!isCut(item) && item.shard === shard ? item.rows.map(row => row.key) : []))

t.test('rows of a shard keep their order, whatever other shards do', async t => {
  const items = await run({
    source: source({ a: [{ rows: rows(1, 2) }, { rows: rows(3) }], b: [{ rows: rows(7) }, { rows: rows(8, 9) }] }),
    shards: shards('a', 'b'),
  })
  t.strictSame(keysOf(items, 'a'), [1, 2, 3])
  t.strictSame(keysOf(items, 'b'), [7, 8, 9])
})

t.test('at most the requested number of shards is open', async t => {
  let open = 0
  let most = 0
  const counting: Source<unknown> = {
    kind: 'counting',
    async *read() {
      most = Math.max(most, ++open)
      yield { rows: rows(1) }
      await Promise.resolve()
      yield { rows: rows(2) }
      open--
    },
  }
  const items = await run({ source: counting, shards: shards('a', 'b', 'c', 'd', 'e'), shardsAtOnce: () => 2 })
  t.equal(items.length, 10)
  t.equal(most, 2)
})

t.test('shards with more rows are read first, also those that remain of another one', async t => {
  const read: string[] = []
  const sized: Source<unknown> = {
    kind: 'sized',
    async *read(_ctx, { name }) {
      read.push(name)
      const rest = name === 'd' ? ['e:4', 'f:9', 'g'].map(sizedShard) : undefined
      yield { rows: [], ...(rest && { rest }) }
    },
  }
  await run({ source: sized, shards: ['a:2', 'b', 'c:5', 'd:9'].map(sizedShard), shardsAtOnce: () => 1 })
  t.strictSame(read, ['d', 'f', 'c', 'e', 'a', 'b', 'g'])
})

const sizedShard = (text: string): Shard => {
  const [name = '', rows] = text.split(':')
  return { name, ...(rows !== undefined && { rows: Number(rows) }) }
}

t.test('more shards are opened while others are read, when more may be', async t => {
  let width = 1
  let open = 0
  const seen: number[] = []
  const widening: Source<unknown> = {
    kind: 'widening',
    async *read() {
      open++
      for (let page = 0; page < 3; page++) {
        seen.push(open)
        yield { rows: rows(page) }
        width++
      }
      open--
    },
  }
  await run({ source: widening, shards: shards('a', 'b', 'c', 'd'), shardsAtOnce: () => width })
  t.equal(Math.max(...seen), 4)
})

t.test('how many shards are read is asked once after each page, not for each shard or piece', async t => {
  let asked = 0
  let open = 0
  const seen: number[] = []
  const inPieces: Source<unknown> = {
    kind: 'in-pieces',
    async *read() {
      open++
      for (let page = 0; page < 9; page++) {
        yield { rows: rows(1), unfinished: true }
        yield { rows: rows(2) }
      }
    },
  }
  const shardsAtOnce = (): number => {
    seen.push(open)
    return ++asked
  }
  await run({ source: inPieces, shards: shards('a', 'b', 'c', 'd', 'e', 'f'), shardsAtOnce })
  t.strictSame(seen, [0, 1, 2, 3, 4, 5])
})

t.test('a cut follows the page that completes its rows and records the position of the shard', async t => {
  const items = await run({
    source: source({ a: [1, 2, 3, 4].map(at => ({ rows: rows(at), position: at })) }),
    shards: shards('a'),
    rowsPerCut: 2,
  })
  t.strictSame(
    items.map(item =>
      isCut(item) ? { cut: item.cut, positions: item.positions, read: item.read } : item.rows[0]!.key,
    ),
    [1, 2, { cut: 1, positions: { a: 2 }, read: 2 }, 3, 4, { cut: 2, positions: { a: 4 }, read: 4 }],
  )
})

t.test('a cut of several shards waits until every shard has a position', async t => {
  const items = await run({
    source: source({
      a: [{ rows: rows(1) }, { rows: rows(2) }, { rows: rows(3), position: 3 }, { rows: rows(4), position: 4 }],
      b: [],
    }),
    shards: shards('a', 'b'),
    rowsPerCut: 2,
  })
  t.strictSame(items.map(shown), [1, 2, 3, { cut: 1, positions: { a: 3, b: ended } }, 4])
})

t.test('a cut of one shard also waits for a position, or for the end', async t => {
  const page = (at: number): Read<number> => ({ rows: rows(at), ...([2, 5, 6].includes(at) ? {} : { position: at }) })
  const items = await run({
    source: source({ a: [1, 2, 3, 4, 5, 6].map(page) }),
    shards: shards('a'),
    rowsPerCut: 2,
  })
  t.strictSame(items.map(shown), [
    1,
    2,
    3,
    { cut: 1, positions: { a: 3 } },
    4,
    5,
    6,
    { cut: 2, positions: { a: ended } },
  ])
})

t.test('shards of one page without a position allow a cut when they have ended', async t => {
  const items = await run({
    source: source({ a: [{ rows: rows(1) }], b: [{ rows: rows(2) }] }),
    shards: shards('a', 'b'),
    shardsAtOnce: () => 1,
    rowsPerCut: 1,
  })
  t.strictSame(items.map(shown), [
    1,
    { cut: 1, positions: { a: ended } },
    2,
    { cut: 2, positions: { a: ended, b: ended } },
  ])
})

t.test('a shard that has ended needs no position and is not read again', async t => {
  const items = await run({
    source: source({
      a: [{ rows: rows(1) }],
      b: [
        { rows: rows(2), position: 1 },
        { rows: rows(3), position: 2 },
      ],
    }),
    shards: shards('a', 'b'),
    shardsAtOnce: () => 1,
    rowsPerCut: 3,
  })
  const cut = items.find(isCut)!
  t.strictSame(cut.positions, { a: ended, b: 2 })
  const again = await run({
    source: source({ a: [{ rows: rows(1) }], b: [{ rows: rows(2) }, { rows: rows(3) }, { rows: rows(4) }] }),
    shards: shards('a', 'b'),
    from: { cut: 1, positions: cut.positions!, read: 3 },
  })
  t.strictSame(keysOf(again, 'a'), [])
  t.strictSame(keysOf(again, 'b'), [4])
})

t.test('a shard whose position is an object is read on from it', async t => {
  const from: unknown[] = []
  const linked: Source<unknown> = {
    kind: 'linked',
    async *read(_ctx, _shard, position) {
      from.push(position)
      yield { rows: rows(1) }
    },
  }
  await run({ source: linked, shards: shards('a', 'b'), from: { cut: 1, positions: { a: { link: '/x' } }, read: 1 } })
  t.strictSame(from, [{ link: '/x' }, undefined])
})

t.test('a limit ends in the middle of a page and closes the source', async t => {
  let closed = false
  const endless: Source<unknown> = {
    kind: 'endless',
    async *read() {
      try {
        for (let at = 0; ; at += 2) yield { rows: rows(at, at + 1) }
      } finally {
        closed = true
      }
    },
  }
  const items = await run({ source: endless, shards: shards('a'), limit: 3 })
  t.strictSame(keysOf(items, 'a'), [0, 1, 2])
  await new Promise(setImmediate)
  t.equal(closed, true)
})

t.test('a limit includes the rows of the earlier process', async t => {
  const items = await run({
    source: source({ a: [{ rows: rows(1, 2) }] }),
    shards: shards('a'),
    limit: 10,
    from: { cut: 3, positions: {}, read: 9 },
  })
  t.strictSame(keysOf(items, 'a'), [1])
})

t.test('rejected rows after the last row of a limit were not read', async t => {
  const said: { left: number; settled: (readonly Key[])[] } = { left: 0, settled: [] }
  const items = await run({
    source: source({ a: [{ rows: rows(1, 3, 5) }, { rows: rows(7, 9) }] }),
    shards: shards('a'),
    limit: 6,
    settled: () => (said.settled.length === 0 ? [2, 6] : [8, 10]),
    leaving: async (_shard, settled) => void said.settled.push(settled),
    left: more => void (said.left += more),
  })
  t.strictSame(keysOf(items, 'a'), [1, 3, 5, 7])
  t.strictSame(said, { left: 6, settled: [[2, 6], []] })
})

t.test('an abort ends the merge with its reason while a shard waits', async t => {
  const stop = new AbortController()
  const silent: Source<unknown> = {
    kind: 'silent',
    async *read() {
      yield { rows: rows(1) }
      stop.abort(new Error('enough'))
      await new Promise(() => undefined)
    },
  }
  await t.rejects(run({ source: silent, shards: shards('a'), signal: stop.signal }), { message: 'enough' })
})

t.test('an error of one shard ends the merge with that error', async t => {
  const broken: Source<unknown> = {
    kind: 'broken',
    async *read(_ctx, shard) {
      yield { rows: rows(1) }
      if (shard.name === 'b') throw new Error('b broke')
    },
  }
  await t.rejects(run({ source: broken, shards: shards('a', 'b') }), { message: 'b broke' })
})

t.test('results of a shard count from when its page is returned, not from when it was read ahead', async t => {
  const told: string[] = []
  const noting: Source<unknown> = {
    kind: 'noting',
    async *read() {
      for (const at of [1, 2]) {
        told.push(`read ${at}`)
        yield { rows: rows(at), position: at }
      }
    },
  }
  await run({
    source: noting,
    shards: shards('a'),
    rowsPerCut: 1,
    leaving: async () => void told.push('leaving'),
    cutMade: cut => void told.push(`cut ${cut}`),
  })
  t.ok(told.indexOf('cut 1') > told.indexOf('leaving'))
  t.equal(told.filter(word => word === 'leaving').length, 3)
})

/** Keys that never repeat, so that a cut may be made wherever a page ends. */
const unique: NonNullable<MergeOptions['unique']> = {
  fresh: (_shard, rows, settled) => ({ rows, settled, repeated: 0 }),
  placed: () => undefined,
  wasRead: () => [],
  distinct: () => 0,
  saved: () => ({ length: 0, checksum: 0 }),
}

t.test('no cut falls within a page that is returned in pieces, even if keys are unique', async t => {
  for (const more of [{}, { unique }]) {
    const items = await run({
      source: source({
        a: [
          { rows: rows(1, 2), unfinished: true },
          { rows: rows(3, 4), unfinished: true },
          { rows: rows(5), position: 3 },
          { rows: rows(6), position: 4 },
        ],
      }),
      shards: shards('a'),
      rowsPerCut: 2,
      ...more,
    })
    t.strictSame(items.map(shown), [1, 3, 5, { cut: 1, positions: { a: 3 } }, 6])
  }
})

/** Pages of three rows in three pieces. The first row of a page is a multiple of ten. */
const inPieces = (...keys: number[]): Read<number>[] =>
  keys.flatMap((key, at) => [
    { rows: rows(key), unfinished: true },
    { rows: rows(key + 1), unfinished: true },
    { rows: rows(key + 2), position: 3 * (at + 1) },
  ])

t.test(
  'a page in pieces is taken to its end before a page of another shard, so a cut is made where it is due',
  async t => {
    const items = await run({
      source: source({ a: inPieces(10, 20, 30, 40), b: inPieces(110, 120, 130, 140, 150), c: inPieces(210) }),
      shards: shards('a', 'b', 'c'),
      rowsPerCut: 4,
    })
    const pages = items.flatMap(item => (isCut(item) ? [] : [item.rows[0]!.key as number]))
    const begun = pages.filter(key => key % 10 === 0)
    t.strictSame(
      pages,
      begun.flatMap(key => [key, key + 1, key + 2]),
    )
    t.strictSame(
      begun.toSorted((a, b) => a - b),
      [10, 20, 30, 40, 110, 120, 130, 140, 150, 210],
    )
    const cuts = items.filter(isCut)
    t.strictSame(
      cuts.map(({ read }) => read),
      [6, 12, 18, 24, 30],
    )
    for (const { positions } of cuts)
      for (const [shard, position] of Object.entries(positions!))
        if (typeof position === 'number') t.equal(position % 3, 0, `${shard} is at the end of a page`)
  },
)

t.test('an error of a shard does not wait for the end of a page of another one', async t => {
  const stuck: Source<unknown> = {
    kind: 'stuck',
    async *read(_ctx, shard) {
      if (shard.name === 'a') {
        yield { rows: rows(1), unfinished: true }
        await new Promise(() => undefined)
      }
      await Promise.resolve()
      throw new Error('b broke')
    },
  }
  await t.rejects(run({ source: stuck, shards: shards('a', 'b') }), { message: 'b broke' })
})

t.test('a shard that ends within a page does not keep the others waiting', async t => {
  const items = await run({
    source: source({ a: [{ rows: rows(1), unfinished: true }], b: [{ rows: rows(7) }, { rows: rows(8) }] }),
    shards: shards('a', 'b'),
  })
  t.strictSame(keysOf(items, 'a'), [1])
  t.strictSame(keysOf(items, 'b'), [7, 8])
})

const named = (...keys: string[]): Read<string>['rows'] => keys.map(key => ({ key, value: key }))
const uniqueIn = (t: Test) => uniqueKeys(openIdJournal(join(t.testdir(), 'ids'), 0), 'list')
const list = (pages: Readonly<Record<string, readonly Read<string>[]>>): Source<unknown> => ({
  kind: 'list',
  keys: 'unique',
  async *read(_ctx, shard, from) {
    for (const page of pages[shard.name]!.slice(typeof from === 'number' ? from : 0)) yield page
  },
})

t.test(
  'a row with a repeated key is dropped and counted, within a page, in a later page, and in another shard',
  async t => {
    const again: number[] = []
    const items = await run({
      source: list({
        a: [{ rows: named('1', '2', '1') }, { rows: named('2', '3') }],
        b: [{ rows: named('3', '4', '1') }],
      }),
      shards: shards('a', 'b'),
      shardsAtOnce: () => 1,
      unique: uniqueIn(t),
      cameAgain: count => void again.push(count),
    })
    t.strictSame(keysOf(items, 'a'), ['1', '2', '3'])
    t.strictSame(keysOf(items, 'b'), ['4'])
    t.strictSame(again, [1, 1, 0, 2, 0])
  },
)

t.test('with unique keys a cut waits for no position: the shard resumes at its last one, or at its start', async t => {
  const unique = uniqueIn(t)
  const items = await run({
    source: list({
      a: [{ rows: named('1') }, { rows: named('2'), position: 2 }, { rows: named('3') }, { rows: named('4') }],
    }),
    shards: shards('a'),
    rowsPerCut: 1,
    unique,
  })
  t.strictSame(
    items.filter(isCut).map(({ positions, ids }) => ({ positions, length: ids?.length })),
    [
      { positions: {}, length: 1 },
      { positions: { a: 2 }, length: 2 },
      { positions: { a: 2 }, length: 3 },
      { positions: { a: 2 }, length: 4 },
    ],
  )
})

t.test('repeated rows count neither towards the limit nor as rows of a cut', async t => {
  const items = await run({
    source: list({ a: [{ rows: named('1', '1') }, { rows: named('1', '2') }, { rows: named('2', '3', '4') }] }),
    shards: shards('a'),
    rowsPerCut: 2,
    limit: 3,
    unique: uniqueIn(t),
  })
  t.strictSame(
    items.map(item => (isCut(item) ? item.read : item.rows.map(({ key }) => key))),
    [['1'], ['2'], 2, ['3']],
  )
})

t.test('a rejected row that is repeated is rejected once', async t => {
  const settled: (readonly Key[])[] = []
  const counted: number[] = []
  let page = 0
  await run({
    source: list({ a: [{ rows: named('1') }, { rows: named('3') }] }),
    shards: shards('a'),
    unique: uniqueIn(t),
    settled: () => [['2', '2'], ['2', '4'], []][page++]!,
    leaving: async (_shard, keys) => void settled.push(keys),
    left: count => void counted.push(count),
  })
  t.strictSame(settled, [['2'], ['4'], []])
  t.strictSame(counted, [2, 2, 0])
})

t.test('a unique key must be a string', async t => {
  await t.rejects(
    run({
      source: { ...source({ a: [{ rows: rows(7) }] }), keys: 'unique' },
      shards: shards('a'),
      unique: uniqueIn(t),
    }),
    {
      code: 'PIPELINE_INVALID',
      message: 'The source list has unique keys, so each key must be text, got the number 7.',
    },
  )
})

t.test('a shard ends with the page that names its remaining shards, and those are read too', async t => {
  const closed: string[] = []
  const splitting: Source<unknown> = {
    kind: 'splitting',
    async *read(_ctx, { name }) {
      try {
        yield { rows: rows(name.length), ...(name.length < 3 && { rest: shards(`${name}a`, `${name}b`) }) }
        if (name.length < 3) yield { rows: rows(99) }
      } finally {
        closed.push(name)
      }
    },
  }
  const divided: number[] = []
  const items = await run({
    source: splitting,
    shards: shards('a'),
    rowsPerCut: 1,
    divided: many => void divided.push(many),
  })
  t.strictSame(items.flatMap(item => (isCut(item) ? [] : [item.shard])).sort(), [
    'a',
    'aa',
    'aaa',
    'aab',
    'ab',
    'aba',
    'abb',
  ])
  t.strictSame(closed.toSorted(), ['a', 'aa', 'aaa', 'aab', 'ab', 'aba', 'abb'])
  const cuts = items.filter(isCut)
  t.strictSame(cuts[0]?.shards, shards('aa', 'ab'))
  t.strictSame(cuts[0]?.positions, {})
  t.strictSame(cuts.at(-1)?.shards, shards('aaa', 'aab', 'aba', 'abb'))
  t.strictSame(divided, [2, 3, 4])
})

t.test('two shards of one name, which would share a position, are refused before a row is read', async t => {
  const reading: Source<unknown> = {
    kind: 'twins',
    async *read() {
      t.fail('nothing is read')
    },
  }
  await t.rejects(run({ source: reading, shards: shards('a', 'b', 'a') }), {
    code: 'PIPELINE_INVALID',
    message: 'The source twins has two shards with the name a.',
  })
})

t.test('remaining shards have their own names', async t => {
  await t.rejects(run({ source: source({ a: [{ rows: rows(1), rest: shards('a') }] }), shards: shards('a') }), {
    code: 'PIPELINE_INVALID',
    message: 'The source list has two shards with the name a.',
  })
})

t.test('the late shard is read after all others, once, and a run that is resumed in it continues there', async t => {
  const pages = (...keys: number[]) => keys.map(key => ({ rows: rows(key), position: key }))
  const late = { name: 'late' }
  const options = {
    source: source({ a: pages(1, 2), b: pages(3), late: pages(4, 5) }),
    late,
    rowsPerCut: 2,
  }
  const items = await run({ ...options, shards: shards('a', 'b'), shardsAtOnce: () => 2 })
  const read = items.flatMap(item => (isCut(item) ? [] : item.rows.map(({ key }) => key)))
  t.strictSame(read.toSorted(), [1, 2, 3, 4, 5])
  t.strictSame(read.slice(-2), [4, 5])
  const cut = items.filter(isCut).at(-1)!
  t.strictSame(cut.shards, shards('a', 'b', 'late'))
  const again = await run({
    ...options,
    shards: shards('a', 'b', 'late'),
    from: { cut: 1, positions: { a: ended, b: ended, late: 1 }, read: 4 },
  })
  t.strictSame(keysOf(again, 'late'), [5])
  const limited = await run({ ...options, shards: shards('a', 'b'), limit: 3 })
  t.strictSame(keysOf(limited, 'late'), [])
})
