import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Job } from '../../../src/jobs/job.ts'
import { said, serverBed } from '../server-bed.ts'

const feed = 'employeeId,displayName\n1,Ann\n'

t.test('outputs of jobs', async t => {
  const share = join(t.testdir({ share: {} }), 'share/')
  const bed = await serverBed(t, { places: { lake: 's3://contoso/lake/', share } })
  const submit = (body: object) => bed.call('POST', '/api/jobs', { body: { tenant: 'sandbox', ...body } })
  const users = (body: object, params: object = {}) => submit({ pipeline: 'export users', ...body, params })
  const pathsOf = async ({ id }: Job) => {
    const [line] = await bed.tables.query('select job_order, places from jobs where id = $1', [id])
    const { paths } = JSON.parse(String(line!['job_order'])) as { readonly paths: Readonly<Record<string, string>> }
    return { paths, places: line!['places'] }
  }
  const headers = { 'content-disposition': 'attachment; filename="feed.csv"' }
  const { id: upload } = (await bed.call('POST', '/api/uploads', { headers, body: Buffer.from(feed) })).body as Job
  const clean = (params: object, body: object = {}) => submit({ pipeline: 'clean-hr-feed', upload, params, ...body })

  await t.test('a pipeline that writes two files gets two names', async t => {
    const sent = await clean({ rejects: 'rejected.csv' }, { fileName: 'people.csv' })
    t.equal(sent.status, 202, sent.text)
    const { paths } = await pathsOf(sent.body)
    t.match(paths['to'], /[/\\]people\.csv$/)
    t.match(paths['rejects'], /[/\\]rejected\.csv$/)
    t.strictSame(said(await clean({ rejects: 'People.csv' }, { fileName: 'people.csv' })).slice(0, 2), [
      422,
      'OPTION_INVALID',
    ])
    t.match(
      said(await clean({ rejects: 'rejected/../../x.csv' }, { fileName: 'people.csv' })).at(-1),
      /The parameter rejects must be/,
    )
  })

  await t.test('a place is named by the administrator, and its files are in a folder of their tenant', async t => {
    const sent = await users({ fileName: 'share:users.jsonl' })
    t.equal(sent.status, 202, sent.text)
    const job = sent.body as Job
    t.strictSame(await pathsOf(job), { paths: { to: 'share:users.jsonl' }, places: 'share' })
    t.equal(job.fileName, 'share:users.jsonl')
    t.equal((await users({ fileName: 'lake:users/' }, { format: 'parquet' })).status, 202)
    t.strictSame((await bed.call('GET', '/api/places')).body, {
      items: [
        { name: 'lake', folders: true },
        { name: 'share', folders: false },
      ],
    })
  })

  await t.test('its files are listed once the run of the job has written them', async t => {
    const job = (await users({ fileName: 'share:all.jsonl' })).body as Job
    const files = async () => (await bed.call('GET', `/api/jobs/${job.id}/files`)).body as object
    t.strictSame(await files(), { items: [] })
    await bed.tables.query('update jobs set run = $2 where id = $1', [job.id, 'r1'])
    mkdirSync(join(share, 'sandbox'), { recursive: true })
    const facts = { path: 'all.jsonl', bytes: 3, sha256: 'abc' }
    const write = (run: string) =>
      writeFileSync(join(share, 'sandbox/all.jsonl.manifest.json'), JSON.stringify({ run, files: [facts] }))
    write('r1')
    t.strictSame(await files(), { items: [{ name: 'all.jsonl', bytes: 3, sha256: 'abc', at: 'share' }] })
    const got = await bed.call('GET', `/api/jobs/${job.id}/files/all.jsonl`)
    t.equal(got.status, 404)
    t.match(said(got).at(-1), 'it writes to the place share')
    write('r2')
    t.strictSame(await files(), { items: [] }, 'another run has replaced them')
  })

  await t.test('what is no place, or no name there, is refused in one sentence', async t => {
    for (const [fileName, message] of [
      ['pond:users.csv', 'The server has no place pond.'],
      ['lake:users.csv', 'The place lake takes folders of part files only, and users.csv is a file.'],
      ['share:../users.csv', 'fileName must be a name without a folder.'],
      ['share:a/b/', 'fileName must be a name without a folder.'],
      ['share:..', 'fileName must begin with a letter, a digit or _, and end with one.'],
      ['https://contoso.blob.core.windows.net/x/', 'fileName must be a name without a folder.'],
      ['share:users/', 'share:users/ is a folder of part files, and their format was not given.'],
      ['share:users.exe', 'fileName'],
    ] as const) {
      const answer = await users({ fileName })
      t.equal(answer.status, 422, fileName)
      t.match(answer.problem.detail, message)
      t.notMatch(answer.text, share, 'no folder of the server is told')
    }
  })

  await t.test('each time of a schedule writes to the place', async t => {
    const body = {
      ...{ pipeline: 'export users', tenant: 'sandbox', name: 'nightly', when: { daily: '02:00', timeZone: 'UTC' } },
      fileName: 'share:users.csv',
    }
    const added = await bed.call('POST', '/api/schedules', { body })
    t.equal(added.status, 201, added.text)
    const run = await bed.call('POST', '/api/schedules/nightly/run')
    t.equal(run.status, 202, run.text)
    t.strictSame(await pathsOf(run.body), { paths: { to: 'share:users.csv' }, places: 'share' })
  })
})
