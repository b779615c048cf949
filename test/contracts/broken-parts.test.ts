import t from 'tap'
import { sourceContract } from '../../src/contracts/source.ts'
import { transformContract } from '../../src/contracts/transform.ts'
import type { Context } from '../../src/core/context.ts'
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

const noChange = 'its first run has everything, and a later one nothing if nothing has changed'
const onlyChanges = 'a later run has only the rows that have changed, and the next one not these again'
const whileEnding = 'what changes while a run ends is in the next one'
const unpublished = 'changes whose output is not published are reported once more'
const withFailures = 'changes of a run of which rows failed are reported once more'
const onceChanged = 'a run of changes that is interrupted and resumed has each once'
const untracked = 'options whose changes nobody reports are refused at once'
const hasCase = 'if it keeps where the next run continues, its case changes what it reads'

/** A journal of keys; a state is how many of them were reported. Each store has a state of its own. */
const journal = () => {
  const entries = Array.from({ length: 12 }, (_, at) => `first-${at}`)
  const states = new WeakMap<object, number>()
  const staged = new Map<string, number>()
  const kept = (ctx: Context): object => ctx.environment
  const make = (
    faults: { readonly early?: true; readonly never?: true; readonly always?: true; readonly all?: true } = {},
  ): Source<unknown> => {
    let begun = 0
    let until = 0
    const begin = (ctx: Context): void => {
      begun = faults.all ? 0 : (states.get(kept(ctx)) ?? 0)
      until = entries.length
    }
    return {
      kind: 'journal',
      keys: 'unique',
      async describe(ctx) {
        return { from: states.get(kept(ctx)) ?? 0 }
      },
      async split(ctx) {
        begin(ctx)
        return [{ name: 'journal', range: [begun, until] }]
      },
      async *read(ctx, shard, from) {
        const [first, last] = shard.range as readonly [number, number]
        until = last
        for (let at = typeof from === 'number' ? from : first; at < last; at++)
          yield { rows: [{ key: entries[at]!, value: {} }], position: at + 1 }
      },
      delta: {
        begin: async () => [],
        facts: async () => ({ facts: { kind: 'changes', to: new Date(0).toISOString(), removed: 0 } }),
        async stage(ctx, { counts }) {
          if (counts.failed === 0 || faults.always) staged.set(ctx.run, until)
          if (faults.early) states.set(kept(ctx), until)
          return []
        },
        async save(ctx) {
          const state = staged.get(ctx.run)
          if (!faults.never && state !== undefined) states.set(kept(ctx), state)
          return undefined
        },
      },
    }
  }
  let added = 0
  const change = async (): Promise<readonly string[]> => {
    const keys = [`change-${++added}`, `change-${++added}`]
    entries.push(...keys)
    return keys
  }
  return { make, change }
}

for (const [what, faults, rules] of [
  ['nothing is wrong', {}, []],
  ['it saves before the output is published', { early: true }, [unpublished, withFailures]],
  ['it saves although rows failed', { always: true }, [withFailures]],
  ['it never saves', { never: true }, [noChange, onlyChanges, whileEnding, unpublished, withFailures, onceChanged]],
  [
    'it reads everything each time',
    { all: true },
    [noChange, onlyChanges, whileEnding, unpublished, withFailures, onceChanged],
  ],
] as const)
  t.test(`of a source of changes, if ${what}, just these rules are broken: ${rules.length}`, async t => {
    const { make, change } = journal()
    const found = await broken(sourceContract({ make: () => make(faults), delta: { change } }))
    t.strictSame(found, rules)
  })

t.test('a source of changes needs a case that changes something, and one that refuses what nobody reports', async t => {
  const { make, change } = journal()
  t.strictSame(await broken(sourceContract({ make: () => make() })), [hasCase])
  t.strictSame(
    await broken(sourceContract({ make: () => numbers(), delta: { change } })).then(names => names.includes(hasCase)),
    true,
  )
  t.strictSame(await broken(sourceContract({ make: () => make(), delta: { change, untracked: [() => make()] } })), [
    untracked,
  ])
})
