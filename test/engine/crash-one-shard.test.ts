import t from 'tap'
import { survives } from '../programs/crash-driver.ts'

for (const format of ['csv', 'jsonl', 'json'])
  for (const compression of ['', '.gz', '.zst']) {
    const to = `out.${format}${compression}`
    t.test(`one shard to ${to}, killed anywhere, gives the bytes of an undisturbed run`, t =>
      survives(t, { name: `one/${to}`, shards: 1, rows: 3000, to }),
    )
  }
