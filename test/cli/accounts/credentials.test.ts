import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Decrypter, generateIdentity, identityToRecipient } from 'age-encryption'
import { parse } from 'csv-parse/sync'
import t from 'tap'
import { changeDesk } from '../change-desk.ts'
import { summaryOf } from '../command-bed.ts'

const desk = await changeDesk(t)
const domain = String(
  (await desk.people('userPrincipalName,userType', "userType eq 'Member'"))[0]!['userPrincipalName'],
).split('@')[1]!
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const upn = (name: string) => `${name}@${domain}`
const file = (...names: readonly string[]) =>
  `displayName,userPrincipalName\n${names.map(name => `Ms ${name},${upn(name)}\n`).join('')}`
const create = ['users', 'create'] as const
const plain = (to: string) => ['--credentials', to, '--plain-credentials'] as const
const at = (name: string) => join(desk.folder, name)

interface Line {
  readonly Name: string
  readonly 'Email/UPN': string
  readonly 'Initial Password': string
}
const credentialsIn = (text: string): readonly Line[] => parse(text, { columns: true })
const truth = async () => new Map((await desk.truth('user')).map(line => [String(line['userPrincipalName']), line]))

/** Every file below a folder. */
const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))

t.test('passwords are generated, work once, and are nowhere but in the encrypted file', async t => {
  const identity = await generateIdentity()
  const recipient = await identityToRecipient(identity)
  const { status, stdout, stderr, results } = await desk.change(
    create,
    `displayName,userPrincipalName\nMs ann,${upn('ann')}\nMs bob,${upn('bob')}\nMs bad,bad@unverified.example\n`,
    '--credentials',
    'people.csv.age',
    '--recipient',
    recipient,
  )
  t.match([status, results.map(({ outcome }) => outcome)], [3, ['done', 'done', 'failed']])
  t.match(stderr, /Credentials: 2 passwords handed out in .*people\.csv\.age and destroyed in the store/)
  const bytes = readFileSync(at('people.csv.age'))
  t.equal(statSync(at('people.csv.age')).mode & 0o777, 0o600)
  const decrypter = new Decrypter()
  decrypter.addIdentity(identity)
  const text = await decrypter.decrypt(bytes, 'text')
  t.match(text, /^Name,Email\/UPN,Initial Password\n/)
  const lines = credentialsIn(text)
  t.strictSame(
    lines.map(line => [line.Name, line['Email/UPN']]),
    [
      ['Ms ann', upn('ann')],
      ['Ms bob', upn('bob')],
    ],
  )
  const known = await truth()
  for (const line of lines)
    t.match(known.get(line['Email/UPN']), {
      passwordSha256: sha256(line['Initial Password']),
      forceChangePasswordNextSignIn: true,
    })
  const stranger = new Decrypter()
  stranger.addIdentity(await generateIdentity())
  await t.rejects(stranger.decrypt(bytes))
  const written = filesIn(desk.folder).map(name => readFileSync(name, 'latin1'))
  for (const { 'Initial Password': password } of lines) {
    t.equal(written.filter(each => each.includes(password)).length, 0)
    t.notMatch(stdout + stderr, new RegExp(password.replace(/[$*?]/g, '\\$&')))
  }
  const again = await desk.run(
    ...create,
    '--tenant',
    'sandbox',
    '--from',
    'in.csv',
    '--yes',
    ...plain('again.csv'),
    '--json',
  )
  t.match(summaryOf(again).summary.counts, { unchanged: 2, failed: 1 })
  t.notOk(
    filesIn(desk.folder).some(name => name.endsWith('again.csv')),
    'nothing was set, so no file is written',
  )
})

t.test('a given password stays, an empty cell gets one, and only that is in the file', async t => {
  const text = `displayName,userPrincipalName,password\nMs cleo,${upn('cleo')},Quiet-Harbour-71\nMs dan,${upn('dan')},\n`
  t.equal((await desk.change(create, text, ...plain('dan.csv'))).status, 0)
  const lines = credentialsIn(desk.textOf('dan.csv'))
  t.strictSame(
    lines.map(({ Name }) => Name),
    ['Ms dan'],
  )
  const known = await truth()
  t.match(known.get(upn('cleo')), { passwordSha256: sha256('Quiet-Harbour-71') })
  t.match(known.get(upn('dan')), { passwordSha256: sha256(lines[0]!['Initial Password']) })
})

t.test('without --credentials a password is required, and the options of encryption need a file', async t => {
  const none = await desk.change(create, file('eve'))
  t.match([none.status, none.stderr], [2, /requires a column password .* or --credentials FILE/])
  const given = `displayName,userPrincipalName,password\nMs eve,${upn('eve')},Quiet-Harbour-71\n`
  const pointless = await desk.change(create, given, '--recipient', 'age1x')
  t.match([pointless.status, pointless.stderr], [2, /Without --credentials FILE there is nothing to encrypt/])
  for (const [flags, says] of [
    [['--credentials', 'x.age'], /No option says how to encrypt the credentials file/],
    [['--credentials', 'x.age', '--recipient', 'age1x'], /A recipient is not a public key of age/],
    [['--credentials', 'x.age', '--recipient', 'age1x', '--plain-credentials'], /cannot be combined/],
    [['--credentials', 'x.age', '--passphrase-env', 'NO_SUCH'], /NO_SUCH is not set/],
    [['--credentials', 'dan.csv', '--plain-credentials'], /dan\.csv already exists, and is not overwritten/],
  ] as const) {
    const ran = await desk.change(create, file('eve'), ...flags)
    t.match([ran.status, ran.stderr], [2, says])
  }
  t.notOk((await truth()).has(upn('eve')))
})

t.test('a passphrase comes from a private file, or is typed twice', async t => {
  writeFileSync(at('passphrase'), 'correct horse battery\n', { mode: 0o600 })
  const ran = await desk.change(create, file('finn'), '--credentials', 'finn.age', '--passphrase-file', 'passphrase')
  t.equal(ran.status, 0, ran.stderr)
  desk.write('in.csv', file('gus'))
  const typed = await desk.runWith(
    {
      answers: [
        [/Passphrase for the credentials file/, 'correct horse battery\r'],
        [/again/, 'correct horse battery\r'],
      ],
    },
    ...[...create, '--tenant', 'sandbox', '--from', 'in.csv', '--yes', '--credentials', 'gus.age'],
  )
  t.equal(typed.status, 0, typed.stderr)
  t.notMatch(typed.stderr, /correct horse/)
  t.match(readFileSync(at('finn.age'), 'latin1'), /^age-encryption\.org\/v1\n-> scrypt /)
  const decrypter = new Decrypter()
  decrypter.addPassphrase('correct horse battery')
  t.match(await decrypter.decrypt(readFileSync(at('gus.age')), 'text'), /,gus@/)
})

t.test('what a run has set is handed out later, once', async t => {
  const stopped = await desk.change(create, file('hal', 'ida'), ...plain('hal.csv'), '--limit', '1', '--json')
  const { run } = summaryOf(stopped)
  t.notOk(
    filesIn(desk.folder).some(name => name.endsWith('hal.csv')),
    'the run has not ended',
  )
  const show = await desk.run('runs', 'show', run)
  t.match(
    show.stdout,
    new RegExp(`1 password is set and not handed out: .*entrapipe runs credentials ${run} --to FILE`),
  )
  const early = await desk.run('runs', 'credentials', run, '--to', 'early.csv', '--plain-credentials')
  t.match([early.status, early.stderr], [0, /Wrote .*early\.csv: 1 password\. It is destroyed in the store\./])
  const twice = await desk.run('runs', 'credentials', run, '--to', 'twice.csv', '--plain-credentials')
  t.match(
    [twice.status, twice.stderr],
    [2, /has no passwords or passes that were not handed out\. They were written to .*early\.csv/],
  )
  const resumed = await desk.run('runs', 'resume', run, '--yes')
  t.equal(resumed.status, 0, resumed.stderr)
  const [hal, ida] = [desk.textOf('early.csv'), desk.textOf('hal.csv')].map(credentialsIn)
  const known = await truth()
  for (const [lines, name] of [
    [hal!, 'hal'],
    [ida!, 'ida'],
  ] as const) {
    t.strictSame(
      lines.map(line => line['Email/UPN']),
      [upn(name)],
    )
    t.match(known.get(upn(name)), { passwordSha256: sha256(lines[0]!['Initial Password']) })
  }
  const { stdout } = await desk.run('runs', 'show', run)
  t.equal(stdout.match(/1 password handed out in .* and destroyed in the store/g)?.length, 2)
})

t.test('a run is not discarded before what it has set is handed out, and not pruned', async t => {
  const stopped = await desk.change(create, file('jo', 'kim'), ...plain('jo.csv'), '--limit', '1', '--json')
  const { run } = summaryOf(stopped)
  const refused = await desk.run('runs', 'discard', run)
  t.match(refused, {
    status: 2,
    stderr: new RegExp(`1 password is set and not handed out\\. .*entrapipe runs credentials ${run} --to FILE`),
  })
  const [later] = [new Date(Date.now() + 90 * 86_400_000)]
  const clock = { now: () => later.getTime(), sleep: async () => undefined, monotonic: () => 0 } as never
  await desk.runWith({ clock }, 'runs', 'prune')
  const late = await desk.run('runs', 'credentials', run)
  t.equal(late.status, 0, late.stderr)
  t.strictSame(
    credentialsIn(desk.textOf('jo.csv')).map(({ Name }) => Name),
    ['Ms jo'],
  )
  const discarded = await desk.run('runs', 'discard', run)
  t.match([discarded.status, discarded.stderr + discarded.stdout], [0, /Discarded run/])
})

t.test('missing folders are created for credentials', async t => {
  const ran = await desk.change(create, file('lea'), ...plain('new/folder/lea.csv'))
  t.equal(ran.status, 0, ran.stderr)
  t.strictSame(
    credentialsIn(desk.textOf('new/folder/lea.csv')).map(({ Name }) => Name),
    ['Ms lea'],
  )
})

t.test('credentials and results cannot be one file, also if a link names its folder', async t => {
  symlinkSync(desk.folder, at('here'))
  desk.write('in.csv', file('max'))
  const from = [...create, '--tenant', 'sandbox', '--from', 'in.csv', '--yes'] as const
  for (const to of ['max.csv', 'here/max.csv']) {
    const ran = await desk.run(...from, ...plain('max.csv'), '--results', to)
    t.match(
      [ran.status, ran.stderr],
      [2, /Expected --credentials to be a separate file, got .*, which is also that of --results/],
    )
  }
  t.notOk((await truth()).has(upn('max')))
})

t.test('credentials that cannot be written at the end are advised to be handed out, and not to resume', async t => {
  desk.write('in.csv', file('nia'))
  const ran = await desk.runWith(
    {
      answers: [
        [/Passphrase for the credentials file/, 'correct horse battery\r'],
        [/again/, 'correct horse battery\r'],
      ],
      saw(said) {
        if (said.includes('again')) desk.write('nia.age', 'of somebody else')
      },
    },
    ...[...create, '--tenant', 'sandbox', '--from', 'in.csv', '--yes', '--credentials', 'nia.age'],
  )
  t.match([ran.status, ran.stderr], [2, /The changes are made, but the credentials were not written/])
  t.notMatch(ran.stderr, /runs resume/)
  const [, run] = /Write them with: .*entrapipe runs credentials (\S+) --to FILE/.exec(ran.stderr) ?? []
  const late = await desk.run('runs', 'credentials', run!, '--to', 'nia.csv', '--plain-credentials')
  t.equal(late.status, 0, late.stderr)
  t.equal(desk.textOf('nia.age'), 'of somebody else')
})

t.test('what cannot be written at the end is said after the counts, with the commands that write it', async t => {
  desk.write('in.csv', file('ona', 'per'))
  const ran = await desk.runWith(
    {
      answers: [
        [/Passphrase for the credentials file/, 'correct horse battery\r'],
        [/again/, 'correct horse battery\r'],
      ],
      saw(said) {
        if (!said.includes('again')) return
        desk.write('ona.age', 'of somebody else')
        desk.write('ona.jsonl.partial', 'of somebody else')
      },
    },
    ...[...create, '--tenant', 'sandbox', '--from', 'in.csv', '--yes', '--credentials', 'ona.age'],
    ...['--results', 'ona.jsonl'],
  )
  t.match(
    [ran.status, ran.stderr],
    [
      2,
      /2 rows: 2 done.*\n[^]*2 passwords are set and not handed out[^]*To undo it: [^]*The changes are made, but the credentials were not written: [^]*The changes are made, but the results were not written: /,
    ],
  )
  const [, run] = /Write them with: .*entrapipe runs results (\S+) --to FILE/.exec(ran.stderr) ?? []
  t.equal((await desk.run('runs', 'results', run!, '--to', 'ona-late.jsonl')).status, 0)
  t.match(desk.rowsOf('ona-late.jsonl'), [{ outcome: 'done' }, { outcome: 'done' }])
  t.equal((await desk.run('runs', 'credentials', run!, '--to', 'ona-late.csv', '--plain-credentials')).status, 0)
})

t.test('passwords are not written to stdout, nor into a file called by its sign', async t => {
  desk.write('in.csv', file('quy'))
  const ran = await desk.run(...create, '--tenant', 'sandbox', '--from', 'in.csv', '--yes', ...plain('-'))
  t.match(ran, { status: 2, stdout: '', stderr: /--credentials names a file: passwords and passes are not printed/ })
  t.notOk((await truth()).has(upn('quy')))
  const late = await desk.run('runs', 'credentials', '20260101-000000-00000000', '--to', '-', '--plain-credentials')
  t.match(late, { status: 2, stdout: '', stderr: /--to names a file/ })
})
