import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import t, { type Test } from 'tap'
import { binary } from '../e2e/bed.ts'
import { commandBed } from './command-bed.ts'

/** A server of the store of a bed, in a process of its own. */
const serving = async (t: Test, bed: Awaited<ReturnType<typeof commandBed>>, ...more: readonly string[]) => {
  const child = spawn(process.execPath, [binary, 'serve', '--tenant', 'sandbox', '--port', '0', '--json', ...more], {
    cwd: bed.folder,
    env: { ...process.env, ENTRAPIPE_STORE: join(bed.folder, 'store'), HOME: bed.folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  child.stderr.on('data', piece => (log += piece))
  const ended = once(child, 'exit')
  const end = async (): Promise<number | null> => {
    child.kill('SIGTERM')
    return (await ended)[0] as number | null
  }
  t.teardown(end)
  const lines = createInterface({ input: child.stdout })
  const first = await Promise.race([once(lines, 'line'), ended])
  if (typeof first[0] !== 'string') throw new Error(`serve ended: ${log}`)
  return { ...(JSON.parse(first[0]) as { readonly url: string; readonly pid: number }), end, log: () => log }
}

t.test('jobs write to places of the configuration, and are waited for until they wait for a person', async t => {
  const rows = ['ann', 'ben', 'cem'].map(
    name => `${name},${name}@contoso.onmicrosoft.com,${name},true,Pa55-w0rd-${name}`,
  )
  const bed = await commandBed(t, {
    'people.csv': `displayName,userPrincipalName,mailNickname,accountEnabled,password\n${rows.join('\n')}\n`,
  })
  const share = join(bed.folder, 'share')
  const config = join(bed.folder, 'server.config.json')
  const credential = { kind: 'azure-cli' }
  const tenants = { contoso: { tenantId: 'contoso.onmicrosoft.com', credential } }
  writeFileSync(config, JSON.stringify({ tenants, places: { share } }))
  await serving(t, bed, '--config', config)
  const submit = (...order: readonly string[]) => bed.run('jobs', 'submit', ...order, '--tenant', 'sandbox', '--wait')

  const exported = await submit('export users', '--to', 'share:users.csv', '--select', 'id')
  t.equal(exported.status, 0, exported.stderr)
  t.equal(readFileSync(join(share, 'sandbox/users.csv'), 'utf8').trim().split('\n').length, 301)
  t.match(await bed.run('jobs', 'files', exported.stdout.trim()), {
    stdout: /^NAME +BYTES +SHA-256 +PLACE\nusers\.csv +\d+ +[0-9a-f]{64} +share\n/,
  })

  const some = await submit('users create', '--from', join(bed.folder, 'people.csv'), '--limit', '2')
  t.match(some, { status: 0, stderr: /2 done, 1 pending.*entrapipe jobs resume j/s })
  await bed.run('jobs', 'resume', some.stdout.trim())
  t.match(await bed.run('jobs', 'watch', some.stdout.trim()), { status: 0, stderr: /3 done/ })
  t.match(await bed.run('jobs', 'list', '--tenant', 'sandbx'), { status: 2, stderr: /no tenant "sandbx"/ })
})

t.test('commands submit, watch and get jobs of the server of this store, and exit as the jobs ended', async t => {
  const bed = await commandBed(t, { 'people.csv': 'member\nnobody@contoso.com\n', 'odd.csv': 'colour\nred\n' })
  t.match(await bed.run('jobs', 'list'), { status: 75, stderr: /No server runs for this store/ })
  const server = await serving(t, bed)
  const file = join(bed.folder, 'store', 'server.json')
  t.equal(statSync(file).mode & 0o777, 0o600)
  t.match(JSON.parse(readFileSync(file, 'utf8')), { url: server.url, token: /^entrapipe_/, pid: server.pid })

  await t.test('a schedule starts jobs of its pipeline, each with a file of its own', async t => {
    const what = [
      'schedule',
      'add',
      'nightly',
      'export users',
      '--tenant',
      'sandbox',
      '--to',
      'users.csv',
      '--select',
      'id',
    ]
    t.match(await bed.run(...what, '--daily', '02:30'), { status: 2, stderr: /--time-zone is missing/ })
    t.match(await bed.run(...what, '--hourly', '5'), { status: 2, stderr: /Unknown option '--hourly'/ })
    t.match(await bed.run(...what, '--to', 'other.csv', '--daily', '02:30', '--time-zone', 'UTC'), {
      status: 2,
      stderr: /--to can be given only once/,
    })
    t.match(await bed.run('schedule', 'add', 'nightly'), { status: 2, stderr: /The argument <pipeline> is missing/ })
    t.match(await bed.run('jobs', 'submit'), { status: 2, stderr: /The argument <pipeline> is missing/ })
    t.match(await bed.run(...what, '--daily', '02:30', '--time-zone', 'Europe/Berlin'), {
      status: 0,
      stderr: /Schedule nightly is active; its next time is \d{4}-\d\d-\d\dT0[01]:30:00\.000Z\./,
    })
    t.match(await bed.run('schedule', 'next', 'nightly', '--limit', '3'), { stdout: /^(?:\d{4}-\S+Z\n){3}$/ })
    const first = (await bed.run('schedule', 'run', 'nightly')).stdout.trim()
    t.match(await bed.run('jobs', 'watch', first), { status: 0 })
    const second = (await bed.run('schedule', 'run', 'nightly')).stdout.trim()
    t.match(await bed.run('jobs', 'watch', second), { status: 0 })
    for (const id of [first, second]) t.match(await bed.run('jobs', 'files', id), { stdout: /users\.csv/ })
    t.match(await bed.run('schedule', 'list'), {
      stdout: /^nightly +export users +sandbox +active +daily 02:30 \(Europe\/Berlin\)/m,
    })
    t.match(await bed.run('schedule', 'show', 'nightly'), { stdout: new RegExp(`Last job +${second}`) })
    t.match(await bed.run('schedule', 'pause', 'nightly'), { stderr: /Schedule nightly is paused\./ })
    t.match(await bed.run('schedule', 'remove', 'nightly'), { stderr: /Removed schedule nightly/ })
    t.match(await bed.run('schedule', 'show', 'nightly'), { status: 2, stderr: /Schedule nightly was not found/ })
    t.match(await bed.run('schedule', 'list'), { status: 0, stderr: /There are no schedules/ })
  })

  await t.test('an export is waited for, and its file is the one of the server', async t => {
    const ran = await bed.run(
      'jobs',
      'submit',
      'export users',
      '--tenant',
      'sandbox',
      '--to',
      'users.csv',
      '--select',
      'id',
      '--wait',
    )
    t.equal(ran.status, 0, ran.stderr)
    const id = ran.stdout.trim()
    t.match(ran.stderr, new RegExp(`Job ${id}: done`))
    const target = join(bed.folder, 'got.csv')
    t.match(await bed.run('jobs', 'files', id, 'users.csv', '--to', target), { status: 0 })
    t.equal(readFileSync(target, 'utf8').trim().split('\n').length, 301)
    t.match(await bed.run('jobs', 'files', id), { stdout: /^NAME +BYTES +SHA-256\nusers\.csv +\d+ +[0-9a-f]{64}\n/ })
    t.match(await bed.run('jobs', 'show', id), { stdout: /State +done\n/ })
    t.match(await bed.run('jobs', 'files', id, '../users.csv'), { status: 2, stderr: /has no file with this name/ })
  })

  await t.test('mistakes in a file are shown when it is sent, and the exit status is that of the command', async t => {
    const ran = await bed.run(
      ...['jobs', 'submit', 'members add', '--tenant', 'sandbox', '--from', join(bed.folder, 'people.csv')],
      ...['--group', 'No such group', '--wait'],
    )
    t.equal(ran.status, 2, ran.stderr)
    t.match(ran.stderr, /No such group/)
    const id = ran.stdout.trim()
    t.match(await bed.run('jobs', 'watch', id), { status: 2 })
    t.notOk(ran.stderr.includes(join(bed.folder, 'store')), 'no path of the server is shown')
    const odd = await bed.run(
      'jobs',
      'submit',
      'members add',
      '--tenant',
      'sandbox',
      '--from',
      join(bed.folder, 'odd.csv'),
    )
    t.match(odd, { status: 2, stdout: '', stderr: /odd\.csv|colour|column/ })
  })

  await t.test('a job that changes rows is previewed, done, and undone, and its results are pages', async t => {
    const users = readFileSync(join(bed.folder, 'got.csv'), 'utf8').split('\n').slice(1, 11)
    const nobody = '00000000-0000-4000-8000-000000000000'
    const file = join(bed.folder, 'cities.csv')
    writeFileSync(file, `id,city\n${[...users, nobody].map(id => `${id},Paris\n`).join('')}`)
    const update = ['jobs', 'submit', 'users update', '--tenant', 'sandbox', '--from', file]
    const dry = await bed.run(...update, '--dry-run', '--wait')
    t.match(dry, { status: 3, stderr: /done/ })
    const token = (JSON.parse(readFileSync(join(bed.folder, 'store', 'server.json'), 'utf8')) as { token: string })
      .token
    const get = async (path: string) =>
      (await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${token}` } })).json() as Promise<never>
    t.ok(((await get(`/api/jobs/${dry.stdout.trim()}`)) as { preview?: object }).preview, 'the preview is in the job')
    const ran = await bed.run(...update, '--wait')
    t.equal(ran.status, 3, ran.stderr)
    const id = ran.stdout.trim()
    const page = (await get(`/api/jobs/${id}/results?limit=4`)) as { items: { outcome: string }[]; next: string }
    const rest = (await get(`/api/jobs/${id}/results?limit=1000&cursor=${page.next}`)) as typeof page
    const found = [...page.items, ...rest.items].map(({ outcome }) => outcome)
    t.strictSame(
      [page.items.length, found.length, found.includes('done'), found.includes('failed')],
      [4, 11, true, true],
    )
    t.notOk('next' in rest)
    const to = join(bed.folder, 'failed.csv')
    t.equal((await bed.run('jobs', 'results', id, '--outcome', 'failed', '--to', to)).status, 0)
    const [header, ...rows] = readFileSync(to, 'utf8').trim().split('\n')
    t.equal(
      header,
      'run,key,step,operation,target,outcome,action,id,status,code,message,fix,requestId,attempt,tenant,at',
    )
    t.equal(rows.length, found.filter(outcome => outcome === 'failed').length)
    t.ok(rows.some(row => /,12,0,update-user,.*,failed,/.test(row)))
    const again = join(bed.folder, 'again.csv')
    const asInput = (...more: readonly string[]) => bed.run('jobs', 'results', id, '--as-input', '--to', again, ...more)
    t.equal((await asInput('--outcome', 'failed')).status, 0)
    const rowsAgain = readFileSync(again, 'utf8').trim().split('\n')
    t.equal(rowsAgain[0], 'id,city')
    t.equal(rowsAgain.at(-1), `${nobody},Paris`)
    t.equal(rowsAgain.length - 1, rows.length)
    t.match(await asInput('--outcome', 'failed,unknown'), { status: 2, stderr: /outcome is one outcome/ })
    const sentAgain = await bed.run('jobs', 'submit', 'users update', '--tenant', 'sandbox', '--from', again, '--wait')
    t.equal(sentAgain.status, 3, sentAgain.stderr)
    const undo = await bed.run('jobs', 'undo', id)
    t.match(await bed.run('jobs', 'watch', undo.stdout.trim()), { status: 0 }, undo.stderr)
    t.match(await bed.run('jobs', 'delete', id), { status: 0, stderr: /Deleted job/ })
    t.match(await bed.run('jobs', 'delete', id), { status: 2, stderr: /was not found/ })
  })

  await t.test('mistakes are usage errors in one sentence', async t => {
    const submit = (...flags: readonly string[]) => bed.run('jobs', 'submit', ...flags)
    t.match(await submit('export user', '--tenant', 'sandbox'), { status: 2, stderr: /Did you mean export users\?/ })
    t.match(await submit('export users', '--tenant', 'fabrikam', '--to', 'a.csv'), {
      status: 2,
      stderr: /no tenant "fabrikam"/,
    })
    t.match(await submit('export users', '--tenant', 'sandbox', '--to', '../a.csv'), {
      status: 2,
      stderr: /a name without a folder/,
    })
    t.match(await submit('export users', '--tenant', 'sandbox', '--to', 'a.csv', '--colour', 'x'), {
      status: 2,
      stderr: /colour/,
    })
    t.match(await bed.run('jobs', 'show', 'nothing'), { status: 2 })
    t.match(await bed.run('jobs', 'list', '--server', 'http://jobs.contoso.com'), { status: 2, stderr: /Use https/ })
    const secret = await bed.run('jobs', 'list', '--server', 'https://ann:pa55@jobs.contoso.com')
    t.match(secret, { status: 2, stderr: /such as https/ })
    t.notMatch(secret.stderr, /pa55/)
    t.match(await bed.run('jobs', 'list', '--server', 'http://127.0.0.1:1'), { status: 75, stderr: /does not answer/ })
  })

  await t.test('a second server of the store is refused', async t => {
    await t.rejects(serving(t, bed), /serve ended: .*SERVER_ACTIVE/s)
  })

  await t.test('tokens are made, listed and revoked', async t => {
    const made = await bed.run('access', 'add', 'nightly', '--role', 'Reader', '--tenant', 'sandbox')
    t.match(made, { status: 0, stdout: /^entrapipe_[\w-]{43}\n$/ })
    const path = join(bed.folder, 'token')
    writeFileSync(path, made.stdout, { mode: 0o600 })
    t.match(await bed.run('access', 'list'), {
      stdout: /^NAME +ROLE +TENANTS +PERSON +VALID UNTIL\nnightly +Reader +sandbox/,
    })
    t.match(await bed.run('access', 'revoke', 'nightly'), { status: 0, stderr: /Revoked nightly/ })
    t.match(await bed.run('access', 'revoke', 'nightly'), { status: 2, stderr: /no token nightly that is valid/ })
    t.match(await bed.run('access', 'link'), { stdout: new RegExp(`^${server.url}/sign-in\\?link=[\\w-]{43}\n$`) })
  })

  t.equal(await server.end(), 0)
  t.notOk(existsSync(file), 'the file of the server goes with it')
})

t.test('what would let others in is a usage error before anything is opened', async t => {
  const bed = await commandBed(t)
  const refused = async (detail: RegExp, ...more: readonly string[]) =>
    t.match(await bed.run('serve', '--tenant', 'sandbox', '--port', '0', ...more), { status: 2, stderr: detail })
  await refused(/^entrapipe: Other machines can reach 192\.0\.2\.1, so it needs TLS\./, '--host', '192.0.2.1')
  await refused(/Expected --behind-proxy to be a range/, '--behind-proxy', 'anywhere')
  await refused(/need each other/, '--tls-cert', 'a.pem')
  await refused(/Expected --entra to be/, '--entra', 'contoso')
  await refused(/Expected --max-upload to be a size/, '--max-upload', '10')
  await refused(/the folder .* was not found/, '--pipelines', 'nowhere')
  await refused(/Tenant "fabrikam" was not found/, '--tenant', 'fabrikam')
})
