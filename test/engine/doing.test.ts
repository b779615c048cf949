import t from 'tap'
import type { Source } from '../../src/core/parts.ts'
import { newProgress } from '../../src/engine/progress.ts'
import { jsonl } from '../../src/sinks/jsonl.ts'
import { bed } from './plan-bed.ts'

t.test('what a source does before its first row is the progress of the run', async t => {
  const progress = newProgress(0)
  const seen: unknown[] = []
  const source: Source<{ readonly n: number }> = {
    kind: 'slow',
    async *read({ doing }) {
      doing({ what: 'reading users', done: 999 })
      seen.push(progress.doing)
      doing({ what: 'comparing' })
      seen.push(progress.doing)
      yield { rows: [{ key: 1, value: { n: 1 } }] }
    },
  }
  await bed(t).run({ source, sink: jsonl({ to: 'out.jsonl' }) }, { progress })
  t.strictSame(seen, [{ what: 'reading users', done: 999 }, { what: 'comparing' }])
})
