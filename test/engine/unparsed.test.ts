import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { EntrapipeError } from '../../src/core/errors.ts'
import type { Fields } from '../../src/core/json.ts'
import { unparsedPage } from '../../src/core/json-rows.ts'
import type { Row } from '../../src/core/row.ts'
import type { Sink, Source, Transform } from '../../src/core/parts.ts'
import { csv } from '../../src/sinks/csv.ts'
import { json } from '../../src/sinks/json.ts'
import { jsonl } from '../../src/sinks/jsonl.ts'
import { filter } from '../../src/transforms/filter.ts'
import { pick } from '../../src/transforms/pick.ts'
import { rename } from '../../src/transforms/rename.ts'
import { anyJson } from '../formats/any-json.ts'
import { random } from '../formats/random.ts'
import { unparsedRowsOf } from '../unparsed-rows-of.ts'
import { bed } from './plan-bed.ts'

const next = random(77)
const texts = Array.from({ length: 400 }, () => anyJson(next).text)
// Some come twice, in the same page and in another one.
for (const at of [15, 16, 133]) texts[at] = texts[7]!

/** Pages of ten rows, unparsed where the engine allows it. The first time it is read, it fails after some. */
const sourceOf = (asked: boolean[], failsAfter = Infinity): Source<Fields> => {
  let stop = failsAfter
  return {
    kind: 'given',
    keys: 'unique',
    async *read(ctx, _shard, from) {
      asked.push(ctx.unparsed === true)
      for (let at = typeof from === 'number' ? from : 0; at < texts.length; at += 10) {
        if (at >= stop) {
          stop = Infinity
          throw new EntrapipeError('INTERRUPTED', 'Stopped in the middle.')
        }
        const rows = unparsedRowsOf(texts.slice(at, at + 10))
        // Every second page is parsed, as one with unusual text is.
        const place = { position: at + 10 }
        yield ctx.unparsed && at % 20 === 0 ? unparsedPage(rows, place) : { rows: rows.rows(), ...place }
      }
    },
  }
}

/** The same, with its rows made anew. */
const parsing = (source: Source<Fields>): Source<Fields> => ({
  ...source,
  async *read(...args) {
    for await (const page of source.read(...args)) yield { ...page, rows: page.rows.map(row => ({ ...row })) }
  },
})

type Steps = readonly Transform<never, unknown>[]
const columns = ['id', 'displayName', 'mail', 'businessPhones', 'age', 'last?', 'none?']
const sinks: Record<string, (to: string) => Sink<never>> = {
  csv: to => csv({ to: `${to}.csv`, columns }),
  jsonl: to => jsonl({ to: `${to}.jsonl`, columns }),
  'jsonl without columns': to => jsonl({ to: `${to}.jsonl` }),
  'jsonl, compressed': to => jsonl({ to: `${to}.jsonl.gz`, columns }),
  json: to => json({ to: `${to}.json`, columns }),
}
const chains: Record<string, { readonly steps: () => Steps; readonly isUnparsed: (sink: string) => boolean }> = {
  'no transform': { steps: () => [], isUnparsed: sink => sink !== 'json' },
  'columns that are picked and renamed': {
    steps: () => [pick('mail?', 'id', 'displayName'), rename({ mail: 'age', displayName: 'last' })] as Steps,
    isUnparsed: sink => sink !== 'json' && sink !== 'jsonl without columns',
  },
  'a column that no row has': { steps: () => [pick('id', 'nothing')], isUnparsed: () => false },
  'a filter': { steps: () => [filter("displayName ne 'a'")] as Steps, isUnparsed: () => false },
}

for (const [name, { steps, isUnparsed }] of Object.entries(chains))
  for (const [kind, sink] of Object.entries(sinks))
    t.test(
      `${name}, ${kind}: rows that come unparsed end as parsed ones do, also after a stop and at a limit`,
      async t => {
        const { folder, run } = bed(t)
        const outcome = async (side: string, limit: number, made: (source: Source<Fields>) => Source<Fields>) => {
          const asked: boolean[] = []
          const to = `out/${side}-${limit}`
          const source = made(sourceOf(asked, 70))
          const plan = { source, transforms: steps(), sink: sink(to), rowsPerCut: 20, ...(limit > 0 && { limit }) }
          const told = []
          for (let turn = 0; turn < 2; turn++)
            told.push(
              await run(plan).then(
                ({ end, manifest, progress: { read, written, repeated, dropped } }) => {
                  const { counts, completeness, files } = manifest!
                  return { end, counts, completeness, files, read, written, repeated, dropped }
                },
                (error: EntrapipeError) => error.message,
              ),
            )
          const file = (sink(to).place?.target({ environment: { cwd: folder } } as never) ?? '').split('/').at(-1)!
          const path = join(folder, 'out', file)
          const isThere = existsSync(path)
          return {
            asked,
            told: JSON.parse(JSON.stringify(told).replaceAll(side, 'side')) as unknown,
            bytes: isThere ? readFileSync(path).toString('latin1') : undefined,
          }
        }
        for (const limit of [0, 125]) {
          const [ours, theirs] = [await outcome('ours', limit, same => same), await outcome('theirs', limit, parsing)]
          t.strictSame(ours, theirs)
          if (kind !== 'jsonl without columns' || name === 'no transform')
            t.strictSame(
              ours.asked,
              ours.asked.map(() => isUnparsed(kind)),
            )
        }
      },
    )

t.test('a page made of an unparsed one has rows of its own, and one whose rows were read stays parsed', async t => {
  const { run, text } = bed(t)
  for (const [to, made] of [
    ['out/made.jsonl', (page: { readonly rows: readonly Row<Fields>[] }) => ({ ...page, rows: page.rows.slice(0, 1) })],
    ['out/read.jsonl', (page: { readonly rows: readonly Row<Fields>[] }) => (page.rows.length > 0 ? page : page)],
  ] as const) {
    const source: Source<Fields> = {
      kind: 'wrapped',
      async *read(ctx) {
        t.ok(ctx.unparsed)
        const page = unparsedPage<Fields, object>(unparsedRowsOf(['{"id":"1"}', '{"id":"2"}']), {})
        yield made(page)
      },
    }
    await run({ source, sink: jsonl({ to, columns: ['id'] }) })
    t.equal(text(to), to === 'out/made.jsonl' ? '{"id":"1"}\n' : '{"id":"1"}\n{"id":"2"}\n')
  }
})

t.test('rows that were written cannot be parsed any more', async t => {
  const rows = unparsedRowsOf(['{"id":"1"}'])
  rows.written()
  t.throws(() => rows.rows(), /written/)
})
