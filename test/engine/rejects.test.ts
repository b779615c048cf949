import t from 'tap'
import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough, Readable, Transform as NodeTransform, Writable } from 'node:stream'
import { EntrapipeError } from '../../src/core/errors.ts'
import type { Fields } from '../../src/core/json.ts'
import { passing } from '../../src/core/place.ts'
import type { Sink, Source, Transform } from '../../src/core/parts.ts'
import type { Row } from '../../src/core/row.ts'
import type { RunRequest } from '../../src/engine/run-request.ts'
import type { Plan } from '../../src/engine/plan.ts'
import { csv as toCsv } from '../../src/sinks/csv.ts'
import { jsonl as toJsonl } from '../../src/sinks/jsonl.ts'
import { csv as fromCsv } from '../../src/sources/csv.ts'
import { jsonl as fromJsonl } from '../../src/sources/jsonl.ts'
import { map } from '../../src/transforms/map.ts'
import { rename } from '../../src/transforms/rename.ts'
import { bed } from './plan-bed.ts'
import { nothingUsed } from './nothing-used.ts'

const invalid = (column: string, message: string, fix?: string): EntrapipeError =>
  new EntrapipeError('ROW_INVALID', message, { facts: { column }, ...(fix ? { fix } : {}) })

/** Fails rows whose `n` is more than 2. */
const small = map((value: Fields) => {
  if (Number(value['n']) > 2) throw invalid('n', 'n: Expected 2 at most', 'Make it smaller.')
  return value
})

const feed = 'n;name\n1;"a\nb"\n3; blank \n2\n9;""""\n2;c\n7;d;e\n'

const plan = (more: Partial<Record<keyof Plan, unknown>> = {}) => ({
  source: fromCsv({ from: 'in.csv' }),
  transforms: [small],
  sink: toCsv({ to: 'out/good.csv' }),
  rejects: toCsv({ to: 'out/bad.csv' }),
  ...more,
})

t.test('failed rows are written as they were read, in the order of the input, with the reason', async t => {
  const { text, run } = bed(t, { 'in.csv': feed })
  const end = await run(plan())
  t.equal(text('out/good.csv'), 'n,name\n1,"a\nb"\n2,c\n')
  t.equal(
    text('out/bad.csv'),
    [
      'n,name,cell 3,line,column,code,reason,fix',
      '3, blank ,,4,n,ROW_INVALID,n: Expected 2 at most,Make it smaller.',
      '2,,,5,,ROW_INVALID,"Line 5 of in.csv has 1 cell, but the header has 2. Is a delimiter missing?",Correct the line in the file',
      '9,"""",,6,n,ROW_INVALID,n: Expected 2 at most,Make it smaller.',
      '7,d,e,8,,ROW_INVALID,"Line 8 of in.csv has 3 cells, but the header has 2. Does a cell that contains a delimiter lack quotes?",Correct the line in the file',
      '',
    ].join('\n'),
  )
  t.match(end.manifest, {
    completeness: 'complete',
    counts: { read: 6, written: 2, failed: 4, dropped: 0 },
    files: [
      { path: 'out/good.csv', rows: 2 },
      { path: 'out/bad.csv', rows: 4 },
    ],
  })
})

t.test(
  'a limit counts rows in the order of the input, and rows rejected after its last row are not in the run',
  async t => {
    const rows = (n: number, row: (at: number) => string): string =>
      Array.from({ length: n }, (_, at) => row(at)).join('')
    const { text, has, run } = bed(t, {
      'late.csv': `n,name\n${rows(20, () => '1,x\n')}${rows(10, () => '1\n')}`,
      'early.csv': `n,name\n1,x\n1\n1,y\n1\n2,z\n1\n`,
      'late.jsonl': `${rows(20, () => '{"n":1}\n')}${rows(10, at => `${at}\n`)}`,
    })
    const late = await run(plan({ source: fromCsv({ from: 'late.csv' }), limit: 10 }))
    t.match(late.manifest, { completeness: 'complete', counts: { read: 10, failed: 0, written: 10 } })
    t.equal(has('out/bad.csv'), false)
    const early = await run(plan({ source: fromCsv({ from: 'early.csv' }), limit: 4 }))
    t.match(early.manifest?.counts, { read: 4, failed: 2, written: 2 })
    t.equal(text('out/good.csv'), 'n,name\n1,x\n1,y\n')
    t.equal(text('out/bad.csv').trimEnd().split('\n').length, 3)
    const lines = await run(plan({ source: fromJsonl({ from: 'late.jsonl' }), limit: 21 }))
    t.match(lines.manifest?.counts, { read: 21, failed: 1, written: 20 })
  },
)

t.test('a corrected rejects file is a valid input, and the columns about its errors are rewritten', async t => {
  const { text, run } = bed(t, {
    'in.csv': 'n,name,line,column,code,reason,fix\n1,a,4,n,ROW_INVALID,too big,\n8,b,6,n,ROW_INVALID,too big,\n',
  })
  await run(plan())
  t.equal(
    text('out/bad.csv'),
    'n,name,line,column,code,reason,fix\n8,b,3,n,ROW_INVALID,n: Expected 2 at most,Make it smaller.\n',
  )
})

t.test('a column of the input is not lost to one of ours with the same name', async t => {
  const { text, run } = bed(t, { 'in.csv': 'n,code\n8,PL\n' })
  await run(plan())
  t.equal(
    text('out/bad.csv'),
    'n,code,reject line,reject column,reject code,reject reason,reject fix\n8,PL,2,n,ROW_INVALID,n: Expected 2 at most,Make it smaller.\n',
  )
})

t.test('without failed rows there is no rejects file, and an earlier one is removed', async t => {
  const { folder, text, has, run } = bed(t, { 'in.csv': feed })
  await run(plan())
  t.ok(has('out/bad.csv') && has('out/bad.csv.manifest.json'))
  writeFileSync(join(folder, 'in.csv'), 'n;name\n1;a\n')
  const end = await run(plan())
  t.equal(text('out/good.csv'), 'n,name\n1,a\n')
  t.strictSame(readdirSync(join(folder, 'out')).sort(), ['good.csv', 'good.csv.manifest.json'])
  t.match(end.manifest?.files, [{ path: 'out/good.csv' }])
})

t.test('an earlier rejects file stays if the run is interrupted', async t => {
  const { folder, text, run } = bed(t, { 'in.csv': feed })
  await run(plan())
  const before = text('out/bad.csv')
  writeFileSync(join(folder, 'in.csv'), 'n;name\n1;a\n1;"b\n')
  await t.rejects(run(plan()), { code: 'INPUT_MALFORMED' })
  t.equal(text('out/bad.csv'), before)
})

/** Two good rows and four bad ones. */
const six: Source<Fields> = {
  kind: 'six',
  async *read() {
    yield { rows: [1, 9, 1, 9, 9, 9].map((n, key) => ({ key, value: { n } })) }
  },
}

/** Tells what is done to it. */
const telling = (name: string, told: string[], fails?: string): Sink<Fields> => {
  const tell = (what: string): void => {
    told.push(`${name} ${what}`)
    if (what === fails) throw new EntrapipeError('DISK_FULL', 'There is no room left.')
  }
  return {
    kind: name,
    place: { ...passing, clear: async () => tell('clear') },
    open: async () => ({
      write: async rows => tell(`write ${rows.length}`),
      checkpoint: async cut => ({ mark: cut, cut }),
      finish: async () => {
        tell('finish')
        return []
      },
      close: async end => tell(end),
    }),
  }
}

t.test('rejects are complete before any file is published, and are published just before the output', async t => {
  const { run } = bed(t)
  const told: string[] = []
  await run(plan({ source: six, sink: telling('good', told), rejects: telling('bad', told) }))
  t.strictSame(told, ['good write 2', 'bad write 4', 'bad finish', 'good finish', 'bad commit', 'good commit'])
})

t.test('nothing is published if rejects cannot be written, or cannot be completed', async t => {
  for (const [fails, last] of [
    ['write 4', ['bad write 4', 'bad abort', 'good abort']],
    ['finish', ['bad write 4', 'bad finish', 'bad abort', 'good abort']],
    ['commit', ['bad finish', 'good finish', 'bad commit', 'bad abort', 'good abort']],
  ] as const) {
    const { run } = bed(t)
    const told: string[] = []
    await t.rejects(run(plan({ source: six, sink: telling('good', told), rejects: telling('bad', told, fails) })), {
      code: 'DISK_FULL',
    })
    t.strictSame(told.slice(-last.length), last)
  }
})

t.test('rejects are removed if the output cannot be completed', async t => {
  const { run } = bed(t)
  const told: string[] = []
  await t.rejects(run(plan({ source: six, sink: telling('good', told, 'finish'), rejects: telling('bad', told) })))
  t.strictSame(told.slice(-3), ['good finish', 'bad abort', 'good abort'])
})

t.test('a resumed run rejects the rows that failed before and after the interruption, once each', async t => {
  const { text, store, has, run } = bed(t, {
    'in.csv': `n\n${Array.from({ length: 30_000 }, (_, at) => (at % 1000 === 0 ? '9' : '1')).join('\n')}\n1,2\n`,
  })
  let breaks = true
  const breaking = map((value: Fields, key) => {
    if (breaks && key === 25_000) throw new EntrapipeError('GRAPH_UNAVAILABLE', 'It broke off.')
    return value
  })
  const broken = () => plan({ transforms: [small, breaking], rowsPerCut: 5000 })
  await t.rejects(run(broken()), { code: 'GRAPH_UNAVAILABLE' })
  t.notOk(has('out/bad.csv'))
  breaks = false
  const end = await run(broken())
  t.equal(end.manifest?.resumed, 1)
  t.match(end.manifest?.counts, { read: 30_001, written: 29_970, failed: 31, dropped: 0 })
  t.strictSame(
    text('out/bad.csv')
      .trimEnd()
      .split('\n')
      .slice(1)
      .map(line => Number(line.split(',')[2])),
    [...Array.from({ length: 30 }, (_, at) => at * 1000 + 2), 30_002],
  )
  t.equal((await store.list({ status: ['done'] })).length, 1)
})

t.test('a run interrupted while writing rejects writes all of them when it resumes', async t => {
  const { text, run } = bed(t, { 'in.csv': `n\n${'9\n1\n'.repeat(20_000)}` })
  const rejects = toCsv<Fields>({ to: 'out/bad.csv' })
  let breaks = true
  const breaking: Sink<Fields> = {
    ...rejects,
    async open(ctx) {
      const writer = await rejects.open(ctx)
      let rows = 0
      return {
        ...writer,
        async write(page) {
          rows += page.length
          if (breaks && rows > 10_000) throw new EntrapipeError('DISK_FULL', 'There is no room left.')
          await writer.write(page)
        },
      }
    },
  }
  const broken = () => plan({ rejects: breaking, rowsPerCut: 10_000 })
  await t.rejects(run(broken()), { code: 'DISK_FULL' })
  breaks = false
  const end = await run(broken())
  t.equal(end.manifest?.resumed, 1)
  t.strictSame(
    text('out/bad.csv')
      .trimEnd()
      .split('\n')
      .slice(1)
      .map(line => Number(line.split(',')[1])),
    Array.from({ length: 20_000 }, (_, at) => at * 2 + 2),
  )
})

t.test('a row derived from another one is rejected with the original row', async t => {
  const { text, run } = bed(t, { 'in.csv': 'n\n1\n12\n' })
  const twice: Transform<Fields, Fields> = {
    kind: 'twice',
    open: () => row => Array.from({ length: 11 }, (_, at) => ({ key: row.key, value: { n: row.value['n'], at } })),
  }
  const odd = map((value: Fields) => {
    if (value['n'] === '12' && Number(value['at']) % 8 === 2) throw invalid('at', 'at: odd')
    return value
  })
  await run(plan({ transforms: [twice, odd] }))
  t.equal(
    text('out/bad.csv'),
    'n,line,column,code,reason,fix\n12,3/2,at,ROW_INVALID,at: odd,\n12,3/10,at,ROW_INVALID,at: odd,\n',
  )
})

t.test('the last of several results of a row counts: a row that succeeded in the end is not rejected', async t => {
  const { text, run } = bed(t, { 'in.csv': 'n\n1\n2\n' })
  const settling: Sink<Fields> = {
    ...telling('good', []),
    async open(ctx) {
      const writer = await telling('good', []).open(ctx)
      return {
        ...writer,
        async write(rows) {
          for (const { key } of rows) {
            ctx.settled({ key, operation: 'user.create', outcome: 'unknown', message: 'no reply' })
            if (key === 2) ctx.settled({ key, operation: 'user.create', outcome: 'done' })
            else
              ctx.settled({
                key,
                step: 1,
                operation: 'license.assign',
                outcome: 'failed',
                target: 'E3',
                message: 'no seat',
              })
          }
        },
      }
    },
  }
  await run(plan({ sink: settling }))
  t.equal(text('out/bad.csv'), 'n,line,column,code,reason,fix\n2,3,,,no reply,\n2,3,E3,,no seat,\n')
})

t.test('rows of different shapes have all their columns in one file', async t => {
  const { text, run } = bed(t, {
    'in.jsonl': [
      ...Array.from({ length: 4000 }, (_, at) => ({ n: at % 2 ? 9 : 1, [`${at % 2 ? 'odd' : 'even'}`]: at })),
      { n: 9, late: [1, 2] },
      7,
      { n: 1, unseen: 1 },
    ]
      .map(value => JSON.stringify(value))
      .join('\n'),
  })
  for (const to of ['out/bad.csv', '-']) {
    let out = ''
    const stdout = new PassThrough().on('data', chunk => (out += String(chunk)))
    await run(
      plan({
        source: fromJsonl({ from: 'in.jsonl' }),
        rejects: toCsv({ to, stdout }),
        sink: toJsonl({ to: 'out/good.jsonl' }),
      }),
    )
    const lines = (to === '-' ? out : text(to)).trimEnd().split('\n')
    t.equal(lines.length, 2003)
    t.equal(lines[0], 'n,odd,late,line,column,code,reason,fix', 'only columns of rows that failed')
    t.match(lines[2001], /^9,,1;2,4001,n,ROW_INVALID/)
    t.match(lines[2002], /^,,,4002,,ROW_INVALID,Line 4002 of in.jsonl is not an object,/)
  }
})

t.test(
  'a value that cannot be written fails its row and is left out of the rejects; its other values are there',
  async t => {
    const { text, run } = bed(t)
    const big: Source<Fields> = {
      kind: 'big',
      async *read() {
        yield { rows: [1, 2, 9].map((n, key) => ({ key, value: { n, more: n === 2 ? { big: 2n } : 'x' } })) }
      },
    }
    const end = await run(plan({ source: big }))
    t.match(end.manifest?.counts, { read: 3, written: 1, failed: 2 })
    t.equal(
      text('out/bad.csv'),
      'n,more,line,column,code,reason,fix\n' +
        '2,,1,,ROW_INVALID,The row cannot be written as CSV: Do not know how to serialize a BigInt,"Remove the value, or convert it to text"\n' +
        '9,x,2,n,ROW_INVALID,n: Expected 2 at most,Make it smaller.\n',
    )
  },
)

t.test('a value with a zero byte fails its row and is left out of the rejects', async t => {
  const { text, run } = bed(t, { 'in.jsonl': '{"n":1,"name":"a\\u0000b"}\n{"n":1,"name":"c"}\n' })
  const end = await run(plan({ source: fromJsonl({ from: 'in.jsonl' }) }))
  t.match(end.manifest?.counts, { read: 2, written: 1, failed: 1 })
  t.match(
    text('out/bad.csv'),
    /^n,name,line,column,code,reason,fix\n1,,1,,ROW_INVALID,"Column ""name"" contains a zero byte/,
  )
})

t.test('an input that cannot be read twice has rejects with its columns', async t => {
  const { text, run } = bed(t)
  const stdin = Readable.from([Buffer.from('n\n1\n9\n')])
  await run(plan({ source: fromCsv({ from: '-', stdin }) }))
  t.equal(
    text('out/bad.csv'),
    'n,line,column,code,reason,fix\n9,3,n,ROW_INVALID,n: Expected 2 at most,Make it smaller.\n',
  )
})

t.test('after a foreign stream keys are ordinals, and the rejected row is the output of the stream', async t => {
  const { text, run } = bed(t, { 'in.csv': 'n\n1\n9\n' })
  const same = new NodeTransform({ objectMode: true, transform: (value, _, done) => done(null, value) })
  await run(plan({ transforms: [same, small] }))
  t.equal(
    text('out/bad.csv'),
    'n,line,column,code,reason,fix\n9,2,n,ROW_INVALID,n: Expected 2 at most,Make it smaller.\n',
  )
})

t.test('rows of a directory are rejected as read, and nothing is read twice', async t => {
  const { text, run } = bed(t)
  let reads = 0
  const people: Source<Fields> = {
    kind: 'people',
    usesGraph: true,
    async *read() {
      reads++
      yield { rows: ['1', '9'].map(n => ({ key: `id-${n}`, value: { n } })) }
    },
  }
  const graph = { tenant: { name: 'x', id: '1' }, usage: () => nothingUsed } as unknown as NonNullable<
    RunRequest['graph']
  >
  await run(plan({ source: people }), { graph })
  t.equal(reads, 1)
  t.equal(
    text('out/bad.csv'),
    'n,line,column,code,reason,fix\n9,id-9,n,ROW_INVALID,n: Expected 2 at most,Make it smaller.\n',
  )
})

t.test('a row that one step changed and another rejected is rejected as it was read', async t => {
  const { text, run } = bed(t, { 'in.csv': 'n,name\n1,a\n9,b\n' })
  const renamed = rename({ name: 'called' })
  await run(plan({ transforms: [renamed, map((value: Fields) => ({ ...value, called: 'x' })), small] }))
  t.equal(
    text('out/bad.csv'),
    'n,name,line,column,code,reason,fix\n9,b,3,n,ROW_INVALID,n: Expected 2 at most,Make it smaller.\n',
  )
})

t.test('rows that a step held back to the end are rejected as they were read', async t => {
  const { text, run } = bed(t, { 'in.csv': 'n\n1\n9\n' })
  const holding: Transform<Fields, Fields> = {
    kind: 'holding',
    open() {
      const held: Row<Fields>[] = []
      return {
        page(rows) {
          held.push(...rows)
          return []
        },
        end: () => held,
        save: () => [],
      }
    },
  }
  await run(plan({ transforms: [holding, small] }))
  t.equal(
    text('out/bad.csv'),
    'n,line,column,code,reason,fix\n9,3,n,ROW_INVALID,n: Expected 2 at most,Make it smaller.\n',
  )
})

t.test('a place where rejects cannot be written is an error before anything is read', async t => {
  const { run, folder } = bed(t, { 'in.csv': feed })
  mkdirSync(join(folder, 'folder.csv'))
  await t.rejects(run(plan({ rejects: toCsv({ to: 'folder.csv' }) })), { code: 'FILE_UNWRITABLE' })
  await t.rejects(run(plan({ rejects: {} })), { code: 'PIPELINE_INVALID' })
  t.strictSame(readdirSync(join(folder, 'out')), [])
})

/** A reader that is gone when text with these words comes. */
const closingAt = (words: string): Writable =>
  new Writable({
    write: (chunk, _encoding, done) =>
      done(String(chunk).includes(words) ? Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }) : undefined),
  })

t.test(
  'a run whose rejects pipe is closed early has failed, and has an output file only if all rejects were read',
  async t => {
    const { folder, text, store, run } = bed(t, { 'in.csv': feed })
    const piped = (stdout: Writable) => plan({ rejects: toJsonl({ to: '-', stdout }) })
    const closed = { code: 'WRITE_FAILED', message: /closed the stream before the end/ }
    await t.rejects(run(piped(closingAt('reason'))), closed)
    t.strictSame(readdirSync(join(folder, 'out')), [], 'nothing is published while the rejects are incomplete')
    await t.rejects(run(piped(closingAt('$end'))), closed)
    t.equal(text('out/good.csv'), 'n,name\n1,"a\nb"\n2,c\n', 'only the trailer was missing')
    const [first] = await store.list()
    t.match(first, { status: 'failed', error: { code: 'WRITE_FAILED' } })
    let out = ''
    const end = await run(piped(new PassThrough().on('data', chunk => (out += String(chunk)))))
    t.equal(end.run, first!.id)
    t.equal(out.trimEnd().split('\n').length, 5, 'the four rejects are repeated, with their trailer')
    t.match(end.manifest?.files, [{ path: 'out/good.csv' }, { path: '-', rows: 4 }])
  },
)

t.test('two concurrent runs cannot write the same rejects file', async t => {
  const { run, text } = bed(t, { 'in.csv': feed, 'other.csv': 'n;name\n8;z\n' })
  const other = () => plan({ source: fromCsv({ from: 'other.csv' }), sink: toCsv({ to: 'out/other.csv' }) })
  let refused: unknown
  const meanwhile = map(async (value: Fields) => {
    refused ??= await run(other()).catch((error: unknown) => error)
    return value
  })
  await run(plan({ transforms: [meanwhile, small] }))
  t.match(refused, { code: 'RUN_ACTIVE', message: /is writing to .*bad\.csv/ })
  t.equal(text('out/bad.csv').match(/^8,z/m), null)
  await run(other())
  t.match(text('out/bad.csv'), /^8,z/m)
})

t.test('rejects of a private input are private', { skip: process.platform === 'win32' }, async t => {
  const { run, folder } = bed(t, { 'in.csv': feed })
  chmodSync(join(folder, 'in.csv'), 0o600)
  await run(plan())
  t.equal(statSync(join(folder, 'out/bad.csv')).mode & 0o777, 0o600)
  t.equal(statSync(join(folder, 'out/good.csv')).mode & 0o777, 0o666 & ~process.umask())
})

t.test('columns with numeric names keep the order of the header, in the output and in rejects', async t => {
  const { run, text } = bed(t, { 'in.csv': 'n,2025,name,2024\n1,a,b,c\n3,d,e,f\n4\n' })
  const end = await run(plan({ transforms: [rename({ name: '7' }), small] }))
  t.equal(end.end, 'done')
  t.equal(text('out/good.csv'), 'n,2025,7,2024\n1,a,b,c\n')
  t.match(
    text('out/bad.csv'),
    /^n,2025,name,2024,line,column,code,reason,fix\n3,d,e,f,3,n,ROW_INVALID,.*\n4,,,,4,,ROW_INVALID,/,
  )
})

t.test('keys that differ only in type are different rows', async t => {
  const { text, run } = bed(t)
  const twins: Source<Fields> = {
    kind: 'twins',
    async *read() {
      yield {
        rows: [
          { key: 1, value: { n: 8 } },
          { key: '1', value: { n: 9 } },
          { key: 2, value: { n: 1 } },
        ],
      }
    },
  }
  await run(plan({ source: twins }))
  t.match(text('out/bad.csv'), /^n,line.*\n8,1,n,.*\n9,1,n,.*\n$/)
})

t.test('a run resumed after a shard has ended still knows the results of that shard', async t => {
  const { run } = bed(t)
  let breaks = true
  const two: Source<Fields> = {
    kind: 'two',
    split: async () => [{ name: 'a' }, { name: 'b' }],
    async *read(ctx, { name }, from) {
      if (name === 'a') {
        ctx.origin({ completeness: 'unverified', why: 'a was not whole', note: 'a note' })
        yield { rows: [{ key: 'a', value: { n: 1 } }], position: 1 }
        return
      }
      for (let at = typeof from === 'number' ? from : 0; at < 6; at++) {
        if (breaks && at === 4) throw new EntrapipeError('GRAPH_UNAVAILABLE', 'It broke off.')
        yield { rows: [{ key: `b${at}`, value: { n: 1 } }], position: at + 1 }
      }
    },
  }
  const planned = () => plan({ source: two, shardsAtOnce: 1, rowsPerCut: 1 })
  await t.rejects(run(planned()), { code: 'GRAPH_UNAVAILABLE' })
  breaks = false
  const { manifest } = await run(planned())
  t.match(manifest, { resumed: 1, completeness: 'unverified', why: 'a was not whole', notes: ['a note'] })
})
