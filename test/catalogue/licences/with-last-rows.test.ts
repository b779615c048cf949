import t from 'tap'
import type { Row } from '../../../src/core/row.ts'
import type { Sink } from '../../../src/core/parts.ts'
import { withLastRows } from '../../../src/catalogue/licences/with-last-rows.ts'

t.test('the last rows are made when all others are written, before the output is complete', async t => {
  const seen: string[] = []
  const sink: Sink<string> = {
    kind: 'seen',
    open: async () => ({
      write: async rows => void seen.push(...rows.map(({ value }) => value)),
      checkpoint: async cut => ({ mark: 0, cut }),
      finish: async () => {
        seen.push('finished')
        return []
      },
      close: async end => void seen.push(end),
    }),
  }
  const last = (): readonly Row<string>[] => [{ key: 'last', value: `after ${seen.length}` }]
  const writer = await withLastRows(sink, last).open(undefined as never)
  await writer.write([{ key: 1, value: 'one' }])
  await writer.checkpoint(1)
  await writer.finish()
  await writer.close('commit')
  t.strictSame(seen, ['one', 'after 1', 'finished', 'commit'])
})
