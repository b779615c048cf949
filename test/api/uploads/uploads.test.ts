import { createHash, randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import { Readable } from 'node:stream'
import { processEnvironment } from '../../../src/core/environment.ts'
import { systemClock } from '../../../src/core/clock.ts'
import { uploadsIn } from '../../../src/api/uploads/uploads.ts'
import { openTables } from '../../../src/store/tables/open-tables.ts'
import { fakeClock } from '../../fake-clock.ts'
import { onlyRoot, smallDisk } from '../../small-disk.ts'
import { said, serverBed, type ServerBed } from '../server-bed.ts'

interface Uploaded {
  readonly id: string
  readonly rows: number
  readonly wrong: number
  readonly bytes: number
  readonly sha256: string
  readonly problems: readonly { readonly row: number; readonly column?: string; readonly message: string }[]
  readonly notes: readonly string[]
}

const upload = (bed: ServerBed, name: string, body: unknown, operation?: string) =>
  bed.call('POST', `/api/uploads${operation === undefined ? '' : `?operation=${encodeURIComponent(operation)}`}`, {
    headers: { 'content-disposition': `attachment; filename="${name}"`, 'content-type': 'application/octet-stream' },
    body,
  })

const left = (bed: ServerBed): readonly string[] => readdirSync(join(bed.folder, 'files', 'uploads'))

t.test('a file is kept as it was sent, for its owner only, and its rows are checked', async t => {
  const bed = await serverBed(t)
  const text = 'userPrincipalName,displayName,department\nann@contoso.com,Ann,Sales\nbob@contoso.com,,Sales\n'
  const reply = await upload(bed, 'new people.csv', text, 'users update')
  const { id, ...found } = reply.body as Uploaded
  t.equal(reply.status, 201)
  t.strictSame(found, {
    name: 'new people.csv',
    rows: 2,
    wrong: 0,
    problems: [],
    notes: [],
    bytes: text.length,
    sha256: createHash('sha256').update(text).digest('hex'),
  })
  const path = join(bed.folder, 'files', 'uploads', id, 'new people.csv')
  t.equal(readFileSync(path, 'utf8'), text)
  t.equal(statSync(path).mode & 0o777, 0o600)
  const headers = {
    'content-disposition': 'attachment; filename="people.csv"',
    'content-type': 'application/x-www-form-urlencoded',
  }
  t.equal((await bed.call('POST', '/api/uploads', { headers, body: text })).status, 201, 'as curl sends it')
})

t.test('rows with mistakes are named by line and column, a hundred at most, and the file is kept', async t => {
  const bed = await serverBed(t)
  const lines = Array.from({ length: 300 }, (_, at) => `u${at}@contoso.com,User ${at},perhaps`)
  const reply = await upload(
    bed,
    'people.csv',
    ['userPrincipalName,displayName,accountEnabled', ...lines].join('\n'),
    'users update',
  )
  const { rows, wrong, problems } = reply.body as Uploaded
  t.strictSame([reply.status, rows, wrong, problems.length], [201, 300, 300, 100])
  t.match(problems[0], { row: 2, column: 'accountEnabled', message: /accountEnabled/ })
  t.equal(problems[99]!.row, 101)
})

t.test('a file of another template is refused in one sentence, and nothing of it stays', async t => {
  const bed = await serverBed(t)
  const refused = async (name: string, body: unknown, operation: string | undefined, code: string, detail: RegExp) => {
    const reply = await upload(bed, name, body, operation)
    t.strictSame([reply.status, reply.problem.code], [422, code], reply.text)
    t.match(reply.problem.detail, detail)
  }
  await refused('a.csv', 'colour,size\nred,1\n', 'users update', 'HEADER_INVALID', /column/)
  await refused('a.csv', 'userPrincipalName,shoeSize\na@b.com,1\n', 'users update', 'COLUMN_UNKNOWN', /shoeSize/)
  await refused('a.csv', 'x', 'users fly', 'OPTION_INVALID', /^No operation "users fly" reads the rows of a file\./)
  await refused('a.csv', randomBytes(1000), undefined, 'INPUT_MALFORMED', /a\.csv/)
  await refused('a.jsonl', 'no json', undefined, 'INPUT_MALFORMED', /^a\.jsonl is not JSON lines\.$/)
  await refused('a.json', 'no json', undefined, 'INPUT_MALFORMED', /^a\.json is not JSON\.$/)
  await refused('a.csv.gz', 'no gzip', undefined, 'INPUT_MALFORMED', /a\.csv\.gz is corrupted/)
  await refused(
    'a.csv.gz',
    gzipSync('a,b\n1,2\n').subarray(0, 20),
    undefined,
    'INPUT_CUT_OFF',
    /a\.csv\.gz is truncated/,
  )
  await refused('a.xlsx', 'no workbook', undefined, 'INPUT_MALFORMED', /^a\.xlsx is not a workbook/)
  t.strictSame(left(bed), [])
})

t.test('names that a job may give for all rows may be missing in the file', async t => {
  const bed = await serverBed(t)
  const accepted = async (text: string, operation: string) => {
    const { status, text: told } = await upload(bed, 'a.csv', text, operation)
    t.equal(status, 201, told)
  }
  await accepted('member\nann@contoso.com\n', 'members add')
  await accepted('group,member\nSales,ann@contoso.com\n', 'members add')
  await accepted('userPrincipalName\nann@contoso.com\n', 'licenses assign')
  await accepted('userPrincipalName,displayName,mailNickname,accountEnabled\na@contoso.com,A,a,true\n', 'users create')
  await accepted('principal\nann@contoso.com\n', 'roles assign')
  await accepted('userPrincipalName,displayName,licenseSku\na@contoso.com,A,SPE_E3\n', 'onboard')
  await accepted('userPrincipalName\na@contoso.com\n', 'offboard')
})

t.test('all formats are read, and what is remarkable is noted', async t => {
  const bed = await serverBed(t)
  const rows = async (name: string, body: unknown) =>
    ((await upload(bed, name, body, 'users update')).body as Uploaded).rows
  t.equal(await rows('a.csv.gz', gzipSync('userPrincipalName,displayName\na@b.com,A\n')), 1)
  t.equal(await rows('a.jsonl', '{"userPrincipalName":"a@b.com","displayName":"A"}\n{"id":"b","displayName":"B"}\n'), 2)
  t.equal(await rows('a.json', '[{"userPrincipalName":"a@b.com","displayName":"A"}]'), 1)
  const empty = (await upload(bed, 'a.csv', 'userPrincipalName,displayName\n', 'users update')).body as Uploaded
  t.strictSame([empty.rows, empty.notes], [0, ['a.csv has no rows. The example row of a template does not count.']])
})

t.test('names with folders, devices or hidden characters are refused', async t => {
  const bed = await serverBed(t)
  for (const name of [
    '../a.csv',
    '..\\\\a.csv',
    '/etc/passwd.csv',
    'C:\\\\a.csv',
    '.hidden.csv',
    'con.csv',
    '-rf.csv',
    'a.csv ',
    'a\u202egpj.csv',
  ])
    t.strictSame(said(await upload(bed, encodeLatin(name), 'a,b\n1,2\n')).slice(0, 2), [422, 'OPTION_INVALID'], name)
  for (const name of ['a.exe', 'a', 'a.csv.zip', 'a.parquet'])
    t.strictSame(said(await upload(bed, name, 'a,b\n1,2\n')).slice(0, 2), [422, 'OPTION_INVALID'], name)
  t.equal((await bed.call('POST', '/api/uploads', { body: 'a,b\n1,2\n' })).status, 422)
  const star = { 'content-disposition': "attachment; filename*=UTF-8''..%2F..%2Fa.csv" }
  t.equal((await bed.call('POST', '/api/uploads', { headers: star, body: 'a,b\n1,2\n' })).status, 422)
  t.strictSame(left(bed), [])
})

const encodeLatin = (name: string): string => Buffer.from(name, 'utf8').toString('latin1')

t.test('a form is refused, and so is a file over the limit, also one that is compressed', async t => {
  const bed = await serverBed(t, { maxUpload: 10_000 })
  const form = {
    'content-type': 'multipart/form-data; boundary=x',
    'content-disposition': 'attachment; filename="a.csv"',
  }
  t.strictSame(said(await bed.call('POST', '/api/uploads', { headers: form, body: '--x--' })), [
    415,
    'CONTENT_UNSUPPORTED',
    'A form is not accepted: the body must be the file itself.',
  ])
  const long = `name\n${'someone\n'.repeat(2000)}`
  const tooLarge = [413, 'BODY_TOO_LARGE', 'a.csv is larger than the server accepts.']
  t.strictSame(said(await upload(bed, 'a.csv', long)), tooLarge)
  async function* pieces() {
    yield Buffer.from(long.slice(0, 9000))
    yield Buffer.from(long.slice(9000))
  }
  t.strictSame(said(await upload(bed, 'a.csv', pieces())), tooLarge, 'without its length')
  t.strictSame(said(await upload(bed, 'a.csv.gz', gzipSync(long))), [
    413,
    'BODY_TOO_LARGE',
    'a.csv.gz is larger than the server accepts when it is decompressed.',
  ])
  t.strictSame(left(bed), [])
})

for (const [what, name, piece, code] of [
  ['random bytes', 'noise.csv', () => randomBytes(65_536), 'INPUT_MALFORMED'],
  ['random bytes as JSON lines', 'noise.jsonl', () => randomBytes(65_536), 'INPUT_MALFORMED'],
  ['random bytes as gzip', 'noise.csv.gz', () => randomBytes(65_536), 'INPUT_MALFORMED'],
  ['random bytes as a workbook', 'noise.xlsx', () => randomBytes(65_536), 'INPUT_MALFORMED'],
  ['one endless line', 'noise.csv', () => Buffer.alloc(65_536, 'a'), undefined],
  ['zero bytes', 'noise.csv', () => Buffer.alloc(65_536), undefined],
  ['base64', 'noise.json', () => Buffer.from(randomBytes(49_152).toString('base64')), 'INPUT_MALFORMED'],
] as const)
  t.test(`5 GB of noise is refused within its first MB: ${what}`, async t => {
    const bed = await serverBed(t, { maxUpload: 10_000_000_000 })
    const { port } = new URL(bed.url)
    const sent = request({
      port,
      host: '127.0.0.1',
      method: 'POST',
      path: '/api/uploads',
      headers: {
        authorization: `Bearer ${bed.token}`,
        'content-disposition': `attachment; filename="${name}"`,
        'content-length': String(5_000_000_000),
      },
    })
    // The rest is never sent, so the reply is only about these.
    for (let bytes = 0; bytes < 1_000_000; bytes += 65_536) sent.write(piece())
    const [status, text] = await new Promise<[number, string]>((resolve, reject) => {
      sent.on('error', reject).on('response', reply => {
        let body = ''
        reply.on('data', more => (body += more)).on('end', () => resolve([reply.statusCode!, body]))
      })
    })
    t.equal(status, 422, text)
    if (code !== undefined) t.equal(JSON.parse(text).code, code)
    sent.destroy()
    t.strictSame(left(bed), [])
  })

t.test('a sender that goes away leaves nothing behind', async t => {
  const bed = await serverBed(t)
  const { port } = new URL(bed.url)
  const sent = request({
    port,
    host: '127.0.0.1',
    method: 'POST',
    path: '/api/uploads',
    headers: { authorization: `Bearer ${bed.token}`, 'content-disposition': 'attachment; filename="a.csv"' },
  })
  sent.on('error', () => undefined)
  sent.write('name\nann\n')
  while (left(bed).length === 0) await new Promise(setImmediate)
  sent.destroy()
  while (left(bed).length > 0) await new Promise(setImmediate)
  t.strictSame(await bed.tables.query('select id from uploads'), [])
})

t.test('a file that no job has is removed a day after it was sent', async t => {
  const folder = t.testdir({ uploads: {} })
  const { clock, advance } = fakeClock(systemClock.now())
  const tables = await openTables({ path: folder }, clock)
  t.teardown(() => tables.close())
  const uploads = uploadsIn(join(folder, 'uploads'), tables, {
    clock,
    environment: processEnvironment(),
    mostBytes: 1000,
  })
  const by = { id: 'person:ann', name: 'ann', roles: ['Operator' as const], tenants: 'all' as const, isApp: false }
  const add = () =>
    uploads.add(
      { name: 'a.csv', operation: undefined },
      Readable.from([Buffer.from('a\n1\n')]),
      by,
      new AbortController().signal,
    )
  const [used, unused] = [await add(), await add()]
  const isUsed = async (id: string) => id === used.id
  await uploads.sweep(clock.now() - 86_400_000, isUsed)
  t.equal(readdirSync(join(folder, 'uploads')).length, 2)
  advance(2 * 86_400_000)
  await uploads.sweep(clock.now() - 86_400_000, isUsed)
  t.strictSame(readdirSync(join(folder, 'uploads')), [used.id])
  await t.rejects(uploads.find(unused.id, by), { code: 'UPLOAD_UNKNOWN' })
  t.match(await uploads.find(used.id, by), { name: 'a.csv', rows: 1 })
})

t.test('a file for which the disk has no room is refused, leaves nothing, and others are accepted', async t => {
  const bed = await serverBed(t)
  const unmount = smallDisk(join(bed.folder, 'files', 'uploads'), 256)
  if (!unmount) return t.skip(onlyRoot, () => undefined)
  try {
    const rows = (many: number): string => `id\n${'11111111-2222-4333-8444-555555555555\n'.repeat(many)}`
    t.strictSame(said(await upload(bed, 'large.csv', rows(20_000))), [
      507,
      'DISK_FULL',
      'The disk is full: large.csv cannot be written (ENOSPC).',
    ])
    t.strictSame(left(bed), [])
    t.equal((await upload(bed, 'small.csv', rows(10))).status, 201)
  } finally {
    unmount()
  }
})
