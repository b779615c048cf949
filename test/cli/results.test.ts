import { createHash } from 'node:crypto'
import t from 'tap'
import { commandBed, summaryOf } from './command-bed.ts'

const header = 'displayName,userPrincipalName,Initial password,department\n'
const wide = header.replace('\n', ',preferredLanguage\n')
// Graph refuses the language of the last one.
const people = `${wide}Ann,ann@contoso.com,Quiet-Harbour-71,Sales,
,bob@contoso.com,Quiet-Harbour-72,Sales,
Cleo,cleo@contoso.com,Quiet-Harbour-73,Sales,
Cleopatra,cleo@contoso.com,Quiet-Harbour-74,"Sales, EMEA",
Dan,dan@contoso.com,Quiet-Harbour-75,,no language
`
const create = ['users', 'create', '--tenant', 'sandbox', '--yes']

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** The lines of a CSV without its last columns, which have ids and times. */
const cellsOf = (text: string, columns: number) =>
  text
    .trim()
    .split('\n')
    .map(line => line.split(',').slice(0, columns).join(','))

t.test('results have a line for each line of the file, in its order, and no secrets', async t => {
  const { run, textOf } = await commandBed(t, { 'people.csv': people })
  const ran = await run(...create, '--from', 'people.csv', '--results', 'results.csv', '--json')
  t.equal(ran.status, 3, ran.stderr)
  const { run: id, summary } = summaryOf(ran)
  t.strictSame(summary, {
    tenant: 'sandbox',
    status: 'Failed',
    reason: 'NotAllRowsSuccessfullyProcessed',
    counts: { rows: 5, done: 1, unchanged: 0, waiting: 0, skipped: 0, failed: 4, unknown: 0, pending: 0 },
  })
  t.strictSame(cellsOf(textOf('results.csv').replace('"Sales, EMEA"', 'EMEA'), 6), [
    'displayName,userPrincipalName,department,preferredLanguage,outcome,code',
    'Ann,ann@contoso.com,Sales,,done,',
    ',bob@contoso.com,Sales,,failed,ROW_INVALID',
    'Cleo,cleo@contoso.com,Sales,,failed,ROWS_CONFLICT',
    'Cleopatra,cleo@contoso.com,EMEA,,failed,ROWS_CONFLICT',
    'Dan,dan@contoso.com,,no language,failed,Request_BadRequest',
  ])
  t.notMatch(textOf('results.csv'), /Quiet-Harbour/)
  const json = await run('runs', 'results', id, '--outcome', 'failed')
  const rows = json.stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Readonly<Record<string, unknown>>)
  t.strictSame(
    rows.map(({ key, displayName }) => [key, displayName]),
    [
      [3, ''],
      [4, 'Cleo'],
      [5, 'Cleopatra'],
      [6, 'Dan'],
      [undefined, undefined],
    ],
    'the last line is the trailer',
  )
})

t.test('a result names the request that was sent, and its id; a row that was not sent has neither', async t => {
  const { run, textOf, truth } = await commandBed(t, { 'people.csv': people })
  await run(...create, '--from', 'people.csv', '--results', 'results.jsonl')
  const rows = textOf('results.jsonl')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Readonly<Record<string, unknown>>)
  const [{ by }] = (await truth('user')) as unknown as [{ readonly by: readonly [{ readonly client: string }] }]
  t.match(
    rows.map(({ key, action, requestId, attempt, status, target, tenant }) => ({
      ...{ key, action, requestId, attempt, status, target, tenant },
    })),
    [
      {
        key: 2,
        action: 'POST /users',
        requestId: by[0].client,
        attempt: 1,
        status: 201,
        target: 'user ann@contoso.com',
      },
      { key: 3, action: null, requestId: null, attempt: null, status: null },
      { key: 4, action: null, requestId: null, attempt: null, status: null },
      { key: 5, action: null, requestId: null, attempt: null, status: null },
      { key: 6, action: 'POST /users', requestId: /^[0-9a-f-]{36}$/, attempt: 1, status: 400, tenant: 'sandbox' },
    ],
  )
})

t.test('failed rows come out as an input, are corrected, and only they are sent, with the same secrets', async t => {
  const { run, textOf, write, truth } = await commandBed(t, { 'people.csv': people })
  const { run: id } = summaryOf(await run(...create, '--from', 'people.csv', '--json'))
  const again = await run('runs', 'results', id, '--outcome', 'failed', '--as-input', '--to', 'again.csv')
  t.equal(again.status, 0, again.stderr)
  t.equal(
    textOf('again.csv'),
    `${wide},bob@contoso.com,sealed:${id}/3,Sales,
Cleo,cleo@contoso.com,sealed:${id}/4,Sales,
Cleopatra,cleo@contoso.com,sealed:${id}/5,"Sales, EMEA",
Dan,dan@contoso.com,sealed:${id}/6,,no language
`,
  )
  write(
    'again.csv',
    textOf('again.csv')
      .replace(',bob@', 'Bob,bob@')
      .replace(/^Cleo,.*\n/m, '')
      .replace('no language', 'de'),
  )
  const second = await run(...create, '--from', 'again.csv', '--json')
  t.strictSame(
    summaryOf(second).summary.counts,
    { rows: 3, done: 3, unchanged: 0, waiting: 0, skipped: 0, failed: 0, unknown: 0, pending: 0 },
    second.stderr,
  )
  t.strictSame(
    (await truth('user')).map(({ userPrincipalName, passwordSha256 }) => [userPrincipalName, passwordSha256]).sort(),
    [
      ['ann@contoso.com', sha256('Quiet-Harbour-71')],
      ['bob@contoso.com', sha256('Quiet-Harbour-72')],
      ['cleo@contoso.com', sha256('Quiet-Harbour-74')],
      ['dan@contoso.com', sha256('Quiet-Harbour-75')],
    ],
  )
})

t.test('a file of failed rows that fail again has the same secrets once more', async t => {
  const { run, textOf, write, truth } = await commandBed(t, {
    'people.csv': `${header},ann@contoso.com,Quiet-Harbour-71,Sales\n`,
  })
  let { run: id } = summaryOf(await run(...create, '--from', 'people.csv', '--json'))
  for (const to of ['second.csv', 'third.csv']) {
    await run('runs', 'results', id, '--outcome', 'failed', '--as-input', '--to', to)
    id = summaryOf(await run(...create, '--from', to, '--json')).run
  }
  await run('runs', 'results', id, '--as-input', '--to', 'last.csv')
  write('last.csv', textOf('last.csv').replace('\n,ann@', '\nAnn,ann@'))
  t.equal((await run(...create, '--from', 'last.csv')).status, 0)
  t.strictSame(
    (await truth('user')).map(({ passwordSha256 }) => passwordSha256),
    [sha256('Quiet-Harbour-71')],
  )
})

t.test('rows that are not sent yet are pending, and stand where they were read', async t => {
  const { run, textOf } = await commandBed(t, {
    'people.csv': people.replace('cleo@contoso.com,Quiet-Harbour-74', 'cat@contoso.com,Quiet-Harbour-74'),
  })
  const { run: id } = summaryOf(await run(...create, '--from', 'people.csv', '--limit', '1', '--json'))
  await run('runs', 'results', id, '--to', 'results.csv')
  t.strictSame(cellsOf(textOf('results.csv').replace('"Sales, EMEA"', 'EMEA'), 5), [
    'displayName,userPrincipalName,department,preferredLanguage,outcome',
    'Ann,ann@contoso.com,Sales,,done',
    ',bob@contoso.com,Sales,,failed',
    'Cleo,cleo@contoso.com,Sales,,pending',
    'Cleopatra,cat@contoso.com,EMEA,,pending',
    'Dan,dan@contoso.com,,no language,pending',
  ])
  await run('runs', 'results', id, '--outcome', 'pending', '--as-input', '--to', 'pending.csv')
  t.equal(textOf('pending.csv').split('\n').length, 5)
})

t.test('a column of the input keeps its name, and that of the result gets another one', async t => {
  const { run, textOf } = await commandBed(t)
  await run('export', 'users', '--tenant', 'sandbox', '--select', 'id', '--limit', '2', '--to', 'two.csv')
  const add = ['members', 'add', '--tenant', 'sandbox', '--group', 'DEV-Chicago', '--from', 'two.csv', '--yes']
  const ran = await run(...add, '--results', 'results.csv', '--json')
  const [head, first] = textOf('results.csv').split('\n')
  t.match(head, /^id,outcome,code,message,fix,requestId,result id,status,key,/)
  t.equal(first?.split(',')[0], textOf('two.csv').split('\n')[1])
  const undo = summaryOf(await run('runs', 'undo', summaryOf(ran).run, '--yes', '--json')).run
  await run('runs', 'results', undo, '--to', 'undone.csv')
  t.match(textOf('undone.csv'), /^outcome,code,message,fix,requestId,id,/, 'an undo has no input of its own')
  const asInput = await run('runs', 'results', undo, '--as-input', '--to', 'undone2.csv')
  t.strictSame(
    [asInput.status, asInput.stderr],
    [
      2,
      `entrapipe: Run ${undo} kept no input rows, so --as-input has nothing to write. To send its failed rows again: entrapipe runs retry ${undo}.\n`,
    ],
  )
})

t.test('lines that are no rows do not become rows of the file to correct', async t => {
  const lines = `${header}Eve,eve@contoso.com,Quiet-Harbour-76,Sales,EMEA
Fay,fay@contoso.com
,gil@contoso.com,Quiet-Harbour-77,Sales
`
  const { run, textOf } = await commandBed(t, { 'lines.csv': lines })
  const { run: id } = summaryOf(await run(...create, '--from', 'lines.csv', '--json'))
  const again = await run('runs', 'results', id, '--outcome', 'failed', '--as-input', '--to', 'again.csv')
  t.equal(textOf('again.csv'), `${header},gil@contoso.com,sealed:${id}/4,Sales\n`)
  t.match(again.stderr, /^2 rows could not be read, and are not in it: 2, 3\. Correct them in the input\.$/m)
})

t.test('a retry is offered only if it would send a row again', async t => {
  const lines = `${header}Hal,hal@contoso.com,Quiet-Harbour-78,Sales
Hank,hal@contoso.com,Quiet-Harbour-78,Sales
`
  const { run, write } = await commandBed(t, { 'lines.csv': lines })
  const contradicting = await run(...create, '--from', 'lines.csv')
  t.equal(contradicting.status, 3)
  t.notMatch(contradicting.stderr, /runs retry/)
  write('lines.csv', `${lines}Ida,ida@nowhere.example,Quiet-Harbour-79,Sales\n`)
  t.match((await run(...create, '--from', 'lines.csv')).stderr, /runs retry/)
})
