import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { systemClock } from '../../src/core/clock.ts'
import type { Columns } from '../../src/core/columns.ts'
import type { Environment } from '../../src/core/environment.ts'
import { EntrapipeError } from '../../src/core/errors.ts'
import type { Fields } from '../../src/core/json.ts'
import type { Source, Transform } from '../../src/core/parts.ts'
import { execute } from '../../src/engine/execute.ts'
import { destinationAt } from '../../src/places/place-to.ts'
import type { Plan } from '../../src/engine/plan.ts'
import type { RunEnd } from '../../src/engine/run-request.ts'
import { csv, type CsvSinkOptions } from '../../src/sinks/csv.ts'
import { json } from '../../src/sinks/json.ts'
import { jsonl } from '../../src/sinks/jsonl.ts'
import { csv as fromCsv } from '../../src/sources/csv.ts'
import { users } from '../../src/sources/users.ts'
import { openStore } from '../../src/store/open-store.ts'
import { convert } from '../../src/transforms/convert.ts'
import { dedupe } from '../../src/transforms/dedupe.ts'
import { filter } from '../../src/transforms/filter.ts'
import { map } from '../../src/transforms/map.ts'
import { pick } from '../../src/transforms/pick.ts'
import { preset } from '../../src/transforms/preset.ts'
import { rename } from '../../src/transforms/rename.ts'

/** Rows whose columns nobody knows beforehand, a row a page; it breaks off before the row that it is told. */
const given = (rows: readonly Fields[], breaks: { at?: number } = {}, columns?: Columns): Source<Fields> => ({
  kind: 'given',
  describe: async () => ({ rows: rows.length }),
  ...(columns && { columns: () => columns }),
  async *read(_ctx, _shard, from) {
    for (let at = (from as number | undefined) ?? 0; at < rows.length; at++) {
      if (at === breaks.at) throw new EntrapipeError('GRAPH_UNAVAILABLE', 'It broke off.')
      yield { rows: [{ key: at + 1, value: rows[at]! }], position: at + 1 }
    }
  },
})

interface Bed {
  readonly run: (
    source: Source<Fields>,
    transforms: readonly unknown[],
    sink?: unknown,
    rejects?: unknown,
  ) => Promise<RunEnd>
  readonly read: (name: string) => string | undefined
}

const bed = (t: Test, files: Readonly<Record<string, string>> = {}): Bed => {
  const folder = t.testdir({ ...files })
  const environment: Environment = {
    variable: name => (name === 'ENTRAPIPE_STORE' ? join(folder, 'store') : undefined),
    cwd: folder,
    home: folder,
    tmp: folder,
    platform: process.platform,
  }
  const store = openStore({ environment, clock: systemClock })
  t.teardown(() => store.close())
  return {
    run: (source, transforms, sink = jsonl({ to: 'out.jsonl' }), rejects = undefined) =>
      execute({
        pipeline: 'test',
        params: {},
        plan: { source, transforms, sink, rejects, rowsPerCut: 1 } as unknown as Plan,
        store,
        places: destinationAt,
        environment,
        clock: systemClock,
        signal: new AbortController().signal,
        version: '0.0.0',
        codeHash: 'same',
      }),
    read: name => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : undefined),
  }
}

const fails = (message: string) => ({ code: 'COLUMN_UNKNOWN', exit: 2, message })
const people = [
  { id: 1, mail: 'a', 'org/unit': 'x' },
  { id: 2, mail: 'b', 'org/unit': 'y' },
]

t.test('a column that no row has fails the run, suggests the nearest names, and publishes nothing', async t => {
  for (const [step, message] of [
    [filter("mial eq 'a'"), 'filter names the column mial, which no row had. Did you mean mail?'],
    [filter('not (mial eq null) and id eq 1'), 'filter names the column mial, which no row had. Did you mean mail?'],
    [pick('id', 'mial'), 'pick names the column mial, which no row had. Did you mean mail?'],
    [rename({ mial: 'address' }), 'rename names the column mial, which no row had. Did you mean mail?'],
    [dedupe({ by: ['id', 'mial'] }), 'dedupe names the column mial, which no row had. Did you mean mail?'],
    [convert({ mial: 'text' }), 'convert names the column mial, which no row had. Did you mean mail?'],
    [pick('xyz', 'zyx'), 'pick names the columns xyz, zyx, which no row had. Rows have id, mail, org/unit.'],
    [
      rename({ address: 'mail' }),
      'rename names the column address, which no row had. The old name comes first. Did you mean rename({ "mail": "address" })?',
    ],
    [pick('org/uint'), 'pick names the column org/uint, which no row had. Did you mean org/unit?'],
  ] as const) {
    const { run, read } = bed(t)
    await t.rejects(run(given(people), [step]), fails(message), message)
    t.equal(read('out.jsonl'), undefined)
  }
})

t.test('a column known to be missing is refused before anything is read', async t => {
  const { run } = bed(t, { 'in.csv': 'Employee ID;Mail\n1;a\n' })
  let reads = 0
  const closed = given([], {}, { names: ['id', 'mail'], closed: true, more: 'More of them with select.' })
  const counting: Source<Fields> = { ...closed, read: (...args) => (reads++, closed.read(...args)) }
  await t.rejects(
    run(counting, [filter("mial eq 'a'")]),
    fails('filter names the column mial, which its rows do not have. Did you mean mail? More of them with select.'),
  )
  t.equal(reads, 0)
  await t.rejects(
    run(fromCsv({ from: 'in.csv' }), [filter("mail eq 'a'")]),
    fails('filter names the column mail, which its rows do not have. Did you mean Mail?'),
  )
  t.equal((await run(fromCsv({ from: 'in.csv' }), [filter('[Employee ID] eq 1')])).manifest?.counts.written, 1)
})

t.test('columns are followed through the plan', async t => {
  const columns: Columns = { names: ['id', 'mail'], closed: true }
  const refused = async (...steps: readonly unknown[]) => {
    await t.rejects(bed(t).run(given(people.slice(0, 0), {}, columns), steps), { code: 'COLUMN_UNKNOWN' })
  }
  const accepted = async (...steps: readonly unknown[]) => {
    t.equal((await bed(t).run(given(people.slice(0, 0), {}, columns), steps)).end, 'done')
  }
  await accepted(rename({ mail: 'address' }), filter("address eq 'a'"))
  await refused(rename({ mail: 'address' }), filter("mail eq 'a'"))
  await accepted(pick('mail'), convert({ mail: 'text' }), dedupe({ by: 'mail' }), filter("mail eq 'a'"))
  await refused(pick('mail'), filter('id eq 1'))
  await refused(
    filter(() => true),
    dedupe({ by: 'user' }),
  )
  await accepted(
    map(value => value),
    filter("anything eq 'a'"),
  )
  await accepted(convert({ 'hired?': 'date' }), filter('hired eq null'))
  await refused(preset('users', 'script-users').layout)
  await t.rejects(bed(t).run(given([], {}, columns), [rename({ mail: 'id' })]), {
    code: 'OPTION_INVALID',
    message: 'mail cannot be renamed to id, because there is already a column id',
  })
})

t.test("the columns of a Graph listing are the selected ones, or Graph's defaults", async t => {
  const known = async (source: Source<unknown>) => (await source.columns?.(undefined as never))?.names
  t.strictSame(await known(users({ select: ['mail', 'employeeOrgData/division'], expand: 'manager($select=id)' })), [
    'id',
    'mail',
    'employeeOrgData/division',
    'manager',
  ])
  const { run } = bed(t)
  await t.rejects(run(users() as Source<Fields>, [filter("department eq 'Sales'")]), {
    code: 'COLUMN_UNKNOWN',
    message: /^filter names the column department, .* Graph returns other properties only if `select` names them\.$/,
  })
})

t.test('a path exists if a row has it as a column, or has its first segment', async t => {
  const { run } = bed(t)
  const rows = [{ 'a/b': 1, c: { d: 1 } }]
  t.equal((await run(given(rows), [filter('a/b eq 1 and c/d eq 1'), pick('a/b', 'c/d')])).manifest?.counts.written, 1)
  await t.rejects(run(given(rows), [filter('a/c eq 1')]), { code: 'COLUMN_UNKNOWN' })
  await t.rejects(run(given(rows), [filter('[c/d] eq 1')]), { code: 'COLUMN_UNKNOWN' })
  await t.rejects(run(given(rows), [rename({ 'c/d': 'e' })]), { code: 'COLUMN_UNKNOWN' })
})

t.test('without rows no column is missing, and a name that ends in a question mark may be missing', async t => {
  const { run, read } = bed(t)
  t.equal((await run(given([]), [filter("mial eq 'a'"), pick('nothing')])).end, 'done')
  t.equal((await run(given(people), [filter('id lt 0'), pick('nothing')])).end, 'done', 'no row got that far')
  const steps = [filter('gone? eq null and [gone too]? eq null'), rename({ 'gone?': 'went' }), pick('id', 'gone?')]
  await run(given(people), steps)
  t.equal(read('out.jsonl'), '{"id":1,"gone":null}\n{"id":2,"gone":null}\n')
})

t.test('a question mark that belongs to the name is written twice, and the error says so', async t => {
  const { run, read } = bed(t)
  await run(given([{ 'Active?': 'yes' }]), [pick('Active??', 'Manager???')])
  t.equal(read('out.jsonl'), '{"Active?":"yes","Manager?":null}\n')
  const message = 'pick names the column Active, which no row had. The column Active? is written Active??.'
  await t.rejects(run(given([{ 'Active?': 'yes' }]), [pick('Active?')]), fails(message))
  await t.rejects(run(given([], {}, { names: ['Active?'], closed: true }), [pick('Active?')]), {
    code: 'COLUMN_UNKNOWN',
  })
})

t.test('a resumed run knows which columns existed before the interruption', async t => {
  const { run } = bed(t)
  const breaks: { at?: number } = { at: 2 }
  const source = given([{ id: 1, mail: 'a' }, { id: 2 }, { id: 3 }, { id: 4 }], breaks)
  await t.rejects(run(source, [filter('mail eq null')]), { code: 'GRAPH_UNAVAILABLE' })
  delete breaks.at
  const end = await run(source, [filter('mail eq null')])
  t.match(end.manifest, { resumed: 1, counts: { read: 4, written: 3 } })
})

t.test('a resumed run that ends without the column fails like one that was never interrupted', async t => {
  const { run } = bed(t)
  const breaks: { at?: number } = { at: 1 }
  const source = given([{ id: 1 }, 'no columns' as never], breaks)
  await t.rejects(run(source, [filter('mail eq null')]), { code: 'GRAPH_UNAVAILABLE' })
  delete breaks.at
  await t.rejects(
    run(source, [filter('mail eq null')]),
    fails('filter names the column mail, which no row had. Rows have id.'),
  )
})

t.test('rows that cannot be compared are counted once each across a resume, and the manifest has a note', async t => {
  const { run } = bed(t)
  const breaks: { at?: number } = { at: 2 }
  const rows = ['31.01.2026', 'Never', '2026-01-31T09:00:00+0100', null, '2026-02-31'].map(d => ({ d }))
  const step = () => [filter('d ge 2026-01-01 or d lt 2020-01-01')]
  await t.rejects(run(given(rows, breaks), step()), { code: 'GRAPH_UNAVAILABLE' })
  delete breaks.at
  const { manifest } = await run(given(rows, breaks), step())
  t.strictSame(manifest?.notes, [
    'In 3 rows, d is not a date. A date is written 2026-01-31. Convert the column in a pipeline (convert), or quote the date to compare text.',
  ])
  t.match(manifest?.counts, { written: 1, dropped: 4 })
})

t.test('a CSV file without rows has its header if the columns are known, or were seen', async t => {
  const nobody = filter('id eq 0')
  const header = async (source: Source<Fields>, ...steps: readonly unknown[]) => {
    const { run, read } = bed(t, { 'in.csv': 'id,Mail\n1,a\n' })
    await run(source, steps, csv({ to: 'out.csv' }))
    return read('out.csv')
  }
  t.equal(await header(fromCsv({ from: 'in.csv' }), nobody, rename({ Mail: 'mail' })), 'id,mail\n')
  t.equal(await header(given([], {}, { names: ['id', 'mail'], closed: true })), 'id,mail\n')
  t.equal(await header(given([{ id: 1, mail: 'a' }]), nobody), 'id,mail\n')
  t.equal(await header(given([{ id: 1, mail: 'a' }]), nobody, pick('mail')), 'mail\n')
  t.equal(
    await header(
      given([{ id: 1, mail: 'a' }]),
      nobody,
      map(value => value),
    ),
    '',
  )
  t.equal(await header(given([])), '')
  t.equal(await header(given([]), rename({ mail: 'Mail' })), '')
})

t.test('a custom transform can declare its columns', async t => {
  const own: Transform<Fields, Fields> = { kind: 'own', reads: [{ name: 'mial' }], open: () => row => row }
  await t.rejects(bed(t).run(given(people), [own]), { code: 'COLUMN_UNKNOWN', message: /^own names the column mial,/ })
})

t.test('a column of the sink that no row has ends the run in a failure, and nothing is published', async t => {
  const message = 'names the column mial, which no row had. Did you mean mail?'
  for (const make of [csv, json, jsonl] as readonly ((options: CsvSinkOptions) => unknown)[]) {
    const { run, read } = bed(t)
    const to = `out.${make.name}`
    await t.rejects(run(given(people), [], make({ to, columns: ['id', 'mial'] })), fails(`${make.name} ${message}`))
    t.equal(read(to), undefined)
    t.equal((await run(given([]), [], make({ to, columns: ['id', 'mial'] }))).manifest?.counts.written, 0)
  }
})

t.test('a column of the sink that rows cannot have is refused before anything is read', async t => {
  const { run } = bed(t, { 'in.csv': 'Employee ID;Mail\n1;a\n' })
  for (const transforms of [[], [filter("Mail eq 'a'")], [map(row => row), pick('Mail')]])
    await t.rejects(
      run(fromCsv({ from: 'in.csv' }), transforms, csv({ to: 'out.csv', columns: ['Mail', 'Employee-ID'] })),
      { code: 'COLUMN_UNKNOWN', exit: 2, message: /^csv names the column Employee-ID, which its rows do not have\. / },
    )
})

t.test('a column of the sink that ends in a question mark may be absent, and is written without it', async t => {
  const { run, read } = bed(t)
  const columns = ['id', 'phone?', 'Active??']
  const rows = [{ id: 1, 'Active?': true }]
  await run(given(rows), [], csv({ to: 'out.csv', columns }))
  await run(given(rows), [], jsonl({ to: 'out.jsonl', columns }))
  t.equal(read('out.csv'), 'id,phone,Active?\n1,,true\n')
  t.equal(read('out.jsonl'), '{"id":1,"phone":null,"Active?":true}\n')
})

t.test('a resumed run knows which columns of the sink existed before the interruption', async t => {
  const { run, read } = bed(t)
  const breaks: { at?: number } = { at: 1 }
  const source = given([{ id: 1, phone: 'x' }, { id: 2 }], breaks)
  const sink = () => csv({ to: 'out.csv', columns: ['id', 'phone'] })
  await t.rejects(run(source, [], sink()), { code: 'GRAPH_UNAVAILABLE' })
  delete breaks.at
  await run(source, [], sink())
  t.equal(read('out.csv'), 'id,phone\n1,x\n2,\n')
})

t.test('a column of the rejects that no reject has ends the run in a failure', async t => {
  const { run } = bed(t)
  const failing = map(() => {
    throw new EntrapipeError('ROW_INVALID', 'It is bad.')
  })
  const rejects = csv({ to: 'rejects.csv', columns: ['id', 'reasn'] })
  await t.rejects(
    run(given(people), [failing], undefined, rejects),
    fails('csv names the column reasn, which its rows do not have. Did you mean reason?'),
  )
  await t.rejects(
    run(given(people, {}, { names: ['id', 'mail'], closed: true }), [], undefined, rejects),
    fails('csv names the column reasn, which its rows do not have. Did you mean reason?'),
  )
})
