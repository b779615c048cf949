import { createHash } from 'node:crypto'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { feed, hrDesk, linesOf, people, type Person } from './hr-feed/hr-desk.ts'

t.test('a feed makes accounts with managers and groups; the same feed again writes nothing', async t => {
  const { send, accounts, control } = await hrDesk(t)
  const counters = async () =>
    JSON.parse(await control('GET', '/counters')) as {
      readonly routes: Readonly<Record<string, Readonly<Record<string, number>>>>
      readonly writes: { readonly attempted: object }
    }
  t.match(await send(), {
    status: 0,
    stderr:
      /joiners +4 +Ann Lee, Bob Ray, Cleo Fox …[^]*Read for this: \d names among groups, 2 counts of users, 1 page of users, /,
  })
  t.match(await accounts(), [
    { employeeId: '1', userPrincipalName: 'ann.lee@contoso.com', department: 'Sales', accountEnabled: true },
    { employeeId: '2', userPrincipalName: 'bob.ray@contoso.com' },
    { employeeId: '3', jobTitle: 'Clerk' },
    { employeeId: '4', userPrincipalName: /^ann\.lee\d@contoso\.com$/ },
  ])
  await control('DELETE', '/counters')
  const second = await send('--json')
  const reads = { '/groups': 1, '/users/$count': 2, '/users': 1, '/directory/deletedItems/microsoft.graph.user': 1 }
  t.match(JSON.parse(second.stdout), {
    status: 'Succeeded',
    counts: { rows: 0 },
    decisions: { classes: [{ class: 'unchanged', people: 4 }], reads },
  })
  const { routes, writes } = await counters()
  t.strictSame(writes.attempted, {})
  t.match(routes, Object.fromEntries(Object.entries(reads).map(([path, many]) => [`GET ${path}`, { 200: many }])))
})

t.test('movers are updated, leavers disabled, deleted after their time and restored when they are back', async t => {
  const { send, accounts, write, truth } = await hrDesk(t)
  await send()
  const [ann, bob, cleo, other] = people as [Person, Person, Person, Person]
  const later = [
    ann,
    { ...bob, status: 'T' },
    { ...cleo, title: '', dept: 'Board' },
    other,
    { no: '5', name: 'Dan Oak' },
  ]
  write('feed.csv', feed(later))
  const dry = await send('--dry-run', '--json', '--report', 'dry.jsonl')
  const sent = await send('--json', '--report', 'sent.jsonl,sent.csv,sent.html', '--accept', 'property')
  t.match([dry.status, sent.status], [0, 0], dry.stderr + sent.stderr)
  t.match(await accounts(), [
    {},
    { employeeId: '2', accountEnabled: false },
    { employeeId: '3', jobTitle: null, department: 'Board', accountEnabled: true },
    {},
    { employeeId: '5', accountEnabled: true },
  ])
  write('feed.csv', feed(later.map(person => (person.no === '5' ? { ...person, title: 'Cook' } : person))))
  const gone = await send('--delete-after', '0d', '--json')
  t.match(JSON.parse(gone.stdout), { counts: { done: 2 } }, gone.stderr)
  t.match(
    (await accounts()).map(({ employeeId }) => employeeId),
    ['1', '3', '4', '5'],
  )
  write('feed.csv', feed([...later.filter(({ no }) => no !== '2'), bob]))
  const back = await send('--json')
  t.equal(back.status, 0, back.stderr)
  t.match((await accounts())[1], { employeeId: '2', userPrincipalName: 'bob.ray@contoso.com', accountEnabled: true })
  const all = (await truth('user')).filter(({ userPrincipalName }) => /^bob\.ray/.test(String(userPrincipalName)))
  t.match(all, [{ created: 1, deleted: 1, restored: 1 }], 'nobody has two accounts')
})

t.test(
  'reports have every decision: property by property, as data, and as a page that needs no other file',
  async t => {
    const { hr, send, write, textOf } = await hrDesk(t)
    await send()
    const [ann, bob, cleo] = people as [Person, Person, Person, Person]
    const evil = { no: '9', name: '<b>Eve</b> "O\'Neil"', dept: 'Board' }
    write('feed.csv', feed([ann, bob, { ...cleo, dept: 'Board' }, evil]))
    const dry = await hr(
      '--dry-run',
      '--cloud-joiners',
      '--no-movers',
      '--report',
      'all.jsonl,all.csv,all.html',
      '--ad-file',
      'ad.csv',
    )
    t.equal(dry.status, 0, dry.stderr)
    t.match(dry.stderr, /movers +1 +switched off by --no-movers; Cleo Fox/)
    const decisions = linesOf(textOf('all.jsonl'))
    t.match(decisions.map(({ key, class: of, off }) => [key, of, off]).slice(0, 5), [
      ['1', 'unchanged', undefined],
      ['2', 'unchanged', undefined],
      ['3', 'mover', '--no-movers'],
      ['9', 'joiner', undefined],
      ['4', 'unmatched', undefined],
    ])
    const lines = textOf('all.csv').split('\n')
    t.match(lines[0], /^class,action,key,name,userPrincipalName,id,line,property,old,new,off,why,fix,notes/)
    t.match(
      lines.filter(line => line.startsWith('mover')),
      [/,department,Sales,Board,--no-movers,/],
    )
    const html = textOf('all.html')
    t.notMatch(
      html,
      /<b>Eve|src=|href="http|@import|url\(/,
      'nothing of the feed is markup, and nothing comes from elsewhere',
    )
    t.match(html, /&lt;b&gt;Eve&lt;\/b&gt;/)
    t.match(html, /Movers \(1\)[^]*department: <del>Sales<\/del> → <ins>Board<\/ins>/)
    t.match(html, /<\/html>\n$/)
    t.equal(textOf('ad.csv'), 'key,name,userPrincipalName,id,property,old,new\n')
    t.match(await hr('--dry-run', '--report', 'all.pdf'), {
      status: 2,
      stderr: /--report to be a file x\.csv, x\.jsonl or x\.html/,
    })
  },
)

t.test('a feed that is not safe changes nothing, and says why and what allows it', async t => {
  const { hr, send, write, truth, folder } = await hrDesk(t)
  const many = Array.from({ length: 25 }, (_, at): Person => ({
    no: String(at + 1),
    name: `Ann Lee${at}`,
    dept: 'Board',
  }))
  write('feed.csv', feed(many))
  t.match(await send(), { status: 5, stderr: /25 joiners, and at most 20[^]*--max-joiners/ })
  t.equal((await send('--max-joiners', '25')).status, 0)
  const before = JSON.stringify(await truth('user'))
  write('feed.csv', feed(many.slice(0, 20)))
  t.match(await send('--leavers-by-absence', '1'), {
    status: 5,
    stderr: /5 fewer than the last one[^]*--accept shorter/,
  })
  write('feed.csv', feed(many).slice(0, -8))
  t.match(await send(), { status: 5, stderr: /The last row cannot be read: .*the file seems to be cut off/ })
  write('feed.csv', feed(many.map(person => ({ ...person, title: 'Clerk' }))))
  t.match(await send(), { status: 5, stderr: /jobTitle would change of 25 of 25 people/ })
  write('feed.csv', feed(many.map(person => ({ ...person, status: 'T' }))))
  t.match(await send(), { status: 5, stderr: /25 leavers, and at most 5/ })
  write('feed.csv', feed(many))
  write('feed.csv.sha256', `${'0'.repeat(64)}  feed.csv\n`)
  t.match(await hr('--dry-run'), { status: 5, stderr: /does not have the SHA-256 that feed\.csv\.sha256 says/ })
  t.equal(JSON.stringify(await truth('user')), before)
  const left = readdirSync(join(folder, 'store', 'runs')).filter(run =>
    existsSync(join(folder, 'store', 'runs', run, 'state', '_databases')),
  )
  t.strictSame(left, [], 'nothing is kept of the people')
})

t.test('new accounts need a file for their passwords, and the feed a file of its own', async t => {
  const { hr } = await hrDesk(t)
  t.match(await hr('--yes', '--cloud-joiners'), { status: 2, stderr: /--credentials does not say into which file/ })
  t.match(await hr('--yes', '--no-joiners'), { status: 0 })
  t.match(await hr('--dry-run', '--accept', 'everything'), {
    status: 2,
    stderr: /Expected --accept to be reasons of cut-off/,
  })
  t.match(await hr('--dry-run', '--delete-after', 'soon'), { status: 2, stderr: /a number of days such as 30d/ })
})

t.test('a run that is interrupted continues without its feed, and then the feed is remembered', async t => {
  const { send, run, accounts, write, folder, control } = await hrDesk(t)
  await send()
  const later = people.map((person): Person => (person.no === '2' ? { ...person, status: 'T' } : person))
  write('feed.csv', feed([...later, { no: '5', name: 'Dan Oak' }, { no: '6', name: 'Eve Elm' }]))
  const stopped = await send('--limit', '1')
  const id = /run (\d{8}-\d{6}-[0-9a-f]+)/.exec(stopped.stderr)![1]!
  t.match(stopped.stderr, /pending/)
  rmSync(join(folder, 'feed.csv'))
  const resumed = await run('runs', 'resume', id, '--yes')
  t.equal(resumed.status, 0, resumed.stderr)
  t.match(
    (await accounts()).map(({ employeeId, accountEnabled }) => [employeeId, accountEnabled]),
    [
      ['1', true],
      ['2', false],
      ['3', true],
      ['4', true],
      ['5', true],
      ['6', true],
    ],
  )
  write('feed.csv', feed([...later, { no: '5', name: 'Dan Oak' }, { no: '6', name: 'Eve Elm' }]))
  await control('DELETE', '/counters')
  const again = await send('--json')
  t.match(JSON.parse(again.stdout), { counts: { rows: 0 } }, again.stderr)
  const { writes } = JSON.parse(await control('GET', '/counters')) as {
    readonly writes: { readonly attempted: object }
  }
  t.strictSame(writes.attempted, {})
})

t.test('nobody gets a second account who got one, live or deleted, before the run was resumed', async t => {
  const { send, run, accounts, write, writes } = await hrDesk(t)
  const id = /run (\d{8}-\d{6}-[0-9a-f]+)/.exec((await send('--limit', '1')).stderr)![1]!
  const row = (no: string, type: string) => `by.hand${no}@contoso.com,By Hand,Long-enough-1,${no},${type}\n`
  const header = 'userPrincipalName,displayName,password,employeeId,employeeType\n'
  write('hand.csv', header + row('2', 'Lab') + row('3', 'Lab'))
  write('gone.csv', 'userPrincipalName\nby.hand3@contoso.com\n')
  t.match(await run('users', 'create', '--from', 'hand.csv', '--tenant', 'contoso', '--yes'), { status: 0 })
  t.match(await run('users', 'delete', '--from', 'gone.csv', '--tenant', 'contoso', '--yes'), { status: 0 })
  await writes()
  t.match(await run('runs', 'resume', id, '--yes'), { status: 3, stderr: /2 failed/ })
  t.equal((await writes())['POST /users'], 1)
  const { stdout } = await run('runs', 'results', id, '--outcome', 'failed')
  t.match(stdout, /USER_EXISTS[^\n]*The user by\.hand2@contoso\.com has the employeeId 2 already/)
  t.match(stdout, /USER_DELETED[^\n]*A deleted user has the employeeId 3/)
  t.match(await send('--accept', 'property'), { status: 0, stderr: /rehires +1[^]*movers +/ })
  const found = (await accounts()).map(({ employeeId, userPrincipalName }) => [employeeId, userPrincipalName])
  t.match(found, [['1'], ['2', 'by.hand2@contoso.com'], ['3', 'by.hand3@contoso.com'], ['4']])
  t.equal(found.length, people.length)
})

t.test('a run is undone phase by phase: leavers are enabled, and new accounts deleted', async t => {
  const { send, run, accounts, write } = await hrDesk(t)
  await send()
  const later = people.map((person): Person => (person.no === '2' ? { ...person, status: 'T' } : person))
  write('feed.csv', feed([...later, { no: '5', name: 'Dan Oak' }]))
  const sent = await send()
  const id = /run (\d{8}-\d{6}-[0-9a-f]+)/.exec(sent.stderr)![1]!
  const undone = await run('runs', 'undo', id, '--yes')
  t.equal(undone.status, 0, undone.stderr)
  t.match(
    (await accounts()).map(({ employeeId, accountEnabled }) => [employeeId, accountEnabled]),
    [
      ['1', true],
      ['2', true],
      ['3', true],
      ['4', true],
    ],
  )
})

t.test('a manager whose account comes back from the bin is set in the same run', async t => {
  const { send, write, truth, writes } = await hrDesk(t)
  await send()
  const [ann, bob, cleo] = people as [Person, Person, Person]
  for (const more of [[], ['--delete-after', '0d']]) {
    write('feed.csv', feed([ann, { ...bob, status: 'T' }, cleo]))
    t.equal((await send(...more)).status, 0)
  }
  write('feed.csv', feed([ann, bob, { ...cleo, boss: '2' }]))
  t.match(await send(), { status: 0, stderr: /rehires +1[^]*manager +\d/ })
  t.equal((await truth('user')).filter(({ restored }) => restored === 1).length, 1)
  await writes()
  t.match(await send(), { status: 0 })
  t.strictSame(await writes(), {})
})

t.test('one page of a listing, or a limited export by its manifest, is not the whole feed', async t => {
  const { hr, write, textOf, run } = await hrDesk(t)
  const value = people.map(({ no }) => ({
    No: no,
    First: 'A',
    Last: 'B',
    Dept: 'Board',
    Title: '',
    Status: 'A',
    Boss: '',
  }))
  write('page.json', JSON.stringify({ '@odata.nextLink': 'https://graph.microsoft.com/v1.0/users?page=2', value }))
  const ofFeed = ['hr-feed', '--mapping', 'hr.ts', '--tenant', 'contoso', '--dry-run', '--cloud-joiners'] as const
  t.match(await run(...ofFeed, '--from', 'page.json'), {
    status: 5,
    stderr: /page\.json is one page of a listing[^]*--accept cut-off/,
  })
  t.match(await run(...ofFeed, '--from', 'page.json', '--accept', 'cut-off'), { status: 0 })
  const sha256 = createHash('sha256').update(textOf('feed.csv')).digest('hex')
  write('feed.csv.manifest.json', JSON.stringify({ files: [{ sha256 }], completeness: 'complete', limit: 4 }))
  t.match(await hr('--dry-run'), { status: 5, stderr: /The feed was limited to 4 rows\./ })
})
