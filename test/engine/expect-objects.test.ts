import t from 'tap'
import type { Fields } from '../../src/core/json.ts'
import { csv } from '../../src/sinks/csv.ts'
import { jsonl } from '../../src/sinks/jsonl.ts'
import { csv as fromCsv } from '../../src/sources/csv.ts'
import { dedupe } from '../../src/transforms/dedupe.ts'
import { filter } from '../../src/transforms/filter.ts'
import { map } from '../../src/transforms/map.ts'
import { pick } from '../../src/transforms/pick.ts'
import { bed } from './plan-bed.ts'

const strange: Readonly<Record<string, unknown>> = { undefined, null: null, number: 5, list: ['id'] }
const odd = map((row: Fields) => (String(row['id']) in strange ? strange[String(row['id'])] : row))
const input = 'id,n\n1,a\nundefined,b\nnull,c\n2,d\nnumber,e\nlist,f\n'

for (const [name, transform] of Object.entries({
  filter: filter("n ne 'd'"),
  dedupe: dedupe({ by: 'n' }),
  // The sink reads its columns: the rows are not made.
  pick: pick('id', 'n'),
}))
  t.test(`a row that is not an object is rejected before ${name}, and the run ends as usual`, async t => {
    const { text, run } = bed(t, { 'in.csv': input })
    const end = await run({
      source: fromCsv({ from: 'in.csv' }),
      transforms: [odd, transform],
      sink: jsonl({ to: 'out/good.jsonl' }),
      rejects: csv({ to: 'out/bad.csv' }),
    })
    const written = name === 'filter' ? 1 : 2
    t.match(end, { end: 'done', manifest: { counts: { read: 6, written, failed: 4, dropped: 2 - written } } })
    t.equal(text('out/good.jsonl'), ['{"id":"1","n":"a"}\n', '{"id":"2","n":"d"}\n'].slice(0, written).join(''))
    const rejected = ['undefined,b,3', 'null,c,4', 'number,e,6', 'list,f,7'].map((row, at) => {
      const got = ['undefined', 'null', 'a number', 'a list'][at]
      const several = got === 'a list' ? ' Use flatMap to make several rows of one.' : ''
      return `${row},,ROW_INVALID,"Expected an object with columns, got ${got}",Return an object from the step before it.${several}`
    })
    t.equal(text('out/bad.csv'), ['id,n,line,column,code,reason,fix', ...rejected, ''].join('\n'))
  })

t.test('a function of a value gets values of any kind', async t => {
  const { text, run } = bed(t, { 'in.csv': input })
  await run({
    source: fromCsv({ from: 'in.csv' }),
    transforms: [odd, filter((value: unknown) => typeof value === 'number')],
    sink: jsonl({ to: 'out/good.jsonl' }),
  })
  t.equal(text('out/good.jsonl'), '5\n')
})
