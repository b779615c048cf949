import { readdirSync } from 'node:fs'
import t, { type Test } from 'tap'
import { inScene } from '../../src/contracts/scene.ts'
import { sourceContract } from '../../src/contracts/source.ts'
import type { Origin } from '../../src/core/context.ts'
import type { Graph } from '../../src/core/graph.ts'
import type { Fields } from '../../src/core/json.ts'
import type { Source } from '../../src/core/parts.ts'
import { csv } from '../../src/sources/csv.ts'
import { differences, type DifferencesOptions } from '../../src/sources/differences.ts'
import type { Selectable } from '../../src/sources/differences/selectable.ts'
import { json } from '../../src/sources/json.ts'
import { jsonl } from '../../src/sources/jsonl.ts'
import { keeps } from '../contracts/keeps.ts'

const sourceOf = (from: string): Source<Fields> =>
  from.endsWith('.csv') ? csv<Fields>({ from }) : from.endsWith('.json') ? json({ from }) : jsonl({ from })

type More = Partial<Omit<DifferencesOptions, 'old' | 'new'>>

/** The differences of two files, whose names show their format. */
const diff = async (files: Readonly<Record<string, string>>, more: More = {}) => {
  const [old, now] = Object.keys(files)
  const rows: Fields[] = []
  const origins: Origin[] = []
  await inScene({ files }, async scene => {
    const ctx = scene.contextOf(await scene.newRun(), 'source')
    const source = differences({
      old: sourceOf(old!),
      new: sourceOf(now!),
      names: [old!, now!],
      key: ['id'],
      asText: [old, now].some(name => name!.endsWith('.csv')),
      ...more,
    })
    await source.check?.(ctx)
    await source.columns?.(ctx)
    try {
      for await (const page of source.read(ctx, { name: 'differences' }))
        rows.push(...page.rows.map(row => row.value as Fields))
    } finally {
      origins.push(...scene.origins)
      const sorts = readdirSync(scene.store.folder.folder('runs'), { recursive: true }).filter(name =>
        String(name).includes('sort-'),
      )
      if (sorts.length > 0) throw new Error(`left on disk: ${sorts.join(', ')}`)
    }
  })
  return {
    rows,
    counts: origins.find(origin => origin.differences)?.differences,
    notes: origins.flatMap(({ note }) => (note === undefined ? [] : [note])),
  }
}

const refused = (
  t: Test,
  files: Readonly<Record<string, string>>,
  error: { readonly code: string; readonly message: string | RegExp },
  more: More = {},
) => t.rejects(diff(files, more), error)

const large = (from: number, to: number, city: (at: number) => string): string =>
  `id,city\n${Array.from({ length: to - from }, (_, at) => `${from + at},${city(from + at)}`).join('\n')}\n`

t.test('differences keep the contract of a source', t =>
  keeps(
    t,
    sourceContract({
      make: () =>
        differences({ old: csv<Fields>({ from: 'old.csv' }), new: csv<Fields>({ from: 'new.csv' }), key: ['id'] }),
      files: {
        'old.csv': large(0, 9000, () => 'Bonn'),
        'new.csv': large(1000, 10_000, at => (at % 2 ? 'Rom' : 'Bonn')),
      },
    }),
  ),
)

t.test('rows are added, removed, changed or equal, and come in the order of their keys', async t => {
  const { rows, counts, notes } = await diff({
    'old.csv': 'id,name,city\n2,Bob,\n10,Eve,Ulm\n1,Ann,Bonn\n4,Dan,Rom\n',
    'new.csv': 'city,name,id\nKöln,Anna,1\n,Bob,2\nRom,Cy,3\nUlm,Eve,10\n',
  })
  t.strictSame(rows, [
    { change: 'changed', id: '1', old: { name: 'Ann', city: 'Bonn' }, new: { name: 'Anna', city: 'Köln' } },
    { change: 'added', id: '3', old: null, new: { name: 'Cy', city: 'Rom' } },
    { change: 'removed', id: '4', old: { name: 'Dan', city: 'Rom' }, new: null },
  ])
  t.strictSame(counts, { added: 1, removed: 1, changed: 1, unchanged: 2 })
  t.strictSame(notes, [])
})

t.test('flat rows have the names of changed properties, and two columns for each', async t => {
  const files = { 'old.csv': 'id,a,b\n1,x,y\n2,x,y\n', 'new.csv': 'id,b,a\n1,z,x\n3,y,x\n' }
  const { rows } = await diff(files, { flat: true })
  t.strictSame(rows, [
    { change: 'changed', id: '1', properties: ['b'], 'a.old': null, 'a.new': null, 'b.old': 'y', 'b.new': 'z' },
    { change: 'removed', id: '2', properties: [], 'a.old': 'x', 'a.new': null, 'b.old': 'y', 'b.new': null },
    { change: 'added', id: '3', properties: [], 'a.old': null, 'a.new': 'x', 'b.old': null, 'b.new': 'y' },
  ])
})

t.test('a CSV and a JSON file with the same values are equal', async t => {
  const { counts } = await diff({
    'old.csv': 'id,on,n,list,empty,none,object\n7,true,1.5,E3;P1,,,"{""a"":[1]}"\n',
    'new.jsonl': '{"none":null,"object":{"a":[1]},"list":["E3","P1"],"on":true,"n":1.5,"empty":[],"id":7}\n',
  })
  t.strictSame(counts, { added: 0, removed: 0, changed: 0, unchanged: 1 })
})

t.test('in JSON a missing value equals null, the order of a list counts, and that of an object does not', async t => {
  const { rows, counts } = await diff({
    'old.json': '[{"id":1,"a":{"x":1,"y":2},"b":null,"c":[1,2]},{"id":2,"a":"1","c":[1]},{"id":3,"a":""}]',
    'new.jsonl': '{"id":1,"c":[2,1],"a":{"y":2,"x":1}}\n{"id":2,"a":1,"b":null,"c":[1]}\n{"id":"3","a":null}\n',
  })
  t.strictSame(rows, [
    { change: 'changed', id: 1, old: { c: [1, 2] }, new: { c: [2, 1] } },
    { change: 'changed', id: 2, old: { a: '1' }, new: { a: 1 } },
    { change: 'changed', id: '3', old: { a: '' }, new: { a: null } },
  ])
  t.strictSame(counts, { added: 0, removed: 0, changed: 3, unchanged: 0 })
})

t.test('a key of several columns is compared column by column', async t => {
  const files = {
    'old.csv': 'a,b,c\nx,yz,1\nxy,z,2\n',
    'new.csv': 'a,b,c\nxy,z,2\nx,yz,3\nx,y,4\n',
  }
  const { rows } = await diff(files, { key: ['a', 'b'] })
  t.strictSame(rows, [
    { change: 'added', a: 'x', b: 'y', old: null, new: { c: '4' } },
    { change: 'changed', a: 'x', b: 'yz', old: { c: '1' }, new: { c: '3' } },
  ])
  const odd = { 'old.jsonl': '{"a":"x\\u0000","b":"y"}\n', 'new.jsonl': '{"a":"x","b":"\\u0000y"}\n' }
  t.strictSame((await diff(odd, { key: ['a', 'b'] })).counts, { added: 1, removed: 1, changed: 0, unchanged: 0 })
})

t.test('only common columns are compared, and others are named', async t => {
  const files = { 'old.csv': 'id,a,b\n1,x,y\n', 'new.csv': 'id,c,a\n1,z,x\n' }
  const { counts, notes } = await diff(files)
  t.strictSame(counts, { added: 0, removed: 0, changed: 0, unchanged: 1 })
  t.strictSame(notes, ['Only old.csv has b: not compared.', 'Only new.csv has c: not compared.'])
  t.strictSame((await diff(files, { ignore: ['b', 'c'] })).notes, [])
})

t.test('the columns to compare can be named, or named as ignored', async t => {
  const files = { 'old.csv': 'id,a,b,c\n1,x,y,z\n', 'new.csv': 'id,a,b,c\n1,1,2,3\n' }
  t.strictSame((await diff(files, { columns: ['c', 'a'] })).rows, [
    { change: 'changed', id: '1', old: { c: 'z', a: 'x' }, new: { c: '3', a: '1' } },
  ])
  t.strictSame((await diff(files, { columns: ['c', 'a'], ignore: ['a'] })).rows, [
    { change: 'changed', id: '1', old: { c: 'z' }, new: { c: '3' } },
  ])
  t.strictSame((await diff(files, { ignore: ['a', 'b', 'c'] })).rows, [])
})

t.test('a column that an input lacks is refused, with the one that was meant', async t => {
  const files = { 'old.csv': 'id,city\n1,x\n', 'new.csv': 'id,town\n1,x\n' }
  const unknown = (message: string) => ({ code: 'COLUMN_UNKNOWN', message })
  await refused(
    t,
    files,
    unknown('`columns` names the column city, which new.csv does not have. Rows have id, town.'),
    {
      columns: ['city'],
    },
  )
  await refused(t, files, unknown('`key` names the column ids, which old.csv does not have. Did you mean id?'), {
    key: ['ids'],
  })
  await refused(
    t,
    files,
    unknown('`ignore` names the column twn, which neither old.csv nor new.csv has. Did you mean town?'),
    { ignore: ['twn'] },
  )
  await refused(
    t,
    { 'old.jsonl': '{"id":1}\n', 'new.jsonl': '{"id":1}\n{"Id":2}\n' },
    unknown('`key` names the column id, which line 2 of new.jsonl does not have. Did you mean Id?'),
  )
  await refused(
    t,
    files,
    { code: 'OPTION_INVALID', message: '`ignore` names id, which is part of the key.' },
    {
      ignore: ['id'],
    },
  )
})

t.test('a key that is repeated, empty or not Unicode stops with file and line', async t => {
  const good = { 'new.csv': 'id,a\n1,x\n' }
  const malformed = (message: RegExp) => ({ code: 'INPUT_MALFORMED', message })
  await refused(
    t,
    { 'old.csv': 'id,a\n1,x\n2,y\n\n1,z\n', ...good },
    malformed(/^Lines 2 and 5 of old\.csv have the same key \(id\)/),
  )
  await refused(
    t,
    { 'old.json': '[{"id":1},{"id":"1"}]', 'new.json': '[]' },
    malformed(/^Items 0 and 1 of old\.json have the same key \(id\)/),
  )
  await refused(
    t,
    { 'old.csv': 'id,a\n1,x\n,y\n', ...good },
    malformed(/^The key column id has no value in line 3 of old\.csv/),
  )
  await refused(
    t,
    { 'old.jsonl': '{"id":null}\n', 'new.jsonl': '' },
    malformed(/^The key column id has no value in line 1 of old\.jsonl/),
  )
  await refused(
    t,
    { 'old.jsonl': '{"id":"\\ud800"}\n', 'new.jsonl': '' },
    malformed(/^The key column id is not valid Unicode in line 1 of old\.jsonl/),
  )
})

t.test('a row that cannot be read stops the comparison, because it would look removed', async t => {
  await refused(
    t,
    { 'old.csv': 'id,a\n1,x\n', 'new.csv': 'id,a\n1\n' },
    { code: 'INPUT_MALFORMED', message: /^Line 2 of new\.csv has 1 cell.* would look added or removed\.$/ },
  )
})

t.test('an input without rows is compared, and named', async t => {
  const { counts, notes } = await diff({ 'old.jsonl': '', 'new.jsonl': '{"id":1,"a":2}\n' })
  t.strictSame(counts, { added: 1, removed: 0, changed: 0, unchanged: 0 })
  t.strictSame(notes, ['old.jsonl has no rows.'])
  t.strictSame((await diff({ 'old.jsonl': '', 'new.jsonl': '' })).rows, [])
})

t.test('two columns of one name are refused', async t => {
  const twice = (name: string) => ({
    code: 'OPTION_INVALID',
    message: new RegExp(`^The differences would have two columns ${name}\\.`),
  })
  const files = (name: string) => ({ 'old.csv': `${name},a\n1,x\n`, 'new.csv': `${name},a\n1,x\n` })
  await refused(t, files('change'), twice('change'), { key: ['change'] })
  await refused(t, files('old'), twice('old'), { key: ['old'] })
  await refused(t, files('a.new'), twice('a\\.new'), { key: ['a.new'], flat: true })
  t.strictSame((await diff(files('old'), { key: ['old'], flat: true })).rows, [])
})

t.test('columns with the names of numbers and of members of objects are compared', async t => {
  const { rows } = await diff({
    'old.csv': 'id,constructor,2024,__proto__\n1,a,b,c\n',
    'new.csv': 'id,2024,__proto__,constructor\n1,x,y,z\n',
  })
  t.strictSame(
    rows.map(({ old, new: now }) => [old, now].map(values => Object.entries(values as Fields).toSorted())),
    [
      [
        [
          ['2024', 'b'],
          ['__proto__', 'c'],
          ['constructor', 'a'],
        ],
        [
          ['2024', 'x'],
          ['__proto__', 'y'],
          ['constructor', 'z'],
        ],
      ],
    ],
  )
})

t.test('options that are not what they must be are refused', async t => {
  const source = csv<Fields>({ from: 'x.csv' })
  for (const options of [
    { old: source, new: source, key: [] },
    { old: source, new: source, key: 'id' },
    { old: 'x.csv', new: source, key: ['id'] },
    { old: source, new: source, key: ['id'], keys: ['id'] },
  ])
    t.throws(() => differences(options as never), { code: 'OPTION_INVALID' })
})

/** A directory that lists these users, of which it counts as many as given before and after. */
const directory = (rows: readonly (Fields & { readonly id: string })[], counts: readonly number[]) => {
  const asked: (readonly string[])[] = []
  const left = [...counts]
  const users: Selectable = {
    kind: 'users',
    usesGraph: true,
    has: name => ['id', 'mail', 'city'].includes(name),
    select(columns) {
      asked.push(columns)
      return {
        kind: 'users',
        usesGraph: true,
        keys: 'unique',
        columns: () => ({ names: columns, closed: true }),
        count: async () => left.shift(),
        async *read() {
          yield { rows: rows.map(value => ({ key: value.id, value })) }
        },
      }
    },
  }
  return { users, asked }
}

const against = async (text: string, users: Selectable, key = 'id') => {
  const rows: Fields[] = []
  let origin: Origin = {}
  const graph = { tenant: { id: 'tenant-1', name: 'contoso' } } as unknown as Graph
  await inScene({ files: { 'old.csv': text }, graph }, async scene => {
    const ctx = scene.contextOf(await scene.newRun(), 'source')
    const old = csv<Fields>({ from: 'old.csv' })
    const source = differences({ old, new: users, names: ['old.csv', 'the directory'], key: [key], asText: true })
    t.match(source, { usesGraph: true, live: false, resumable: false })
    for await (const page of source.read(ctx, { name: 'differences' }))
      rows.push(...page.rows.map(row => row.value as Fields))
    origin = Object.assign({}, ...scene.origins) as Origin
  })
  return { rows, origin }
}

t.test('a file is compared with a directory, of which only the columns of the file are read', async t => {
  const { users, asked } = directory(
    [
      { id: '2', mail: 'b' },
      { id: '1', mail: 'x' },
      // A listing returned it twice, and it was changed meanwhile.
      { id: '2', mail: 'c' },
    ],
    [2, 2],
  )
  const { rows, origin } = await against('id,mail,note\n1,a,z\n2,c,z\n', users)
  t.strictSame(rows, [{ change: 'changed', id: '1', old: { mail: 'a' }, new: { mail: 'x' } }])
  t.strictSame(
    asked.map(columns => columns.join()),
    asked.map(() => 'id,mail'),
  )
  t.match(origin, {
    tenant: 'tenant-1',
    differences: { changed: 1, unchanged: 1 },
    note: 'Only old.csv has note: not compared.',
  })
  t.equal(origin.completeness, undefined)
})

t.test('a listing that is short makes the comparison short', async t => {
  const { users } = directory([{ id: '1', mail: 'a' }], [2, 2])
  const { origin } = await against('id,mail\n1,a\n2,b\n', users)
  t.match(origin, { completeness: 'short', why: /^the directory may lack rows \(1 row was read, but 2 were counted/ })
})

t.test('two objects of a directory with the same key are named', async t => {
  const { users } = directory(
    [
      { id: '1', mail: 'a' },
      { id: '2', mail: 'a' },
    ],
    [2, 2],
  )
  await t.rejects(against('mail,city\na,x\n', users, 'mail'), {
    code: 'INPUT_MALFORMED',
    message: /^1 and 2 of the directory have the same key \(mail\)/,
  })
})
