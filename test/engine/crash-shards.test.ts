import t from 'tap'
import { survives } from '../programs/crash-driver.ts'

// Each format once, and each compression. One shard has the other pairs.
for (const to of ['out.csv', 'out.jsonl.gz', 'out.json.zst'])
  t.test(`five shards to ${to}, killed anywhere, give the rows of an undisturbed run`, t =>
    survives(t, { name: `five/${to}`, shards: 5, rows: 600, to, shaky: true }),
  )
