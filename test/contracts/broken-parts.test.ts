import t from 'tap'
import { sourceContract } from '../../src/contracts/source.ts'
import { transformContract } from '../../src/contracts/transform.ts'
import type { Source, Transform } from '../../src/core/parts.ts'
import type { Key, Row } from '../../src/core/row.ts'
import { broken } from './broken.ts'

const rows: readonly Row<unknown>[] = Array.from({ length: 30 }, (_, at) => ({ key: at + 1, value: { n: at } }))

/** Numbers in pages of five; a position is the number of rows read. */
const numbers = (more: Partial<Source<unknown>> = {}): Source<unknown> => ({
  kind: 'numbers',
  describe: async () => ({ rows: 30 }),
  async *read(_ctx, _shard, from) {
    for (let at = typeof from === 'number' ? from : 0; at < rows.length; at += 5)
      yield { rows: rows.slice(at, at + 5), position: at + 5 }
  },
  ...more,
})

const fromStart = 'read from the position of a page, it gives the rows after that page'
const onceEach = 'a run interrupted twice and resumed reads each row once'

const sources: readonly (readonly [string, () => Source<unknown>, readonly string[]])[] = [
  ['nothing is wrong', () => numbers(), []],
  [
    'it is not described the same twice',
    () => numbers({ describe: async () => ({ at: Math.random() }) }),
    // A run of other words about itself is another run, so nothing is resumed: its rows still come once.
    ['it describes itself as JSON, the same each time'],
  ],
  [
    'nothing is wrong with rows that come again, where keys are unique, and with a shard that names what remains of it',
    () =>
      numbers({
        keys: 'unique',
        async *read(_ctx, { name }, from) {
          for (let at = typeof from === 'number' ? from : 0; at < rows.length; at += 5) {
            const page = rows.slice(Math.max(0, at - 2), at + 5).map(({ key, value }) => ({ key: `${key}`, value }))
            if ((name === 'later') !== at >= 10) continue
            yield { rows: page, position: at + 5, ...(name === 'numbers' && at === 5 && { rest: [{ name: 'later' }] }) }
          }
        },
      }),
    [],
  ],
  ['its unique keys are numbers', () => numbers({ keys: 'unique' }), ['unique keys are text', onceEach]],
  [
    'it refuses its own input',
    () => numbers({ check: () => Promise.reject(new Error('no')) }),
    ['its options and inputs pass its own check', onceEach],
  ],
  [
    'two shards have one name',
    () => numbers({ split: async () => [{ name: 'a' }, { name: 'a' }] }),
    ['its shards have unique names', onceEach],
  ],
  [
    'a key comes twice',
    () =>
      numbers({
        async *read() {
          yield { rows: [rows[0]!], position: 1 }
          yield { rows: [rows[0]!], position: 2 }
        },
      }),
    ['a key is text or a whole number, and comes once in a shard unless the run drops repeated rows', fromStart],
  ],
  [
    'its position forgets the last row',
    () =>
      numbers({
        async *read(_ctx, _shard, from) {
          for (let at = typeof from === 'number' ? from : 0; at < rows.length; at += 5)
            yield { rows: rows.slice(at, at + 5), position: at + 4 }
        },
      }),
    [fromStart, onceEach],
  ],
  [
    'it ignores its position',
    () =>
      numbers({
        async *read() {
          for (let at = 0; at < rows.length; at += 5) yield { rows: rows.slice(at, at + 5), position: at + 5 }
        },
      }),
    [fromStart, onceEach],
  ],
]

for (const [what, make, rules] of sources)
  t.test(`of a source the contract notices that ${what}`, async t =>
    t.strictSame(await broken(sourceContract({ make })), rules),
  )

type Any = Transform<never, unknown>
const passed = (step: (row: Row<{ n: number }>) => unknown): Any =>
  ({ kind: 'tested', open: () => step }) as unknown as Any

const notAnObject = 'a row that is not an object does not end the run and changes no other row'

const transforms: readonly (readonly [string, () => Any, readonly string[]])[] = [
  ['nothing is wrong', () => passed(row => row), []],
  ['it changes its rows', () => passed(row => ((row.value.n = 0), row)), ['it does not change its input rows']],
  [
    'it gives rows other names',
    () => passed(({ key, value }) => ({ key: `x${key}`, value })),
    [notAnObject, 'the key of an output row is derived from an input row, and unique'],
  ],
  [
    'it projects other values than those of its rows',
    () =>
      ({
        kind: 'tested',
        project: () => [{ name: 'n', read: () => 0 }],
        open: () => (row: Row<{ n: number }>) => ({ key: row.key, value: { n: row.value.n } }),
      }) as unknown as Any,
    ['columns that it projects have the values of its rows'],
  ],
  [
    'it looks at whole pages only',
    () =>
      ({ kind: 'tested', open: () => ({ page: (page: readonly Row<unknown>[]) => page.slice(1) }) }) as unknown as Any,
    ['the size of pages makes no difference'],
  ],
  [
    'it forgets its state',
    () => {
      const open = () => {
        const seen = new Set<Key>()
        return {
          page: (page: readonly Row<{ n: number }>[]) =>
            page.filter(({ value }) => !seen.has(value.n % 12) && seen.add(value.n % 12)),
        }
      }
      return { kind: 'tested', open } as unknown as Any
    },
    [notAnObject, 'a run interrupted twice and resumed gives the same rows as an uninterrupted one'],
  ],
  [
    'its state grows with the rows',
    () => {
      const open = () => {
        const texts: string[] = []
        return {
          page: (page: readonly Row<unknown>[]) => (texts.push(...page.map(() => 'x'.repeat(9000))), page),
          save: () => texts,
        }
      }
      return { kind: 'tested', open } as unknown as Any
    },
    ['its saved state is small, and survives JSON'],
  ],
  [
    'a row that failed comes out all the same',
    () =>
      ({
        kind: 'tested',
        open: (ctx: { settled: (result: object) => void }) => (row: Row<{ n: number }>) => {
          if (row.value.n === 3) ctx.settled({ key: row.key, operation: 'tested', outcome: 'failed' })
          return row
        },
      }) as unknown as Any,
    ['a failed row is not in the output, and fails once'],
  ],
]

for (const [what, make, rules] of transforms)
  t.test(`of a transform the contract notices that ${what}`, async t =>
    t.strictSame(
      await broken(transformContract({ make, values: rows.map(({ value }) => structuredClone(value)) })),
      rules,
    ),
  )
