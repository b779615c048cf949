import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { changeDesk } from './change-desk.ts'
import { commandBed, summaryOf } from './command-bed.ts'

const people = `displayName,userPrincipalName,password,department
Ann,ann@contoso.com,Quiet-Harbour-71,Sales
Bob,bob@contoso.com,Quiet-Harbour-72,Sales
`
type Entry = Readonly<Record<string, unknown>>

const entriesIn = (text: string) =>
  text
    .trim()
    .split('\n')
    .map(line => (JSON.parse(line) as { readonly entry: Entry }).entry)

t.test('the audit log says who changed what and why, with what was there before', async t => {
  const { run, textOf, write, folder } = await commandBed(t, { 'people.csv': people })
  const on = ['--tenant', 'sandbox', '--yes', '--json']
  const why = ['--reason', 'New hires', '--ticket', 'CHG-7']
  const created = await run('users', 'create', ...on, ...why, '--from', 'people.csv')
  const { run: id } = summaryOf(created)
  write('update.csv', 'userPrincipalName,department\nann@contoso.com,Marketing\nbob@contoso.com,Sales\n')
  const updated = summaryOf(await run('users', 'update', ...on, '--from', 'update.csv')).run
  const shown = await run('audit', '--to', 'audit.jsonl')
  t.equal(shown.status, 0, shown.stderr)
  const entries = entriesIn(textOf('audit.jsonl'))
  t.strictSame(
    entries.map(({ event, run }) => [event, run]),
    [
      ['started', id],
      ['change', id],
      ['change', id],
      ['ended', id],
      ['started', updated],
      ['change', updated],
      ['ended', updated],
    ],
  )
  const [started, first, , ended] = entries
  t.match(started, {
    at: /^\d{4}-.*Z$/,
    pipeline: 'users create',
    tenant: { name: 'sandbox', id: /^[0-9a-f-]{36}$/ },
    who: { user: String, host: String, identity: /./, app: /^[0-9a-f-]{36}$/ },
    reason: 'New hires',
    ticket: 'CHG-7',
    input: { kind: 'csv', sha256: /^[0-9a-f]{64}$/ },
    pending: 2,
  })
  t.match(first, {
    key: 2,
    operation: 'create-user',
    object: 'user ann@contoso.com',
    id: /^[0-9a-f-]{36}$/,
    outcome: 'done',
    before: { existed: false },
    after: { userPrincipalName: 'ann@contoso.com', department: 'Sales' },
    requests: [/^[0-9a-f-]{36}$/],
  })
  t.strictSame(ended!['counts'], {
    rows: 2,
    done: 2,
    unchanged: 0,
    waiting: 0,
    skipped: 0,
    failed: 0,
    unknown: 0,
    pending: 0,
  })
  t.match(entries[5], { before: { department: 'Sales' }, after: { properties: { department: 'Marketing' } } })
  t.notMatch(readFileSync(join(folder, 'store/audit.jsonl'), 'utf8'), /Quiet-Harbour/)
  await run('runs', 'prune', '--older-than', '0')
  t.equal(entriesIn((await run('audit')).stdout).length, 7, 'prune leaves it')
})

t.test('a changed line is found, and so are lines that are missing at the end', async t => {
  const { run, folder } = await commandBed(t, { 'people.csv': people })
  const path = join(folder, 'store/audit.jsonl')
  const empty = await run('audit', '--verify')
  t.match([empty.status, empty.stderr], [0, 'The audit log is empty: no change was sent from this store.\n'])
  const ran = await run('users', 'create', '--tenant', 'sandbox', '--yes', '--from', 'people.csv')
  const head = /Audit log: head ([0-9a-f]{64})/.exec(ran.stderr)?.[1]
  t.equal((await run('audit', '--verify')).stderr, `The audit log is intact: 4 lines, head ${head}\n`)
  const text = readFileSync(path, 'utf8')
  writeFileSync(path, text.replace('bob@', 'eve@'))
  const changed = await run('audit', '--verify')
  t.equal(changed.status, 1)
  t.match(
    changed.stderr,
    /The audit log was changed at line 3\. It does not match its hash\. The 2 lines before it are valid/,
  )
  t.equal((await run('audit')).status, 1)
  writeFileSync(path, text.replace(/.*\n$/, ''))
  const cut = await run('audit', '--verify')
  t.equal(cut.status, 1)
  t.match(
    cut.stderr,
    new RegExp(`has 3 valid lines, and none with the hash ${head}, which run \\S+ has recorded: lines were removed`),
  )
  await run('runs', 'prune', '--older-than', '0')
  t.equal((await run('audit', '--verify')).status, 0, 'the store no longer knows of it')
  const known = await run('audit', '--verify', '--head', head!.toUpperCase())
  t.match(
    [known.status, known.stderr],
    [1, /and none with the hash .* removed from its end, or the hash is of another/],
  )
  writeFileSync(path, '')
  const none = await run('audit', '--verify', '--head', head!)
  t.match([none.status, none.stderr], [1, /The audit log is empty, and none with the hash/])
  const short = await run('audit', '--verify', '--head', head!.slice(1))
  t.match([short.status, short.stderr], [2, /Expected --head to be a hash of 64 hexadecimal digits/])
})

t.test('what a run sent before it was stopped is in the log when it is resumed, and when it is discarded', async t => {
  const { run, runWith, textOf } = await commandBed(t, { 'people.csv': people })
  const create = ['users', 'create', '--tenant', 'sandbox', '--yes', '--json', '--from', 'people.csv', '--limit', '1']
  const { run: id } = summaryOf(await run(...create))
  await run('runs', 'discard', id)
  t.equal((await runWith({}, 'audit', '--to', 'audit.jsonl')).status, 0)
  t.strictSame(
    entriesIn(textOf('audit.jsonl')).map(({ event }) => event),
    ['started', 'change', 'ended', 'discarded'],
  )
})

t.test('the end of a run in the log counts each row once, with its last outcome, also after retries', async t => {
  const { people, change, run, textOf } = await changeDesk(t)
  const [synced, other] = await people('id', 'onPremisesSyncEnabled eq true')
  const [own] = await people('id', 'onPremisesSyncEnabled ne true')
  const ids = [synced, other, own].map(person => `${String(person!['id'])},Audit\n`).join('')
  const ran = await change(['users', 'update'], `id,department\n${ids}`, '--json')
  const { run: id, summary } = summaryOf(ran)
  t.match(summary.counts, { rows: 3, done: 1, failed: 2 })
  await run('runs', 'retry', id, '--yes')
  await run('runs', 'retry', id, '--yes')
  await run('audit', '--to', 'audit.jsonl')
  t.strictSame(
    entriesIn(textOf('audit.jsonl')).flatMap(({ event, counts }) => (event === 'ended' ? [counts] : [])),
    [summary.counts, summary.counts, summary.counts],
  )
})
