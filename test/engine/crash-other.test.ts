import t from 'tap'
import { survives } from '../programs/crash-driver.ts'

t.test('a sink that confirms older cuts, killed anywhere, gives the files of an undisturbed run', t =>
  survives(t, { name: 'one/lagging', shards: 1, rows: 3000, to: 'lagging' }),
)

t.test('a sink that confirms older cuts, killed anywhere, gives the rows of five shards', t =>
  survives(t, { name: 'five/lagging', shards: 5, rows: 600, to: 'lagging', shaky: true }),
)

t.test('different pages without a position do not change a compressed file', async t => {
  for (const to of ['out.csv.gz', 'out.jsonl.zst'])
    await survives(t, { name: `shaky/${to}`, shards: 1, rows: 3000, to, shaky: true })
})

t.test('the rejects file has every failed row once, even if the commit itself is killed', t =>
  survives(t, { name: 'rejects', shards: 1, rows: 3000, to: 'out.csv', rejects: true, later: 'reject' }),
)
