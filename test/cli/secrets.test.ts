import { hash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import t from 'tap'
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

t.test('passwords stand nowhere in what a run writes', async t => {
  const { run, folder, textOf } = await commandBed(t, { 'people.csv': people })
  const on = ['--tenant', 'sandbox', '--from', 'people.csv']
  const dry = await run('users', 'create', ...on, '--plan', 'plan.jsonl')
  const ran = await run('users', 'create', ...on, '--yes', '--json', '--results', 'results.csv')
  t.strictSame(summaryOf(ran).summary.counts, {
    ...{ rows: 3, done: 1, unchanged: 0, skipped: 0, failed: 2, unknown: 0, pending: 0 },
  })
  const { run: id } = summaryOf(ran)
  const shown = [
    await run('runs', 'results', id),
    await run('runs', 'results', id, '--outcome', 'failed', '--as-input', '--to', 'again.csv'),
    await run('runs', 'show', id, '--json'),
    await run('audit', '--to', 'audit.jsonl'),
  ]
  t.match(textOf('again.csv'), /sealed:/)
  const said = [dry, ran, ...shown].map(({ stdout, stderr }) => Buffer.from(stdout + stderr))
  const written = filesIn(folder)
    // The sandbox stands for the directory, which has the passwords.
    .filter(file => !file.includes(join('store', 'sandbox')) && !file.endsWith('people.csv'))
    .map(file => (file.endsWith('.gz') ? gunzipSync(readFileSync(file)) : readFileSync(file)))
  t.ok(written.length > 8)
  for (const secret of passwords)
    for (const form of formsOf(secret))
      t.notOk(
        [...said, ...written].some(bytes => bytes.includes(form)),
        `${secret} as ${form.toString().slice(0, 20)}`,
      )
})
