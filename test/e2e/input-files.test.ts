import t from 'tap'
import { openBed } from './bed.ts'

const bed = await openBed(t, { users: 10 })

/** A pipeline from a source to a sink of these kinds. */
const through = (source: string, sink: string): string => `
import { pipeline, plan, text } from 'entrapipe'
import { ${source} as from_ } from 'entrapipe/sources/${source}'
import { ${sink} as to_ } from 'entrapipe/sinks/${sink}'
export default pipeline({
  summary: 'Rows from one file to another.',
  params: { from: text('file to read'), to: text('file to write', { default: '-' }) },
  make: ({ from, to }) => plan({ source: from_({ from }), transforms: [], sink: to_({ to }) }),
})
`

const desk = (files: Readonly<Record<string, string>>) =>
  bed.desk({
    config: false,
    files: { 'json-to-csv.ts': through('json', 'csv'), 'csv-to-jsonl.ts': through('csv', 'jsonl'), ...files },
  })

t.test('a saved page of Graph that links to a next one is unverified, in words and in the manifest', async t => {
  const page = { '@odata.nextLink': 'https://graph.microsoft.com/v1.0/users?$skiptoken=abc', value: [{ id: '1' }] }
  const at = desk({ 'page.json': JSON.stringify(page) })
  const ran = await at.run(['run', './json-to-csv.ts', '--from', 'page.json', '--to', 'users.csv'])
  const why = 'page.json is one page of a listing: its @odata.nextLink leads to more rows'
  t.equal(ran.status, 0)
  t.match(ran.stderr, new RegExp(`unverified: 1 row read .*\\n${why.replaceAll('.', '\\.')}`))
  t.match(at.manifest('users.csv'), { completeness: 'unverified', why })
})

t.test('a zero byte is refused by the file that is written, not by whoever reads it', async t => {
  const at = desk({
    'rows.json': JSON.stringify([
      { id: '1', name: 'a\0b' },
      { id: '2', name: 'ab' },
    ]),
  })
  const ran = await at.run(['run', './json-to-csv.ts', '--from', 'rows.json', '--to', 'rows.csv'])
  t.equal(ran.status, 3)
  t.equal(at.read('rows.csv'), 'id,name\n2,ab\n')
  t.equal((await at.run(['run', './csv-to-jsonl.ts', '--from', 'rows.csv'])).status, 0)
})

t.test('a line feed before a formula is guarded as the other signs are', async t => {
  const filtered = ['filter', "id eq '1'", '--no-trailer', '--format', 'csv', '--formula-guard']
  const { stdout } = await desk({}).run(filtered, { stdin: '{"id":"1","displayName":"\\n=1+1"}\n' })
  t.equal(stdout, 'id,displayName\n1,"\'\n\'=1+1"\n')
})
