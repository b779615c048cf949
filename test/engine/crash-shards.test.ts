import t from 'tap'
import { survives } from '../programs/crash-driver.ts'

for (const format of ['csv', 'jsonl', 'json'])
  for (const compression of ['', '.gz', '.zst']) {
    const to = `out.${format}${compression}`
    t.test(`five shards to ${to}, killed anywhere, give the rows of an undisturbed run`, t =>
      survives(t, { name: `five/${to}`, shards: 5, rows: 600, to, shaky: true }),
    )
  }
