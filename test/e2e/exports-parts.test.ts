import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import t from 'tap'
import type { Manifest } from '../../src/core/manifest.ts'
import { runsOf } from '../programs/killed-command.ts'
import { openBed, type Desk } from './bed.ts'

const bed = await openBed(t, { users: 1_500 })
const ids = bed.directory.collection('user').slice({ order: 'default', view: 'direct' }, 9_999, ['id']).ids
const nobody = (nth: number): string => `00000000-0000-4000-8000-${String(nth).padStart(12, '0')}`
const to = 'lake/type=users/'

const namesIn = (desk: Desk): readonly string[] =>
  existsSync(desk.path(to)) ? readdirSync(desk.path(to)).toSorted() : []
const loadOf = (desk: Desk): Manifest => JSON.parse(desk.read(`${to}_manifest.json`)) as Manifest
/** The rows of the load that the manifest names. */
const idsIn = (desk: Desk): readonly string[] =>
  loadOf(desk)
    .files.flatMap(({ name }) => (name === undefined ? [] : desk.read(`${to}${name}`).trim().split('\n')))
    .map(line => (JSON.parse(line) as { id: string }).id)
    .toSorted()
const listOf = (desk: Desk, missing: number): readonly string[] => {
  const known = ids.slice(0, 600)
  const names = Array.from({ length: missing }, (_, nth) => nobody(nth))
  writeFileSync(desk.path('list.txt'), [...known.slice(0, 300), ...names, ...known.slice(300)].join('\n'))
  return known.toSorted()
}
const listed = ['export', 'users', '--ids', 'list.txt', '--select', 'id', '--format', 'jsonl', '--part-rows', '100', '--to', to] // prettier-ignore
const whole = ['export', 'users', '--select', 'id', '--page-size', '100', '--format', 'jsonl', '--part-rows', '200', '--checkpoint-rows', '200', '--to', to] // prettier-ignore

t.test('rows that fail are not in the parts: the load is published, and the command exits 3', async t => {
  const desk = bed.desk()
  const known = listOf(desk, 3)
  const { status, stderr } = await desk.run(listed)
  t.equal(status, 3, stderr)
  t.strictSame(idsIn(desk), known)
  t.match(loadOf(desk), { completeness: 'complete', counts: { read: 603, written: 600, failed: 3 } })
  t.equal(namesIn(desk).length, 7)
  const results = await desk.run(['runs', 'results', loadOf(desk).run, '--outcome', 'failed', '--json'])
  t.match(results.stdout, nobody(2))
  t.equal((await desk.run(['verify', to])).status, 0)
})

t.test(
  'more failed rows than are allowed stop a load: the one before stays, and a higher limit resumes it',
  async t => {
    const desk = bed.desk()
    const first = await desk.run(whole)
    t.equal(first.status, 0, first.stderr)
    const before = loadOf(desk)
    const known = listOf(desk, 20)
    const { status, stderr } = await desk.run([...listed, '--max-failed', '10'])
    t.equal(status, 5, stderr)
    t.strictSame(loadOf(desk), before)
    t.strictSame(idsIn(desk), ids.toSorted())
    const verified = await desk.run(['verify', to])
    // Who reads the folder without its manifest sees the part that the stopped load has closed.
    t.equal(verified.status, 1)
    t.match(verified.stderr, /part-[\w-]+\.jsonl is not in the manifest/)

    const higher = await desk.run([...listed, '--max-failed', '20'])
    t.equal(higher.status, 3, higher.stderr)
    t.strictSame(idsIn(desk), known)
    t.match(loadOf(desk), { counts: { failed: 20, written: 600 } })
    t.equal(namesIn(desk).length, loadOf(desk).files.length + 1)
  },
)

t.test('a load in which all rows fail is not published', async t => {
  const desk = bed.desk()
  writeFileSync(desk.path('list.txt'), Array.from({ length: 30 }, (_, nth) => nobody(nth)).join('\n'))
  const { status, stderr } = await desk.run(listed)
  t.equal(status, 3, stderr)
  t.notOk(namesIn(desk).includes('_manifest.json'))
  t.strictSame(
    namesIn(desk).filter(name => name.startsWith('part-')),
    [],
  )
})

t.test('a short load exits 4 and is not published; the load before it stays until the next whole one', async t => {
  const desk = bed.desk()
  const first = await desk.run(whole)
  t.equal(first.status, 0, first.stderr)
  const before = loadOf(desk)
  let asked = 0
  // The listing ends with its sixth page, as if there were no more.
  bed.before(async (request, answer) => {
    if (request.path !== '/users' || ++asked !== 6) return undefined
    const reply = await answer(request)
    const { '@odata.nextLink': _, ...rest } = JSON.parse(reply.body!) as Record<string, unknown>
    return { ...reply, body: JSON.stringify(rest) }
  })
  const short = await desk.run(whole)
  bed.before()
  t.equal(short.status, 4, short.stderr)
  t.match(short.stderr, /600 rows were read, but 1500 were counted before and after: 900 or more are missing/)
  t.strictSame(loadOf(desk), before)
  t.strictSame(idsIn(desk), ids.toSorted())
  t.equal((await runsOf(desk))[0]?.status, 'short')

  const next = await desk.run(whole)
  t.equal(next.status, 0, next.stderr)
  t.strictSame(idsIn(desk), ids.toSorted())
  t.not(loadOf(desk).run, before.run)
  t.equal(namesIn(desk).length, loadOf(desk).files.length + 1)
})

const pipe = `import { pipeline, plan, text } from 'entrapipe'
import { csv as toCsv } from 'entrapipe/sinks/csv'
import { parts } from 'entrapipe/sinks/parts'
import { csv } from 'entrapipe/sources/csv'
import { convert } from 'entrapipe/transforms/convert'
export default pipeline({
  summary: 'Dates.',
  params: { rejects: text('rejects') },
  make: ({ rejects }) =>
    plan({
      source: csv({ from: 'in.csv' }),
      transforms: [convert({ hired: 'date' })],
      sink: parts({ to: '${to}', format: 'jsonl', partRows: 3 }),
      rejects: toCsv({ to: rejects }),
    }),
})
`

t.test('a pipeline writes the rows of a folder that it rejects to a file, which must not be in the folder', async t => {
  const desk = bed.desk({ files: { 'dates.ts': pipe } })
  writeFileSync(desk.path('in.csv'), 'id,hired\n1,2026-01-01\n2,soon\n3,2026-01-03\n4,2026-01-04\n5,\n6,never\n7,2026-01-07\n') // prettier-ignore
  const { status, stderr } = await desk.run(['run', './dates.ts', '--rejects', 'rejects.csv'])
  t.equal(status, 3, stderr)
  t.strictSame(idsIn(desk), ['1', '3', '4', '5', '7'])
  t.equal(loadOf(desk).files.filter(({ name }) => name !== undefined).length, 2)
  t.match(desk.read('rejects.csv'), /^.*\n.*2,soon.*\n.*6,never.*\n$/)
  const inside = await desk.run(['run', './dates.ts', '--rejects', `${to}rejects.csv`])
  t.equal(inside.status, 2, inside.stderr)
  t.match(inside.stderr, 'is the output')
})
