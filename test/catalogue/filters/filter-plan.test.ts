import { join } from 'node:path'
import t from 'tap'
import { filterPlan, type FilterParams } from '../../../src/catalogue/filters/filter-plan.ts'
import type { Context } from '../../../src/core/context.ts'
import type { Source } from '../../../src/core/parts.ts'

t.test('an error about a CSV names the flags of the command', async t => {
  const folder = t.testdir({
    'title.csv': 'Employees of January\nid;name\n1;Ann\n',
    'bad.csv': Buffer.from([0x61, 0xfc, 0x0a]),
  })
  const sourceOf = (name: string, params: Partial<FilterParams> = {}) =>
    filterPlan({ odata: 'a eq 1', from: join(folder, name), to: '-', trailer: true, ...params })
      .source as Source<unknown>
  const ctx = { environment: { cwd: folder }, signal: new AbortController().signal } as unknown as Context
  const columns = async (name: string) => sourceOf(name).columns?.(ctx)
  await t.rejects(columns('title.csv'), {
    code: 'HEADER_INVALID',
    message: /set --from-header-line to its number\. If this line is the header, set --from-delimiter$/,
  })
  await t.rejects(columns('bad.csv'), {
    code: 'INPUT_MALFORMED',
    message: /or set --from-encoding\. Older Western European files usually need --from-encoding windows-1252$/,
  })
  await t.rejects(sourceOf('bad.csv', { fromEncoding: 'klingon' }).check!(ctx), {
    code: 'OPTION_INVALID',
    message: /^Expected --from-encoding to be an encoding such as /,
  })
})
