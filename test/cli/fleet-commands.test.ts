import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import t, { type Test } from 'tap'
import { binary } from '../e2e/bed.ts'
import { postgres, withoutPostgres } from '../servers/postgres.ts'
import { commandBed } from './command-bed.ts'

t.test('servers and workers of a fleet', { skip: withoutPostgres }, async t => {
  const bed = await commandBed(t, { 'people.csv': 'colour\nred\n' })
  const server = await postgres(t)
  const url = await server.database()
  const files = mkdtempSync(join(tmpdir(), 'entrapipe-files-'))
  t.teardown(() => rmSync(files, { recursive: true, force: true }))
  const key = join(bed.folder, 'key')
  writeFileSync(key, randomBytes(32).toString('base64'), { mode: 0o600 })

  const start = (machine: string, args: readonly string[], more: Readonly<Record<string, string>> = {}) => {
    const store = join(bed.folder, machine)
    if (machine !== 'store') {
      mkdirSync(store, { recursive: true, mode: 0o700 })
      rmSync(join(store, 'sandbox'), { force: true })
      symlinkSync(join(bed.folder, 'store/sandbox'), join(store, 'sandbox'))
    }
    const env = { ...process.env, DATABASE_URL: url, ENTRAPIPE_KEY_FILE: key, ENTRAPIPE_STORE: store, HOME: bed.folder }
    return spawn(process.execPath, [binary, ...args], { cwd: bed.folder, env: { ...env, ...more }, stdio: 'pipe' })
  }
  /** Runs a command to its end. */
  const run = async (args: readonly string[], more: Readonly<Record<string, string>> = {}) => {
    const child = start('store', args, more)
    const ended = once(child, 'close')
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', piece => (stdout += String(piece)))
    child.stderr.on('data', piece => (stderr += String(piece)))
    return { status: ((await ended) as [number])[0], stdout, stderr }
  }
  /** Starts a process that stays, and waits until it says that it is up. */
  const standing = async (t: Test, machine: string, ...args: readonly string[]) => {
    const child = start(machine, [...args, '--json'])
    let log = ''
    child.stderr.on('data', piece => (log += String(piece)))
    const ended = once(child, 'exit')
    const end = async (): Promise<number | null> => {
      child.kill('SIGTERM')
      return (await ended)[0] as number | null
    }
    t.teardown(end)
    const first = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended])
    if (typeof first[0] !== 'string') throw new Error(`it ended: ${log}`)
    return { ended, end, log: () => log }
  }
  const worker = ['worker', '--files', files, '--tenant', 'sandbox']

  await t.test('what is missing is reported in a sentence, and never the password', async t => {
    const cases: readonly (readonly [readonly string[], Readonly<Record<string, string>>, RegExp])[] = [
      [worker, { DATABASE_URL: '' }, /DATABASE_URL is not set/],
      [['store', 'status'], { DATABASE_URL: '' }, /DATABASE_URL is not set/],
      [worker, { ENTRAPIPE_KEY_FILE: '' }, /ENTRAPIPE_KEY_FILE is not set/],
      [worker, {}, /has no tables of entrapipe.*store migrate/s],
      [worker, { DATABASE_URL: url.replace(/:[^:@]+@/, ':wrong-word@') }, /refuses the user or the password/],
      [worker, { DATABASE_URL: 'postgres://x:wrong-word@127.0.0.1:1/x' }, /cannot be reached/],
      [['worker', '--files', join(files, 'none'), '--tenant', 'sandbox'], {}, /--files: the folder .* was not found/],
      [['serve', '--tenant', 'sandbox', '--port', '0'], {}, /--files must name the folder/],
      [['worker', '--files', 'https://a.example/c/?sig=x', '--tenant', 'sandbox'], {}, /followed by a query/],
      [
        ['serve', '--files', 's3://bucket/x/', '--tenant', 'sandbox'],
        { DATABASE_URL: '' },
        /must name a folder of this/,
      ],
      [['serve', '--tenant', 'sandbox', '--workers', '0'], { DATABASE_URL: '' }, /--workers 0/],
    ]
    for (const [args, more, says] of cases) {
      const { status, stderr } = await run(args, more)
      t.equal(status, 2, stderr)
      t.match(stderr, says)
      t.notMatch(stderr, /wrong-word/)
    }
  })

  await t.test('migrations are made once, and their versions are shown', async t => {
    t.match(await run(['store', 'status']), { status: 2, stdout: /tables: version 0/ })
    t.match(await run(['store', 'migrate']), { status: 0, stdout: /tables: from version 0 to \d/ })
    t.match(await run(['store', 'migrate']), { status: 0, stdout: /tables: version \d+, nothing to do/ })
    t.match(await run(['store', 'status', '--json']), { status: 0, stdout: /"name":"tables"/ })
  })

  await t.test('a job waits until a worker has its tenant, and the worker writes its file', async t => {
    const serving = await standing(
      t,
      'store',
      'serve',
      '--tenant',
      'sandbox',
      '--port',
      '0',
      '--files',
      files,
      '--workers',
      '0',
    )
    const submitted = await bed.run(
      'jobs',
      'submit',
      'export users',
      '--tenant',
      'sandbox',
      '--to',
      'users.csv',
      '--select',
      'id',
    )
    t.equal(submitted.status, 0, submitted.stderr)
    const id = submitted.stdout.trim()
    const reason = async () =>
      (JSON.parse((await bed.run('jobs', 'show', id, '--json')).stdout) as { readonly reason?: string }).reason
    while ((await reason()) === undefined) await new Promise(setImmediate)
    t.equal(await reason(), 'no worker is there')
    const working = await standing(t, 'other', ...worker)
    const watched = await bed.run('jobs', 'watch', id)
    t.equal(watched.status, 0, `${watched.stderr} ${working.log()} ${serving.log()}`)
    t.match(await bed.run('jobs', 'files', id), { stdout: /users\.csv/ })

    await t.test('a folder of the same name that is another one is refused', async t => {
      const { status, stderr } = await run(['worker', '--files', bed.folder, '--tenant', 'sandbox'])
      t.equal(status, 2)
      t.match(stderr, /is not the folder of this fleet, which is/)
    })

    await t.test('a worker with another key is refused', async t => {
      const other = join(bed.folder, 'other-key')
      writeFileSync(other, randomBytes(32).toString('base64'), { mode: 0o600 })
      const { status, stderr } = await run(worker, { ENTRAPIPE_KEY_FILE: other })
      t.equal(status, 2)
      t.match(stderr, /lacks the key of this fleet/)
    })

    await t.test('a worker ends when the tables are too new for it', async t => {
      const [{ version }] = (await server.query(
        url,
        `select max(version) as version from entrapipe.versions where part = 'tables'`,
      )) as [{ version: number }]
      await server.query(url, `insert into entrapipe.versions (part, version) values ('tables', ${version + 1})`)
      t.match(await run(['store', 'status']), { status: 0 }, 'one version newer can be used')
      const { status, stderr } = await bed.run(
        ...['jobs', 'submit', 'export groups', '--tenant', 'sandbox', '--to', 'groups.csv', '--select', 'id', '--wait'],
      )
      t.equal(status, 0, `a worker of the release before still works: ${stderr} ${working.log()}`)
      await server.query(url, `insert into entrapipe.versions (part, version) values ('tables', ${version + 2})`)
      t.equal(((await working.ended) as [number])[0], 2)
      t.match(working.log(), /migrated by a newer entrapipe/)
      t.match(await run(['store', 'migrate']), { status: 2, stderr: /Upgrade this entrapipe/ })
    })
    await serving.ended
  })
})
