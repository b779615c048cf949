import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { sendFiles } from '../../src/api/jobs/sent-files.ts'
import { depotSweep, sweepCopies } from '../../src/api/sweep-depot.ts'
import type { Job } from '../../src/jobs/job.ts'
import { depotAt } from '../../src/places/depot.ts'
import { fakeClock } from '../fake-clock.ts'
import { contextWith } from '../servers/context.ts'
import { s3rver } from '../servers/s3rver.ts'
import { said, serverBed } from './server-bed.ts'

const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

t.test('a server whose files are in a bucket', async t => {
  const server = await s3rver(t)
  await server.create('jobs')
  const ctx = contextWith(t.testdir({}), server.variables())
  const at = (name: string) => depotAt(server.folder('jobs', 'fleet/'), join(t.testdirName, name), ctx)
  const depot = at('copies')
  const bed = await serverBed(t, { depot, files: depot.folder })
  const headers = { 'content-disposition': 'attachment; filename="new people.csv"' }
  const body = Buffer.from('userPrincipalName\nann@contoso.com\n')
  const names = async (folder: string): Promise<readonly string[]> => {
    const found = []
    for await (const name of depot.in(folder).folders(ctx)) found.push(name)
    return found.toSorted()
  }

  const sent = await bed.call('POST', '/api/uploads', { headers, body })
  const upload = sent.body as { readonly id: string; readonly sha256: string }
  const submitted = await bed.call('POST', '/api/jobs', {
    body: {
      pipeline: 'filter',
      tenant: 'sandbox',
      upload: upload.id,
      fileName: 'Zoë 100 %.csv',
      params: { odata: "department eq 'Sales'" },
    },
  })
  if (submitted.status !== 202) throw new Error(submitted.text)
  const { id } = submitted.body as Job
  const [line] = await bed.tables.query('select job_order from jobs where id = $1', [id])
  const { paths } = JSON.parse(String(line!['job_order'])) as { readonly paths: Readonly<Record<string, string>> }
  const output = dirname(paths['to']!)

  await t.test('an upload is where every worker finds it, and a job has only names', async t => {
    t.equal(sent.status, 201)
    const worker = at('worker')
    await worker.fetch(paths['from']!, upload.sha256)
    await t.rejects(worker.fetch(paths['from']!, hashOf(Buffer.from('another'))), { code: 'INPUT_CHANGED' })
    t.equal(paths['from'], `uploads/${upload.id}/new people.csv`)
    t.match(paths['to'], /^outputs\/[0-9a-f-]{36}\/Zoë 100 %\.csv$/)
    t.strictSame((await bed.call('GET', `/api/jobs/${id}/files`)).body, { items: [] })
  })

  await t.test('a file that a worker has sent is listed with its hash, and downloaded as it was written', async t => {
    const worker = at('worker')
    const bytes = randomBytes(11 * 2 ** 20)
    mkdirSync(join(worker.folder, output), { recursive: true })
    writeFileSync(join(worker.folder, paths['to']!), bytes)
    await sendFiles(worker, output, ['Zoë 100 %.csv'])
    const list = await bed.call('GET', `/api/jobs/${id}/files`)
    t.strictSame(list.body, { items: [{ name: 'Zoë 100 %.csv', bytes: bytes.length, sha256: hashOf(bytes) }] })
    const address = `/api/jobs/${id}/files/${encodeURIComponent('Zoë 100 %.csv')}`
    const reply = await fetch(`${bed.url}${address}`, { headers: { authorization: `Bearer ${bed.token}` } })
    t.equal(Number(reply.headers.get('content-length')), bytes.length)
    t.equal(hashOf(Buffer.from(await reply.arrayBuffer())), hashOf(bytes))
    t.equal((await bed.call('GET', `/api/jobs/${id}/files/_files.json`)).status, 404)
  })

  await t.test('what a deleted job leaves is removed a day later, and what is used stays', async t => {
    const { clock, advance } = fakeClock(0)
    const sweep = depotSweep(depot, clock, 1000)
    const needed = { isNamed: async () => false, isJob: async () => false, isUpload: async () => true }
    const used = { ...needed, isNamed: async () => true }
    await sweep(needed)
    await sweep(used)
    advance(2000)
    await sweep(needed)
    t.strictSame(await names('outputs'), [output.split('/')[1]], 'it was used in between')
    advance(2000)
    await sweep(needed)
    t.strictSame(await names('outputs'), [])
    t.strictSame(await names('uploads'), [upload.id])
    const copy = join(depot.folder, paths['from']!)
    t.ok(existsSync(copy))
    await sweepCopies(depot, Date.now() + 1000, async () => true)
    t.notOk(existsSync(copy))
    await depot.fetch(paths['from']!, upload.sha256)
    t.ok(existsSync(copy), 'it is copied again')
  })

  await t.test('a file that is refused leaves nothing', async t => {
    const bad = { ...headers, 'content-disposition': 'attachment; filename="x.xlsx"' }
    const reply = await bed.call('POST', '/api/uploads', { headers: bad, body: Buffer.from('no workbook') })
    t.strictSame(said(reply).slice(0, 2), [422, 'INPUT_MALFORMED'])
    t.strictSame(await names('uploads'), [upload.id])
  })
})
