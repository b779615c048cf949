import t from 'tap'
import { EntrapipeError, isCode } from '../../src/core/errors.ts'
import type { Fields } from '../../src/core/json.ts'
import type { Sink, Source, Transform } from '../../src/core/parts.ts'
import type { Plan } from '../../src/engine/plan.ts'
import { presets } from '../../src/data/presets/presets.ts'
import { csv } from '../../src/sinks/csv.ts'
import { json } from '../../src/sinks/json.ts'
import { jsonl } from '../../src/sinks/jsonl.ts'
import { filter } from '../../src/transforms/filter.ts'
import { map } from '../../src/transforms/map.ts'
import { pick } from '../../src/transforms/pick.ts'
import { preset } from '../../src/transforms/preset.ts'
import { rename } from '../../src/transforms/rename.ts'
import { anyValue, random } from '../formats/random.ts'
import { bed } from './plan-bed.ts'

type Steps = readonly Transform<never, unknown>[]

/** Names that an object treats specially, paths, and names that look like paths. */
const oddNames = ['id', 'a', 'a/b', 'a/c/d', '2024', '7', '__proto__', 'constructor', 'toString', 'x y', 'n,"\n']

const circular: Record<string, unknown> = { id: 'cycle' }
circular['a'] = { b: circular }

/** Rows that hold any value under any of the names, and some that no row should be. */
const rowsOf = (names: readonly string[], seed: number, isOdd: boolean): readonly unknown[] => {
  const next = random(seed)
  const value = (): unknown => {
    const made = anyValue(next)
    // A sink that writes JSON refuses these, and csv leaves them out: both are tried with odd rows alone.
    return typeof made === 'function' || typeof made === 'symbol' ? '12345678901234567890' : made
  }
  return Array.from({ length: 120 }, (_, at) => {
    if (isOdd && at % 17 === 5)
      return [null, undefined, 'text', 7, ['a', 1], circular, { id: 1n, a: { b: 1n } }][at % 7]
    if (isOdd && at % 13 === 4)
      return { id: 'zero\0byte', a: { b: () => 1 }, groupTypes: [], '@odata.type': { toString: 1 } }
    const row: Record<string, unknown> = {}
    for (const name of names)
      if (next() < 0.8)
        Object.defineProperty(row, name, { value: value(), enumerable: true, writable: true, configurable: true })
    if (at % 3 === 0) row['a'] = { b: value(), c: at % 2 === 0 ? { d: value() } : null }
    return row
  })
}

/** The rows in pages of ten. The first time it is read, it fails after some. */
const sourceOf = (values: readonly unknown[], failsAfter: number): Source<unknown> => {
  let stop = failsAfter
  return {
    kind: 'given',
    async *read(_ctx, _shard, from) {
      for (let at = typeof from === 'number' ? from : 0; at < values.length; at += 10) {
        if (at >= stop) {
          stop = Infinity
          throw new EntrapipeError('INTERRUPTED', 'Stopped in the middle.')
        }
        yield { rows: values.slice(at, at + 10).map((value, n) => ({ key: at + n + 1, value })), position: at + 10 }
      }
    },
  }
}

/** Its rows are always made. */
const making = (transform: Transform<never, unknown>): Transform<never, unknown> => {
  const { project: _, ...rest } = transform
  return rest
}

const sinks: Readonly<Record<string, (to: string, names: readonly string[]) => Sink<never>>> = {
  csv: to => csv({ to: `${to}.csv` }),
  'csv, all quoted': to => csv({ to: `${to}.csv`, quotes: 'all', eol: 'crlf' }),
  'csv, long delimiter': (to, names) => csv({ to: `${to}.csv`, delimiter: '||', columns: [...names, 'more'] }),
  'csv, for Excel': (to, names) =>
    csv({ to: `${to}.csv`, excel: ';', formulaGuard: true, columns: names.toReversed() }),
  'csv, one column': (to, names) =>
    csv({ to: `${to}.csv`, columns: names.slice(0, 1), emptyColumns: names.slice(0, 1) }),
  jsonl: to => jsonl({ to: `${to}.jsonl` }),
  'jsonl, compressed': (to, names) => jsonl({ to: `${to}.jsonl.gz`, columns: [...names.toReversed(), 'constructor'] }),
  json: to => json({ to: `${to}.json` }),
  'json, columns': (to, names) => json({ to: `${to}.json`, columns: [...names, '2023'], eol: 'crlf' }),
}

const chains: Readonly<Record<string, { readonly make: () => Steps; readonly reads: readonly string[] }>> = {
  ...Object.fromEntries(
    presets.map(({ of, name }) => {
      const { layout } = preset(of, name)
      return [
        `${of} ${name}`,
        { make: () => [preset(of, name).layout], reads: layout.reads!.map(column => column.name) },
      ]
    }),
  ),
  'a preset with more columns, renamed': {
    make: () =>
      [
        preset('users', 'portal-users', ['a/b']).layout,
        rename({ mail: '__proto__', 'a/b': '2024', userPrincipalName: 'constructor', 'displayName?': 'n' }),
      ] as Steps,
    reads: [...preset('users', 'portal-users').listing.select, 'a/b'],
  },
  'every odd name': { make: () => [pick(...oddNames.map(name => `${name}?`))], reads: oddNames },
  'columns twice, and none of them': { make: () => [pick('id', 'a/b', 'id', 'none?')], reads: ['id', 'a'] },
  'picked, renamed, picked, renamed': {
    make: () =>
      [
        pick('a', '7', 'id', '__proto__'),
        rename({ a: 'toString', '7': 'a' }),
        pick('toString/c/d', 'a', 'id'),
        rename({ id: '1' }),
      ] as Steps,
    reads: oddNames,
  },
  'a filter before them': {
    make: () => [filter('id ne null'), pick('id', 'a/b'), rename({ 'a/b': 'id/b' })] as Steps,
    reads: ['id', 'a'],
  },
  'a map in between': {
    make: () => [pick('id', 'a'), map((row: Fields) => row), pick('a/c/d', 'id')] as Steps,
    reads: ['id', 'a'],
  },
  'a rename alone': { make: () => [rename({ id: 'key' })], reads: ['id', 'a'] },
  'a rename to a column that is there': {
    make: () => [pick('id', 'a'), rename({ id: 'a' })] as Steps,
    reads: ['id', 'a'],
  },
  'a column that no row has': { make: () => [pick('id', 'nothing')], reads: ['id', 'a'] },
  'a renamed column that no row has': {
    make: () => [pick('id', 'a?'), rename({ b: 'c' })] as Steps,
    reads: ['id', 'a'],
  },
}

/** The columns that transforms make, as far as they know them. */
const columnsAfter = (steps: Steps, names: readonly string[]): readonly string[] => {
  let columns = names
  for (const step of steps)
    try {
      columns = step.columns?.({ names: columns, closed: false })?.names ?? columns
    } catch {
      // It refuses these: so do its rows.
    }
  return [...new Set(columns)]
}

for (const [nth, [name, { make, reads }]] of Object.entries(chains).entries())
  t.test(`${name}: columns that a sink reads itself equal the values of the rows`, async t => {
    const { folder, run, text, has } = bed(t)
    const outcome = async (to: string, steps: Steps, values: readonly unknown[], sink: Sink<never>) => {
      const plan: Plan = {
        source: sourceOf(values, 70),
        transforms: steps,
        sink,
        rejects: jsonl({ to: `${to}.rejects.jsonl` }) as Sink<Fields>,
        rowsPerCut: 20,
      } as Plan
      for (let at = 0; ; at++)
        try {
          const { end, manifest, progress } = await run(plan)
          t.equal(at, 1, 'it was resumed once')
          const { counts, completeness, notes, status, files } = manifest!
          return { end, counts, completeness, notes, status, files, progress: { ...progress, startedAtMs: 0 } }
        } catch (error) {
          if (!isCode(error, 'INTERRUPTED')) return { failed: String(error) }
        }
    }
    // Each list of transforms gets some of the sinks, other ones than the list before it.
    const kinds = Object.keys(sinks)
    for (const turn of [0, 1]) {
      const seed = nth * 2 + turn
      const kind = kinds[(seed * 2) % kinds.length]!
      const sinkTo = sinks[kind]!
      for (const isOdd of [false, true]) {
        const values = rowsOf([...new Set(['id', ...reads])], seed, isOdd)
        const columns = columnsAfter(make(), reads)
        const left = async (side: string, steps: Steps) => {
          const to = `out/${side}-${seed}${isOdd ? '-odd' : ''}`
          const told = await outcome(to, steps, values, sinkTo(to, columns))
          const file = (sinkTo(to, columns).place?.target({ environment: { cwd: folder } } as never) ?? '')
            .split('/')
            .at(-1)
          const named = JSON.parse(JSON.stringify(told).replaceAll(`${side}-`, 'side-')) as unknown
          const content = (path: string): string | undefined => (has(path) ? text(path) : undefined)
          return { told: named, rows: content(`out/${file}`), rejects: content(`${to}.rejects.jsonl`) }
        }
        const read = await left('read', make())
        t.strictSame(read, await left('made', make().map(making)), `${kind}, ${isOdd ? 'odd' : 'usual'} rows`)
      }
    }
  })
