import { rmSync } from 'node:fs'
import t from 'tap'
import { killOften } from '../programs/killed-command.ts'
import { random } from '../programs/random.ts'
import { openBed } from './bed.ts'

const twoPhases = `
import { flag, pipeline, plan, text } from 'entrapipe'
import { csv } from 'entrapipe/sinks/csv'
import { users } from 'entrapipe/sources/users'
import { dedupe } from 'entrapipe/transforms/dedupe'
import { filter } from 'entrapipe/transforms/filter'
import { map } from 'entrapipe/transforms/map'

const select = ['id', 'displayName', 'department', 'userPrincipalName']
const source = () => users({ select, top: 250 })

export default pipeline({
  summary: 'Sales first, then everybody else.',
  params: { to: text('file of the others'), strict: flag('fail some') },
  make: ({ to, strict }) => [
    {
      name: 'sales',
      plan: plan({ source: source(), transforms: [filter("department eq 'Sales'")], sink: csv({ to: 'sales.csv' }) }),
    },
    {
      name: 'others',
      plan: plan({
        source: source(),
        transforms: [
          filter("department ne 'Sales'"),
          dedupe({ by: ['displayName', 'department'] }),
          map((user, key) => {
            if (strict && user.displayName.startsWith('Z')) throw new Error('no Z')
            return user
          }),
        ],
        sink: csv({ to }),
        rejects: csv({ to: 'rejects.csv' }),
      }),
    },
  ],
})
`

const bed = await openBed(t, { users: 8_000 })
const desk = bed.desk({ files: { 'two.ts': twoPhases } })

t.test('check shows what each phase reads and writes', async t => {
  const { status, stdout } = await desk.run(['check', './two.ts', '--to', 'others.csv', '--tenant', 'bed'])
  t.equal(status, 0)
  t.match(stdout, /\n {2}sales:\n {2}reads .*\n {2}then .*\n {2}writes .*sales\.csv.*\n {2}others:\n/)
})

t.test('`run` and `check` call `check` and `columns` of a source of the directory once', async t => {
  const counting = `
import { appendFileSync } from 'node:fs'
import { pipeline, plan } from 'entrapipe'
import { csv } from 'entrapipe/sinks/csv'
import { users } from 'entrapipe/sources/users'

const from = users({ select: ['id'] })
const source = {
  ...from,
  check: async () => appendFileSync('calls.txt', 'check '),
  columns: ctx => (appendFileSync('calls.txt', 'columns '), from.columns?.(ctx)),
}

export default pipeline({ summary: 'Counts its calls.', make: () => plan({ source, sink: csv({ to: 'ids.csv' }), limit: 5 }) })
`
  for (const command of ['run', 'check']) {
    const own = bed.desk({ files: { 'counting.ts': counting } })
    const { status, stderr } = await own.run([command, './counting.ts', '--tenant', 'bed'])
    t.equal(status, 0, stderr)
    t.equal(own.read('calls.txt'), 'columns check ', command)
  }
})

t.test('a killed and resumed run of two phases repeats no phase, and no row is lost or repeated', async t => {
  const to = 'others.csv.gz'
  const args = ['run', './two.ts', '--to', to, '--tenant', 'bed', '--checkpoint-rows', '1000']
  const undisturbed = await desk.run(args)
  t.equal(undisturbed.status, 0, undisturbed.stderr)
  t.match(undisturbed.stderr, /^sales: sales\.csv: [\d,]+ rows/m)
  t.match(undisturbed.stderr, /^others: others\.csv\.gz: [\d,]+ rows/m)
  const wanted = desk.bytes(to)
  const sales = desk.read('sales.csv')
  const { counts } = desk.manifest(to)
  for (const file of [to, 'sales.csv']) rmSync(desk.path(file))

  const kills = await killOften(t, { desk, args, to, wanted, next: random(to), kills: 4 })
  t.ok(kills >= 4, `${kills} kills`)
  t.equal(desk.read('sales.csv'), sales)
  t.strictSame(desk.manifest(to).counts, counts)
})

t.test('runs show and runs results name the phase', async t => {
  const args = ['run', './two.ts', '--to', 'others.csv', '--strict', '--tenant', 'bed', '--quiet']
  t.equal((await desk.run(args)).status, 3)
  const list = await desk.run(['runs', 'list', '--json', '--limit', '1'])
  const run = JSON.parse(list.stdout) as { readonly run: string; readonly phases: readonly string[] }
  t.strictSame(run.phases, ['sales', 'others'])
  const shown = await desk.run(['runs', 'show', run.run])
  t.match(shown.stdout, /^others: others\.csv: /m)
  const results = await desk.run(['runs', 'results', run.run, '--json'])
  const [first] = results.stdout.trimEnd().split('\n')
  t.match(JSON.parse(first!), { run: run.run, phase: 'others', outcome: 'failed' })
  t.match(desk.read('rejects.csv'), /^id,displayName,department,userPrincipalName,line,column,code,reason,fix\n[^,]+,Z/)
})
