import { spawn } from 'node:child_process'
import { hash } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync, watch } from 'node:fs'
import { join, relative } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { Decrypter, generateIdentity, identityToRecipient } from 'age-encryption'
import { parse } from 'csv-parse/sync'
import t, { type Test } from 'tap'
import { callControl } from '../../src/sandbox/process/call-control.ts'
import { giveAppRole } from '../sandbox/give-app-role.ts'
import { launcher } from '../programs/started.ts'
import { commandBed, summaryOf } from './command-bed.ts'

const passwords = ['Quiet-Harbour-71!', 'Grüner-Tee-4712', 'Stille "Nacht" 25']
const people = `displayName,userPrincipalName,Initial password,department
Ann,ann@contoso.com,${passwords[0]},Sales
Bob,bob@nowhere.example,${passwords[1]},Sales
,cleo@contoso.com,"${passwords[2]!.replaceAll('"', '""')}",Sales
`

/** A secret in every form in which it may be written. */
const formsOf = (secret: string): readonly Buffer[] =>
  [Buffer.from(secret), Buffer.from(secret, 'utf16le')].flatMap(bytes => [
    bytes,
    ...(['base64', 'base64url', 'hex'] as const).map(as => Buffer.from(bytes.toString(as).replace(/=+$/, ''))),
    Buffer.from(JSON.stringify(bytes.toString()).slice(1, -1)),
    Buffer.from(encodeURIComponent(bytes.toString())),
    ...(['sha1', 'sha256', 'md5'] as const).map(kind => Buffer.from(hash(kind, bytes))),
  ])

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))

/** What a run writes, and not the sandbox, which stands for the directory and has the passwords. */
const writtenIn = (folder: string): ReadonlyMap<string, Buffer> =>
  new Map(
    filesIn(folder)
      .filter(file => !file.includes(join('store', 'sandbox')) && !file.endsWith('people.csv'))
      .map(file => [
        relative(folder, file),
        file.endsWith('.gz') ? gunzipSync(readFileSync(file)) : readFileSync(file),
      ]),
  )

const hasNone = (t: Test, places: ReadonlyMap<string, Buffer>, secrets: readonly string[] = passwords): void => {
  for (const secret of secrets)
    for (const form of formsOf(secret))
      t.strictSame(
        [...places].filter(([, bytes]) => bytes.includes(form)).map(([name]) => name),
        [],
        `${secret} as ${form.toString().slice(0, 20)}`,
      )
}
/** The search finds what is no secret. */
const finds = (t: Test, text: string, places: ReadonlyMap<string, Buffer>, names: readonly RegExp[]): void => {
  const found = [...places].filter(([, bytes]) => bytes.includes(text)).map(([name]) => name)
  for (const name of names)
    t.ok(
      found.some(each => name.test(each)),
      `${text.replaceAll('\0', ' ')} is found in ${String(name)}`,
    )
}

t.test('passwords stand nowhere in what a run writes', async t => {
  const { run, folder, textOf } = await commandBed(t, { 'people.csv': people })
  const on = ['--tenant', 'sandbox', '--from', 'people.csv']
  const dry = await run('users', 'create', ...on, '--plan', 'plan.jsonl')
  const ran = await run('users', 'create', ...on, '--yes', '--json', '--results', 'results.csv')
  t.strictSame(summaryOf(ran).summary.counts, {
    ...{ rows: 3, done: 1, unchanged: 0, waiting: 0, skipped: 0, failed: 2, unknown: 0, pending: 0 },
  })
  const { run: id } = summaryOf(ran)
  const shown = [
    await run('runs', 'results', id),
    await run('runs', 'results', id, '--outcome', 'failed', '--as-input', '--to', 'again.csv'),
    await run('runs', 'show', id, '--json'),
    await run('audit', '--to', 'audit.jsonl'),
  ]
  t.match(textOf('again.csv'), /sealed:/)
  const said = [dry, ran, ...shown].map(
    ({ stdout, stderr }, at) => [`said ${at}`, Buffer.from(stdout + stderr)] as const,
  )
  const places = new Map([...writtenIn(folder), ...said])
  finds(t, 'ann@contoso.com', places, [
    ...[/^plan\.jsonl$/, /^results\.csv$/, /^audit\.jsonl$/, /^store\/audit\.jsonl$/, /^said 2$/],
    new RegExp(`runs/${id}/run\\.sqlite$`),
  ])
  finds(t, 'bob@nowhere.example', places, [/^again\.csv$/])
  hasNone(t, places)
})

const identity = await generateIdentity()
const recipient = await identityToRecipient(identity)

for (const [verb, word] of [
  ['create', 'passwords of new users'],
  ['reset-password', 'passwords of resets'],
  ['access-pass', 'passes'],
] as const)
  t.test(`${word} stand nowhere before and after they are handed out`, async t => {
    const bed = await commandBed(t)
    await giveAppRole(await bed.connection(), 'User Administrator')
    const upns = ['dora@contoso.com', 'emil@contoso.com', 'finn@contoso.com']
    bed.write('new.csv', `displayName,userPrincipalName\n${upns.map(upn => `${upn.split('@')[0]},${upn}\n`).join('')}`)
    bed.write('people.csv', `userPrincipalName\n${upns.join('\n')}\n`)
    const on = ['--tenant', 'sandbox', '--from', verb === 'create' ? 'new.csv' : 'people.csv']
    if (verb !== 'create') {
      const lines = upns.map(upn => `${upn.split('@')[0]},${upn},${passwords[0]}\n`)
      bed.write('first.csv', `displayName,userPrincipalName,password\n${lines.join('')}`)
      const made = await bed.run('users', 'create', '--tenant', 'sandbox', '--from', 'first.csv', '--yes')
      t.equal(made.status, 0, made.stderr)
    }
    const credentials = ['--credentials', 'handed.csv.age', '--recipient', recipient]
    const dry = await bed.run('users', verb, ...on, '--dry-run', '--plan', 'plan.jsonl', ...credentials)
    // The others are still to be sent, so nothing is handed out yet.
    const ran = await bed.run(
      'users',
      verb,
      ...on,
      '--yes',
      '--json',
      '--limit',
      '2',
      '--results',
      'results.csv',
      ...credentials,
    )
    const { run, summary } = summaryOf(ran)
    t.match(summary.counts, { done: 2, pending: 1 }, ran.stderr)
    const said: { readonly stdout: string; readonly stderr: string }[] = [dry, ran]
    const tell = async (): Promise<ReadonlyMap<string, Buffer>> => {
      said.push(await bed.run('runs', 'show', run, '--json'), await bed.run('runs', 'results', run))
      said.push(await bed.run('audit'))
      return new Map([
        ...writtenIn(bed.folder),
        ['said', Buffer.from(said.map(({ stdout, stderr }) => stdout + stderr).join('\n'))],
      ])
    }
    const before = await tell()
    const resumed = await bed.run('runs', 'resume', run, '--yes')
    t.equal(resumed.status, 0, resumed.stderr)
    said.push(resumed)
    const after = await tell()
    const decrypter = new Decrypter()
    decrypter.addIdentity(identity)
    const text = await decrypter.decrypt(readFileSync(join(bed.folder, 'handed.csv.age')), 'text')
    const [, ...lines] = parse(text) as readonly string[][]
    const secrets = lines.map(([, , secret]) => secret!)
    t.strictSame(lines.map(([, upn]) => upn).sort(), upns)
    finds(t, 'dora@contoso.com', before, [
      /^plan\.jsonl$/,
      /^results\.csv$/,
      new RegExp(`runs/${run}/run\\.sqlite`),
      /^said$/,
    ])
    for (const places of [before, after]) hasNone(t, places, secrets)
  })

/** A process and those that it started, by what the system shows of them to everybody who may look. */
const shownOf = (pid: number): readonly Buffer[] => {
  try {
    const own = ['cmdline', 'environ'].map(name => readFileSync(`/proc/${pid}/${name}`))
    const started = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean)
    return [...own, ...started.flatMap(child => shownOf(Number(child)))]
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code!)) return []
    throw error
  }
}

t.test(
  'passwords stand nowhere while a process sends them, nor in what it leaves when it is killed',
  { skip: process.platform !== 'linux' && 'needs /proc' },
  async t => {
    const { folder, connection } = await commandBed(t, { 'people.csv': people })
    const sandbox = await connection()
    // It waits for an hour to decide what a lost reply has done: it ends only by the kill.
    await callControl(sandbox, 'PUT', '/lag', { view: 'direct', ms: 3_600_000 })
    await callControl(sandbox, 'PUT', '/faults', [{ fault: 'lostReply', match: 'POST /users' }])
    const create = ['users', 'create', '--tenant', 'sandbox', '--from', 'people.csv', '--yes']
    const child = spawn(process.execPath, [launcher, ...create], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], HOME: folder, ENTRAPIPE_STORE: join(folder, 'store'), PLANTED: 'in the open' },
    })
    const said: Buffer[] = []
    for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => said.push(chunk as Buffer))
    const shown: Buffer[] = []
    const watching = watch(join(folder, 'store'), (_event, name) => {
      shown.push(...shownOf(child.pid!))
      // Its first entry is appended just before the first change is sent.
      if (name === 'audit.jsonl' && readFileSync(join(folder, 'store', name)).length > 0) child.kill('SIGKILL')
    })
    await once(child, 'close')
    watching.close()
    t.equal(child.signalCode, 'SIGKILL', Buffer.concat(said).toString())
    const places = new Map([
      ...writtenIn(folder),
      ['processes', Buffer.concat(shown)] as const,
      ['said', Buffer.concat(said)] as const,
    ])
    finds(t, 'ann@contoso.com', places, [/run\.sqlite-wal$/])
    for (const text of ['PLANTED=in the open', create.join('\0')]) finds(t, text, places, [/^processes$/])
    hasNone(t, places)
  },
)
