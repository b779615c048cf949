import t from 'tap'
import { expectOptions, needed, optional } from '../../src/data/expect-options.ts'
import { csv as toCsv } from '../../src/sinks/csv.ts'
import { json as toJson } from '../../src/sinks/json.ts'
import { jsonl as toJsonl } from '../../src/sinks/jsonl.ts'
import { csv } from '../../src/sources/csv.ts'
import { graph } from '../../src/sources/graph.ts'
import { json } from '../../src/sources/json.ts'
import { jsonl } from '../../src/sources/jsonl.ts'
import { members } from '../../src/sources/members.ts'
import { users } from '../../src/sources/users.ts'
import { convert } from '../../src/transforms/convert.ts'
import { dedupe } from '../../src/transforms/dedupe.ts'
import { filter } from '../../src/transforms/filter.ts'
import { lookup } from '../../src/transforms/lookup.ts'
import { map } from '../../src/transforms/map.ts'
import { pick } from '../../src/transforms/pick.ts'
import { rename } from '../../src/transforms/rename.ts'
import { validate } from '../../src/transforms/validate.ts'

t.test('missing options are reported first, with a suggestion', async t => {
  const expected = { from: needed('a file'), limit: optional }
  t.doesNotThrow(() => expectOptions('part', { from: 'x' }, expected as never))
  t.throws(() => expectOptions('part', { form: 'x' }, expected as never), {
    code: 'OPTION_INVALID',
    message: 'part needs from: a file, got nothing',
    fix: 'part has no option form. Did you mean from?',
  })
  t.throws(() => expectOptions('part', { from: 'x', limt: 1 }, expected as never), {
    code: 'OPTION_INVALID',
    message: 'part has no option limt. Did you mean limit?',
  })
  t.throws(() => expectOptions('part', 'x' as never, expected as never), {
    message: 'part requires named options, such as part({ from: … })',
  })
})

t.test('every part reports an invalid option immediately, in a sentence', async t => {
  const wrong: Readonly<Record<string, (...given: readonly never[]) => unknown>> = {
    csv,
    json,
    jsonl,
    members,
    graph,
    toCsv,
    toJson,
    toJsonl,
    convert,
    dedupe,
    filter,
    lookup,
    map,
    pick,
    rename,
    validate,
  }
  for (const [name, part] of Object.entries(wrong))
    t.throws(() => part(), { code: 'OPTION_INVALID', message: / (?:needs|requires named options)/ }, name)
  for (const [name, make] of Object.entries({
    users: () => users({ selct: ['id'] } as never),
    convert: () => convert({ hired: 'dat' as never }),
    pick: () => pick(['a', 'b'] as never),
    rename: () => rename({ a: 5 as never }),
    dedupe: () => dedupe({ by: [] }),
    lookup: () => lookup({ from: csv({ from: 'x.csv' }), key: 'a', by: 'b', take: ['c'] as never }),
    toCsv: () => toCsv({ to: 'x.csv', delimeter: ';' } as never),
  }))
    t.throws(make, { code: 'OPTION_INVALID' }, name)
  t.throws(() => users({ selct: ['id'] } as never), { message: 'users has no option selct. Did you mean select?' })
})
