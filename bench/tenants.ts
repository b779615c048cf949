/**
 * Runs jobs over many tenants in a server of jobs, three of which refuse the sign-in, and compares each tenant with what its sandbox says:
 *
 *     node --conditions=entrapipe-source bench/tenants.ts [tenants] [users of each]
 *
 * One job exports users, one creates groups, and one undoes that, after its plans are looked at. Ends with 1 if a tenant has not what it
 * should have, or if more memory is needed than may be.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { measure, statusOf } from './measure.ts'

const [tenants = 200, users = 500] = process.argv.slice(2).map(Number)
const groups = 10
const program = fileURLToPath(new URL('../bin/entrapipe.js', import.meta.url))
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const folder = mkdtempSync(join(tmpdir(), 'entrapipe-bench-tenants-'))
const env = { ENTRAPIPE_STORE: join(folder, 'store') }
const started: ChildProcess[] = []
const peaks = new Map<string, number>()

/** Starts a command that stays, and returns its first line. */
const start = async (name: string, args: readonly string[]): Promise<Record<string, unknown>> => {
  const child = spawn(process.execPath, [program, ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, ...env },
    cwd: folder,
  })
  started.push(child)
  const watch = setInterval(() => {
    const status = statusOf(child.pid!)
    if (status) peaks.set(name, Math.max(peaks.get(name) ?? 0, status.peak / 1000))
  }, 100)
  void once(child, 'close').then(() => clearInterval(watch))
  return JSON.parse(String((await once(child.stdout, 'data'))[0])) as Record<string, unknown>
}

const run = (args: readonly string[], allowed: readonly number[], more: Readonly<Record<string, string>> = {}) =>
  measure([program, ...args], { ...env, ...more }, folder, allowed)

interface Entry {
  readonly tenantId: string
  clientId?: string
  credential: object
}

interface Part {
  readonly tenant: string
  readonly id: string
  readonly state: string
  readonly counts?: { readonly done: number; readonly failed: number }
  readonly error?: { readonly code: string; readonly message: string }
}

interface Changed {
  readonly displayName: string
  readonly created: number
  readonly deleted: number
}

const wrong: string[] = []
const expect = (isTrue: boolean, what: string): void => {
  if (!isTrue) wrong.push(what)
}

/** Changes how some tenants sign in, and returns the names of those that refuse it, with what must be said. */
const breakSome = async (
  config: string,
  { shared, tenantId: partner }: { readonly shared: Record<string, string>; readonly tenantId: string },
  control: (path: string, method?: string, body?: object) => Promise<string>,
): Promise<ReadonlyMap<string, RegExp>> => {
  const written = JSON.parse(readFileSync(config, 'utf8')) as { readonly tenants: Record<string, Entry> }
  const [, , revoked, unconsented, expired, consented, active] = Object.values(written.tenants) as Entry[]
  const revokedFile = join(folder, 'revoked')
  writeFileSync(revokedFile, 'revoked', { mode: 0o600 })
  revoked!.credential = { kind: 'secret', secret: { file: revokedFile } }
  const secret = { file: shared['secretFile'] }
  for (const entry of [unconsented!, consented!]) {
    entry.clientId = shared['clientId']!
    entry.credential = { kind: 'secret', secret }
  }
  for (const entry of [expired!, active!]) {
    entry.clientId = shared['clientId']!
    entry.credential = {
      kind: 'refresh-token',
      partnerTenantId: partner,
      refreshToken: { file: shared['refreshTokenFile'] },
      secret,
    }
  }
  for (const { tenantId } of [expired!, consented!, active!]) await control(`/tenants/${tenantId}/consent`, 'PUT')
  await control('/relationships', 'PUT', { customer: expired!.tenantId, endDateTime: '2026-01-31T10:00:00.000Z' })
  writeFileSync(config, JSON.stringify(written))
  const names = Object.keys(written.tenants)
  return new Map([
    [names[2]!, /secret/],
    [names[3]!, /not found in tenant/],
    [names[4]!, /ended on 2026-01-31/],
  ])
}

const work = async (): Promise<void> => {
  say(`load ${loadavg()[0]!.toFixed(1)}`)
  const began = performance.now()
  const size = ['--tenants', String(tenants), '--users', String(users)]
  const sandbox = await start('sandbox', ['sandbox', '--http', '--port', '0', ...size])
  say(`sandbox with ${tenants} tenants of ${users} users: ${((performance.now() - began) / 1000).toFixed(1)} s`)
  const state = JSON.parse(readFileSync(join(folder, 'store/sandbox/sandbox.json'), 'utf8')) as Record<string, string>
  const control = async (path: string, method = 'GET', body?: object): Promise<string> => {
    const reply = await fetch(`${state['controlUrl']}${path}`, {
      method,
      headers: { 'x-sandbox-key': state['controlKey']! },
      ...(body && { body: JSON.stringify(body) }),
    })
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${await reply.text()}`)
    return reply.text()
  }
  const config = String(sandbox['config'])
  const own = JSON.parse(readFileSync(config, 'utf8')) as { readonly tenants: Record<string, Entry> }
  const refusing = await breakSome(config, state as never, control)
  const names = Object.keys(own.tenants)

  /** Ids of the users that a tenant has, asked for with its own app. */
  const usersOf = async (tenant: string): Promise<ReadonlySet<string>> => {
    const { tenantId, clientId, credential } = own.tenants[tenant]!
    const { file } = (credential as { readonly secret: { readonly file: string } }).secret
    const form = { grant_type: 'client_credentials', client_id: clientId!, client_secret: readFileSync(file, 'utf8') }
    const signedIn = await fetch(`${state['authorityUrl']}/${tenantId}/oauth2/v2.0/token`, {
      method: 'POST',
      body: new URLSearchParams({ ...form, scope: 'https://graph.microsoft.com/.default' }),
    })
    const { access_token: token } = (await signedIn.json()) as { readonly access_token: string }
    const ids = new Set<string>()
    for (let url: string | undefined = `${state['baseUrl']}/users?$select=id&$top=999`; url !== undefined;) {
      const page = (await (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).json()) as {
        readonly value: readonly { readonly id: string }[]
        readonly '@odata.nextLink'?: string
      }
      for (const { id } of page.value) ids.add(id)
      url = page['@odata.nextLink']
    }
    return ids
  }
  const groupsOf = async (tenant: string): Promise<readonly Changed[]> =>
    (await control(`/tenants/${own.tenants[tenant]!.tenantId}/truth?kind=group`))
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as Changed)
      .filter(group => group.displayName.startsWith('Team '))

  const { url } = await start('serve', ['serve', '--port', '0', '--config', config])

  /** Follows a job to its end: one line for each tenant that is told, one report for all. */
  const ended = async (what: string, id: string, seconds: number): Promise<readonly Part[]> => {
    const whole = JSON.parse((await run(['jobs', 'show', id, '--json'], [0])).stdout) as {
      readonly state: string
      readonly reason: string
      readonly parts: object
      readonly counts: object
    }
    const listed = await run(['jobs', 'list', '--part-of', id, '--limit', '1000', '--json'], [0])
    const parts = listed.stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Part)
    const { state: now, reason, parts: byState, counts } = whole
    say(`${what}: ${seconds.toFixed(0)} s, ${now}, ${reason}, ${JSON.stringify(byState)}, ${JSON.stringify(counts)}`)
    return parts
  }
  const told = (what: string, parts: readonly Part[]): void => {
    expect(parts.length === tenants, `${what}: ${parts.length} tenants`)
    for (const { tenant, state: now, error } of parts) {
      const why = refusing.get(tenant)
      if (!why) expect(now === 'done', `${what}: ${tenant} is ${now}: ${error?.message}`)
      else {
        say(`  ${tenant}: ${error?.code}: ${error?.message}`)
        expect(now === 'failed' && why.test(error?.message ?? ''), `${what}: ${tenant} is ${now}: ${error?.message}`)
      }
    }
  }
  const submit = async (what: string, args: readonly string[]): Promise<readonly [string, readonly Part[]]> => {
    const { stdout, stderr, seconds } = await run(['jobs', 'submit', ...args, '--tenant', 'all', '--wait'], [3])
    const report = stderr.split('\n').filter(line => / failed /.test(line))
    const id = stdout.split('\n')[0]!
    const parts = await ended(what, id, seconds)
    told(what, parts)
    expect([...report, ...stdout.split('\n')].filter(line => / failed +/.test(line)).length >= 3, `${what}: ${stderr}`)
    return [id, parts]
  }

  const [, exported] = await submit('export users', ['export users', '--to', 'users.jsonl', '--select', 'id'])
  for (const { tenant, id } of exported.filter(part => !refusing.has(part.tenant))) {
    const to = join(folder, `${tenant}.jsonl`)
    await run(['jobs', 'files', id, 'users.jsonl', '--to', to], [0])
    const rows = readFileSync(to, 'utf8').trim().split('\n')
    const [ids, truth] = [new Set(rows.map(row => (JSON.parse(row) as { id: string }).id)), await usersOf(tenant)]
    expect(
      rows.length === truth.size && ids.size === truth.size && [...ids].every(id => truth.has(id)),
      `${tenant}: other users`,
    )
  }

  const from = join(folder, 'groups.csv')
  const lines = Array.from({ length: groups }, (_, at) => `Team ${at},team-${at},Unified`)
  writeFileSync(from, ['displayName,mailNickname,groupTypes', ...lines, ''].join('\n'))
  const [created] = await submit('groups create', ['groups create', '--from', from])
  const expectGroups = async (what: string, deletions: number): Promise<void> => {
    for (const tenant of names) {
      const truth = await groupsOf(tenant)
      const many = truth.filter(group => group.created === 1 && group.deleted === deletions).length
      expect(
        truth.length === many && many === (refusing.has(tenant) ? 0 : groups),
        `${what}: ${tenant} has ${many} of ${truth.length} groups`,
      )
    }
  }
  await expectGroups('groups create', 0)

  let at = performance.now()
  const { stdout } = await run(['jobs', 'undo', created, '--json'], [0])
  const undo = (JSON.parse(stdout) as { readonly id: string }).id
  for (;;) {
    const shown = JSON.parse((await run(['jobs', 'show', undo, '--json'], [0])).stdout) as { readonly state: string }
    if (shown.state === 'awaiting-approval') break
    if (shown.state !== 'queued' && shown.state !== 'running')
      throw new Error(`The undo is ${shown.state}: ${(await run(['jobs', 'show', undo], [0])).stdout}`)
    await new Promise(resolve => setTimeout(resolve, 1000))
  }
  say(`plans of the undo: ${((performance.now() - at) / 1000).toFixed(0)} s`)
  await expectGroups('before the approval', 0)
  at = performance.now()
  const token = ['--role', 'Approver', '--tenant', 'all', '--person', 'bob@contoso.com']
  writeFileSync(join(folder, 'token'), (await run(['access', 'add', 'bob', ...token], [0])).stdout, { mode: 0o600 })
  const bob = { ENTRAPIPE_SERVER: String(url), ENTRAPIPE_TOKEN_FILE: join(folder, 'token') }
  await run(['jobs', 'approve', undo], [0], bob)
  await run(['jobs', 'watch', undo], [0, 3])
  const undone = await ended('runs undo', undo, (performance.now() - at) / 1000)
  expect(undone.length === tenants - refusing.size, `runs undo: ${undone.length} tenants`)
  expect(
    undone.every(part => part.state === 'done'),
    'runs undo: not all are done',
  )
  await expectGroups('runs undo', 1)
  for (const [name, most] of [['sandbox', 1000] as const, ['serve', 600] as const]) {
    say(`${name}: ${peaks.get(name)!.toFixed(0)} MB`)
    expect(peaks.get(name)! < most, `${name} needs ${peaks.get(name)!.toFixed(0)} MB`)
  }
  say(`load ${loadavg()[0]!.toFixed(1)} at the end`)
}

try {
  await work()
  for (const line of wrong) say(`WRONG: ${line}`)
  say(wrong.length === 0 ? 'Each tenant has what it should have.' : `${wrong.length} wrong.`)
} finally {
  for (const child of started.toReversed()) {
    const over = child.exitCode === null ? once(child, 'close') : undefined
    child.kill()
    await over
  }
  if (process.env['BENCH_KEEP'] === undefined) rmSync(folder, { recursive: true, force: true })
  else say(folder)
}
process.exitCode = wrong.length === 0 ? 0 : 1
