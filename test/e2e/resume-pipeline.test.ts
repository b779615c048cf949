import { rmSync } from 'node:fs'
import t from 'tap'
import { killOften } from '../programs/killed-command.ts'
import { random } from '../programs/random.ts'
import { openBed } from './bed.ts'

/** What is remembered between the rows: names seen, titles of departments, and how many rows of each were kept. */
const distinctNames = `
import { pipeline, plan, text } from 'entrapipe'
import { csv } from 'entrapipe/sinks/csv'
import { csv as csvFile } from 'entrapipe/sources/csv'
import { users } from 'entrapipe/sources/users'
import { dedupe } from 'entrapipe/transforms/dedupe'
import { filter } from 'entrapipe/transforms/filter'
import { lookup } from 'entrapipe/transforms/lookup'

const select = ['id', 'displayName', 'department', 'city', 'jobTitle', 'userPrincipalName']

export default pipeline({
  summary: 'The first user of each given name, family name and department.',
  params: { to: text('file to write') },
  make: ({ to }) =>
    plan({
      source: users({ select, top: 250 }),
      transforms: [
        filter(user => user.city !== null),
        dedupe({ by: ['displayName', 'department'] }),
        lookup({ from: csvFile({ from: 'floors.csv' }), key: 'department', by: 'department', take: { floor: 'floor' } }),
      ],
      sink: csv({ to, columns: [...select, 'floor'] }),
    }),
})
`

const bed = await openBed(t, { users: 12_000 })
const desk = bed.desk({
  files: {
    'distinct-names.ts': distinctNames,
    'floors.csv': 'department,floor\nSales,3\nEngineering,4\nFinance,1\n',
  },
})

t.test('a pipeline with state is killed and resumed without lost or repeated rows', async t => {
  const to = 'distinct.csv.gz'
  const args = ['run', './distinct-names.ts', '--to', to, '--tenant', 'bed', '--checkpoint-rows', '1000']
  const undisturbed = await desk.run(args)
  t.equal(undisturbed.status, 0, undisturbed.stderr)
  const wanted = desk.bytes(to)
  const { counts } = desk.manifest(to)
  t.ok(counts.dropped > 500 && counts.written > 5_000, `${counts.dropped} dropped, ${counts.written} written`)
  rmSync(desk.path(to))

  const kills = await killOften(t, { desk, args, to, wanted, next: random(to), kills: 4 })
  t.ok(kills >= 4, `${kills} kills`)
  t.strictSame(desk.manifest(to).counts, counts)
})
