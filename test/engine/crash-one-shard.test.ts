import t from 'tap'
import { survives } from '../programs/crash-driver.ts'

// The pairs of format and compression that five shards do not have, and one that they have.
for (const to of ['out.csv', 'out.csv.gz', 'out.jsonl', 'out.jsonl.zst', 'out.json.gz'])
  t.test(`one shard to ${to}, killed anywhere, gives the bytes of an undisturbed run`, t =>
    survives(t, { name: `one/${to}`, shards: 1, rows: 3000, to }),
  )
