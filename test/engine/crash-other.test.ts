import t from 'tap'
import { survives } from '../programs/crash-driver.ts'

t.test('a sink that confirms older cuts, killed anywhere, has the files of an undisturbed run', t =>
  survives(t, { name: 'one/lagging', shards: 1, rows: 3000, to: 'lagging' }),
)

t.test('a sink that confirms older cuts, killed anywhere, has the rows of five shards', t =>
  survives(t, { name: 'five/lagging', shards: 5, rows: 600, to: 'lagging', shaky: true }),
)

t.test('pages without a position, others each time, change nothing of a compressed file', async t => {
  for (const to of ['out.csv.gz', 'out.jsonl.zst'])
    await survives(t, { name: `shaky/${to}`, shards: 1, rows: 3000, to, shaky: true })
})

t.test('the file of rejects has every failed row once, also when the commit itself is killed', t =>
  survives(t, { name: 'rejects', shards: 1, rows: 3000, to: 'out.csv', rejects: true, later: 'reject' }),
)
