import { noOutcomes } from '../../src/core/result.ts'
import t, { type Test } from 'tap'
import { spawn } from 'node:child_process'
import { createWriteStream, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { parse } from 'csv-parse/sync'
import type { Manifest } from '../../src/core/manifest.ts'
import { fromExcel } from '../../src/formats/excel-text.ts'
import { columns } from '../../scripts/hr-feed/people.ts'
import { mistakes } from '../../scripts/hr-feed/mistakes.ts'
import { hrFeed, sampleFeeds, type HrFeed } from '../../scripts/make-hr-feed.ts'
import { runHere } from '../programs/in-process.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

type Line = Readonly<Record<string, string>>

const read = (path: string, delimiter: string): readonly Line[] =>
  parse(readFileSync(path), { columns: true, bom: true, delimiter })

/** Rejects as Excel shows them. */
const readRejects = (path: string, delimiter = ';'): readonly Line[] =>
  read(path, delimiter).map(line =>
    Object.fromEntries(Object.entries(line).map(([name, cell]) => [fromExcel(name), fromExcel(cell)])),
  )

const limited = async (nodeFlags: readonly string[], args: readonly string[], env: NodeJS.ProcessEnv) => {
  const child = spawn(process.execPath, [...nodeFlags, 'bin/entrapipe.js', ...args], { cwd: root, env })
  let stderr = ''
  child.stderr.on('data', chunk => (stderr += String(chunk)))
  child.stdout.resume()
  const [status] = (await once(child, 'close')) as [number]
  return { status, stderr }
}

/** Runs the pipeline into `folder`; with flags of Node, in a process of its own. */
const clean = async (
  folder: string,
  from: string,
  flags: readonly string[] = [],
  nodeFlags: readonly string[] = [],
) => {
  const to = join(folder, 'clean.csv')
  const rejects = join(folder, 'rejects.csv')
  const args = ['run', 'clean-hr-feed', '--from', from, '--to', to, '--rejects', rejects, ...flags]
  const env = { ...process.env, NODE_OPTIONS: '', ENTRAPIPE_STORE: join(folder, 'store') }
  const { status, stderr } = await (nodeFlags.length > 0
    ? limited(nodeFlags, args, env)
    : runHere(args, { folder: root, env }))
  return {
    status,
    said: stderr,
    to,
    rejects,
    manifest: () => JSON.parse(readFileSync(`${to}.manifest.json`, 'utf8')) as Manifest,
  }
}

/** `strictSame` walks ten thousand rows for seconds: it only has to explain a difference. */
const sameRows = (t: Test, found: unknown, wanted: unknown, name: string): void =>
  void (isDeepStrictEqual(found, wanted) ? t.pass(name) : t.strictSame(found, wanted, name))

/** Holds what came out against what the maker of the feed knows. */
const hold = (t: Test, { truth }: HrFeed, passed: readonly Line[], rejected: readonly Line[]): void => {
  sameRows(
    t,
    passed,
    truth.flatMap(line => (line.outcome === 'clean' ? [line.row] : [])),
    'every good line comes out once, in order and tidied',
  )
  const wrong = truth.flatMap(line => (line.outcome === 'rejected' ? [line] : []))
  sameRows(
    t,
    rejected.map(({ line, column }) => [Number(line), column]),
    wrong.map(({ line, column }) => [line, column ?? '']),
    'every line with a mistake is rejected, and the column with it is named',
  )
  const names = [...columns, 'cell 16']
  for (const [at, { mistake, reason, cells }] of wrong.entries()) {
    const found = rejected[at]
    if (!found?.['reason']?.includes(reason) || found['code'] !== 'ROW_INVALID')
      t.equal(found?.['reason'], reason, mistake)
    const given = names.map(name => found?.[name] ?? '')
    const expected = names.map((_, place) => cells[place] ?? '')
    if (JSON.stringify(given) !== JSON.stringify(expected)) t.strictSame(given, expected, `${mistake}: as it was read`)
  }
}

const samples = sampleFeeds()

t.test('the samples equal the output of their generator, and are large enough to be realistic', async t => {
  for (const { name, feed, bytes } of samples) {
    t.ok(bytes.equals(readFileSync(join(root, 'samples', name))), `npx node scripts/make-hr-feed.ts rewrites ${name}`)
    t.ok(bytes.length <= 3_000_000)
    if (name === 'hr-feed.csv') {
      t.ok(feed.truth.length >= 10_000)
      const made = new Set(feed.truth.flatMap(line => (line.outcome === 'rejected' ? [line.mistake] : [])))
      t.strictSame([...made].sort(), mistakes.map(({ name }) => name).sort(), 'every kind of mistake is in it')
    }
  }
})

t.test(
  'every mistake in the feed is caught with line, column and reason, and every good line is written once',
  async t => {
    const [large] = samples
    const folder = t.testdir({})
    const { status, said, to, rejects, manifest } = await clean(folder, 'samples/hr-feed.csv')
    t.equal(status, 3)
    const passed = read(to, ',')
    const rejected = readRejects(rejects)
    hold(t, large!.feed, passed, rejected)
    const { counts, completeness, files } = manifest()
    const all = large!.feed.truth.length
    // Rows wait in runs that change a directory.
    const { waiting: _, ...outcomes } = noOutcomes
    t.strictSame(
      [completeness, counts],
      [
        'complete',
        { read: all, repeated: 0, dropped: 0, ...outcomes, failed: rejected.length, written: passed.length },
      ],
    )
    t.equal(passed.length + rejected.length, all)
    t.match(files, [
      { path: to, rows: passed.length },
      { path: rejects, rows: rejected.length },
    ])
    const count = (number: number): string => number.toLocaleString('en-US')
    t.match(said, `clean.csv: ${count(passed.length)} rows`)
    t.match(said, `rejects.csv: ${count(rejected.length)} rows`)
    t.match(said, `complete: ${count(all)} rows read, ${count(rejected.length)} failed`)
  },
)

t.test('a feed in UTF-16 is read like one in UTF-8', async t => {
  const [, small] = samples
  const { status, to, rejects } = await clean(t.testdir({}), 'samples/hr-feed-utf16.csv')
  t.equal(status, 3)
  hold(t, small!.feed, read(to, ','), readRejects(rejects))
})

const header = columns.join(';')
const ann = 'E0001;Ann;Lee;;ann@contoso.com;;;;03/04/2020;;IE;;;Y;'

t.test('the order of day and month can be set', async t => {
  const folder = t.testdir({ 'feed.csv': `${header}\n${ann}\n` })
  const from = join(folder, 'feed.csv')
  const dmy = await clean(folder, from)
  t.equal(dmy.status, 0)
  t.equal(read(dmy.to, ',')[0]?.['employeeHireDate'], '2020-04-03')
  const mdy = await clean(folder, from, ['--date-order', 'mdy'])
  t.equal(read(mdy.to, ',')[0]?.['employeeHireDate'], '2020-03-04')
  t.equal((await clean(folder, from, ['--date-order', 'ymd'])).status, 2)
})

t.test('corrected rejects can be sent back unchanged, and none is rejected again', async t => {
  const folder = t.testdir({ 'feed.csv': `${header}\n${ann.replace('03/04/2020', '31.02.2020')}\n` })
  const first = await clean(folder, join(folder, 'feed.csv'))
  t.equal(first.status, 3)
  const mended = join(folder, 'mended.csv')
  writeFileSync(mended, readFileSync(first.rejects, 'utf8').replace('31.02.2020', '28.02.2020'))
  const second = await clean(folder, mended)
  t.equal(second.status, 0)
  t.equal(read(second.to, ',')[0]?.['employeeHireDate'], '2020-02-28')
  t.notOk(existsSync(second.rejects))
})

t.test('Excel shows the cells of the rejects as in the feed, whatever its list separator', async t => {
  const line = '0012;Ann;;;ann@contoso.com;;;;03/04/2020;;IE;;;Y;+49 30 123456'
  const folder = t.testdir({ 'feed.csv': `${header}\n${line}\n` })
  const from = join(folder, 'feed.csv')
  const { rejects } = await clean(folder, from)
  const text = readFileSync(rejects, 'utf8')
  t.ok(text.startsWith(`\ufeff${header};line;`))
  t.match(text, '\r\n"=""0012""";Ann;;;ann@contoso.com;')
  t.match(readRejects(rejects), [{ EmployeeID: '0012', 'Hire Date': '03/04/2020', Phone: '+49 30 123456' }])
  t.equal((await clean(folder, from, ['--separator', ','])).status, 3)
  t.match(readRejects(rejects, ','), [{ EmployeeID: '0012', Phone: '+49 30 123456' }])
})

t.test('all mistakes of one line are reported', async t => {
  const line = 'E0001;#N/A;;;ann;;;E0001;03/04/2020;;IE;;1.2E+03;Y;4,9E+11'
  const folder = t.testdir({ 'feed.csv': `${header}\n${line}\n` })
  const { rejects } = await clean(folder, join(folder, 'feed.csv'))
  t.equal(
    readRejects(rejects)[0]?.['reason'],
    'First Name: Expected text, got the error of a formula; correct it in the spreadsheet; Last Name: This cell must not be empty; ' +
      'E-Mail: Expected an address such as ann@contoso.com; ' +
      'Cost Center: A spreadsheet changed it to a number; format the column as text; ' +
      'Phone: A spreadsheet changed it to a number; format the column as text',
  )
})

t.test('invisible marks are removed from every cell, and a joiner that is part of a word stays', async t => {
  const lines = [
    'E100001;Ann;Ace\u200e;;ann\u200d@contoso.com;\u200fSales\u200f;;;03/04/2020;;DE;;;Y;\u202d+49 30 123456\u202c',
    'E100002;B\u00ado;Be\u2060ll;;bo@contoso.com;\u061cR\u0001D\ufeff;;;03/04/2020;;DE;;;Y;',
    'E100003;علی\u200cرضا;ශ්\u200dරී;;ali@contoso.com;فروش\u200c;;;03/04/2020;;DE;;;Y;',
  ]
  const folder = t.testdir({ 'feed.csv': `${header}\n${lines.join('\n')}\n` })
  const { status, to } = await clean(folder, join(folder, 'feed.csv'))
  t.equal(status, 0)
  t.strictSame(
    read(to, ',').map(row =>
      ['givenName', 'surname', 'displayName', 'mail', 'department', 'businessPhones'].map(name => row[name]),
    ),
    [
      ['Ann', 'Ace', 'Ann Ace', 'ann@contoso.com', 'Sales', '+49 30 123456'],
      ['Bo', 'Bell', 'Bo Bell', 'bo@contoso.com', 'RD', ''],
      ['علی\u200cرضا', 'ශ්\u200dරී', 'علی\u200cرضا ශ්\u200dරී', 'ali@contoso.com', 'فروش', ''],
    ],
  )
})

t.test('a feed in an older encoding is read if the encoding is set', async t => {
  const folder = t.testdir({ 'feed.csv': Buffer.from(`${header}\n${ann.replace('Lee', 'Müller')}\n`, 'latin1') })
  const from = join(folder, 'feed.csv')
  t.match(await clean(folder, from), {
    status: 1,
    said: /Line 2 of .*feed\.csv is not valid UTF-8\. .* need --encoding windows-1252\.$/m,
  })
  const { status, to } = await clean(folder, from, ['--encoding', 'windows-1252'])
  t.equal(status, 0)
  t.equal(read(to, ',')[0]?.['surname'], 'Müller')
  t.match(await clean(folder, from, ['--encoding', 'klingon']), {
    status: 2,
    said: /Expected --encoding to be an encoding such as/,
  })
})

t.test('a second row with the id or the address of a rejected row is rejected, too', async t => {
  const bad = ann.replace('03/04/2020', 'soon')
  const folder = t.testdir({ 'feed.csv': `${header}\n${bad}\n${ann}\n` })
  const { status, rejects } = await clean(folder, join(folder, 'feed.csv'))
  t.equal(status, 3)
  t.strictSame(
    readRejects(rejects).map(({ line, column }) => [line, column]),
    [
      ['2', 'Hire Date'],
      ['3', 'EmployeeID'],
    ],
  )
})

t.test('a feed with an ambiguous layout is refused with the flag to add, and is read with it', async t => {
  const [tab, pipe] = [header, ann].map(line => line.replaceAll(',', '\t').replaceAll(';', '\t')) as [string, string]
  const folder = t.testdir({
    'titled.csv': `Feed of January\n${header}\n${ann}\n`,
    'other.csv': `${header.split(/[,;]/).join('^')}\n${ann.split(/[,;]/).join('^')}\n`,
    'twice.csv': `${header}\n${ann}\n${header.split(';').toReversed().join(';')}\n`,
    'tab.csv': `${tab}\n${pipe}\n`,
  })
  for (const [name, refused, flags, read] of [
    ['titled.csv', /^/, ['--header-line', '2'], 0],
    ['other.csv', /--header-line/, ['--delimiter', '^'], 0],
    ['twice.csv', /set --single-header/, ['--single-header'], 3],
    ['tab.csv', /^/, ['--delimiter', 'tab'], 0],
  ] as const) {
    const from = join(folder, name)
    t.match((await clean(folder, from)).said, refused, name)
    t.equal((await clean(folder, from, flags)).status, read, name)
  }
  t.match((await clean(folder, join(folder, 'tab.csv'), ['--header-line', '7'])).said, /Check --header-line\./)
})

t.test('a feed that cannot be cleaned is refused in one sentence, and nothing is written', async t => {
  const folder = t.testdir({
    'no-mail.csv': `${header.replace('E-Mail', 'Fax')}\n${ann}\n`,
    'quote.csv': `${header}\n${ann}\n${ann.replace('Lee', '"Lee')}\n`,
  })
  for (const [from, status, sentence] of [
    [join(folder, 'none.csv'), 2, /File .*none\.csv was not found/],
    [join(folder, 'no-mail.csv'), 2, /The header of .*no-mail\.csv \(line 1\) lacks "E-Mail"/],
    [join(folder, 'quote.csv'), 1, /quote\.csv, line 3, column 3: the closing quote \("\) is missing/],
    ['-', 2, /Expected --from to be a file/],
  ] as const) {
    const made = await clean(folder, from)
    t.equal(made.status, status)
    t.match(made.said, sentence)
    t.notOk(existsSync(made.to) || existsSync(made.rejects))
  }
})

t.test('memory does not grow with the rejects: 60 MB pass through a heap of 56 MB', async t => {
  const folder = t.testdir({})
  const from = join(folder, 'feed.csv')
  const file = createWriteStream(from)
  // One row passes: a run in which every row fails has no manifest of what it wrote.
  file.write(`${header}\nE100001;Ann;Ace;;ann.ace@contoso.com;Sales;Rep;;2024-01-31;;DE;Ulm;0012;yes;+49 30 123456\n`)
  const office = 'Büro '.repeat(400)
  for (let at = 0; at < 30_000; at++)
    if (!file.write(`E${at};A;B;;a${at}@contoso.com;;;;31.02.2020;;DE;${office};;Y;\n`)) await once(file, 'drain')
  file.end()
  await once(file, 'close')
  const flags = ['--max-semi-space-size=2', '--max-old-space-size=320', '--disable-warning=ExperimentalWarning']
  const { status, manifest } = await clean(folder, from, ['--quiet'], [...flags, '--max-old-space-size=56'])
  t.equal(status, 3)
  t.match(manifest().counts, { read: 30_001, failed: 30_000, written: 1 })
})

t.test('equal seeds make equal feeds, other seeds other feeds', async t => {
  t.equal(hrFeed(50, 3).text, hrFeed(50, 3).text)
  t.not(hrFeed(50, 3).text, hrFeed(50, 4).text)
})
