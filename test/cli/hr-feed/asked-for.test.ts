import t from 'tap'
import { feed, hrDesk, linesOf, people } from './hr-desk.ts'

const [ann, ...others] = people

t.test('leavers leave all their groups where the mapping says so, and the same feed again changes nothing', async t => {
  const { send, run, write, textOf } = await hrDesk(t)
  const on = ['--tenant', 'contoso'] as const
  await send()
  write('group.csv', 'displayName,mailNickname,mailEnabled,securityEnabled\nLab group,lab,false,true\n')
  t.equal((await run('groups', 'create', '--from', 'group.csv', ...on, '--yes')).status, 0)
  write('member.csv', 'group,member\nLab group,ann.lee@contoso.com\nLab group,cleo.fox@contoso.com\n')
  t.equal((await run('members', 'add', '--from', 'member.csv', ...on, '--yes')).status, 0)
  write('hr.ts', textOf('hr.ts').replace("manager: 'Boss',", "manager: 'Boss', leavers: { groups: 'all' },"))
  write('feed.csv', feed([{ ...ann!, status: 'T' }, ...others]))
  const left = await send('--json', '--report', 'left.jsonl')
  const { decisions, counts } = JSON.parse(left.stdout) as { readonly decisions: object; readonly counts: object }
  t.match(counts, { failed: 0, unknown: 0 })
  t.match(decisions, { properties: { group: 1 }, reads: { '/users/{id}/memberOf/microsoft.graph.group': 1 } })
  const [leaver] = linesOf(textOf('left.jsonl')).filter(one => one['class'] === 'leaver')
  t.match(leaver, { key: '1', groups: { remove: { length: 2 } } })
  const members = await run('export', 'members', '--group', 'Lab group', ...on, '--fresh', '--to', 'members.jsonl')
  t.equal(members.status, 0, members.stderr)
  t.strictSame(
    linesOf(textOf('members.jsonl')).flatMap(each => each['userPrincipalName'] ?? []),
    ['cleo.fox@contoso.com'],
  )
  t.match(JSON.parse((await send('--json')).stdout), {
    counts: { rows: 0 },
    decisions: { classes: [{ class: 'unchanged', people: 4 }] },
  })
})

t.test('a page of decisions has its totals first, escapes every text, and names no other file', async t => {
  const { hr, write, textOf } = await hrDesk(t)
  const row = '"9","""><b>Eve","<script>alert(1)</script>&\'x\'","Sales","<img src=x>","A",""'
  write('feed.csv', `${feed(people)}${row}\n`)
  const dry = await hr('--dry-run', '--cloud-joiners', '--report', 'page.html')
  t.equal(dry.status, 0, dry.stderr)
  const html = textOf('page.html')
  t.match(html, /&lt;script&gt;alert\(1\)&lt;\/script&gt;&amp;&#39;x&#39;/)
  t.equal(html.match(/<script>/g)?.length, 1, 'the only script is that of the page')
  t.notMatch(html, /<(?:img|link|iframe)|\s(?:src|srcset|action)=|href="(?!#)|url\(/)
  t.ok(html.indexOf('<table>') < html.indexOf('<section '), 'totals come before the classes')
  const open: string[] = []
  const body = html.replace(/<(script|style)>[^]*?<\/\1>/g, '')
  for (const [, end, tag = ''] of body.matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*>/g))
    if (end === '/') t.equal(open.pop(), tag)
    else if (tag !== 'meta') open.push(tag)
  t.strictSame(open, [], 'every element ends')
})

t.test('a feed makes no plan, and advice for a tenant that requires a second person says what to do', async t => {
  const { hr, send, write, textOf, truth } = await hrDesk(t)
  const planned = await hr('--plan', 'plan.jsonl', '--cloud-joiners')
  t.match(
    [planned.status, planned.stderr],
    [2, /--plan is not possible here: the run changes the directory in several/],
  )
  const { tenants } = JSON.parse(textOf('entrapipe.config.json')) as { readonly tenants: { readonly contoso: object } }
  const contoso = { ...tenants.contoso, approval: 'second-person' }
  write('entrapipe.config.json', JSON.stringify({ tenants: { contoso } }))
  const sent = await send()
  t.match(
    [sent.status, sent.stderr],
    [5, /requires a second person .* in several phases, which no plan has\. Show its dry run/],
  )
  t.strictSame(await truth('user'), [])
})

t.test(
  'of synchronized people the cloud writes what it masters, and a file has the rest for Active Directory',
  async t => {
    const { run, write, textOf } = await hrDesk(t)
    await run(
      ...['export', 'users', '--tenant', 'contoso', '--quiet', '--to', 'synced.jsonl', '--limit', '1'],
      ...['--filter', "onPremisesSyncEnabled eq true and accountEnabled eq true and usageLocation eq 'DE'"],
      ...['--select', 'id,employeeId,displayName,jobTitle'],
    )
    const [person] = linesOf(textOf('synced.jsonl'))
    write(
      'ad.ts',
      `import { generated, hrFeed } from 'entrapipe/hr'
    export default hrFeed({
      name: 'synced', scope: "userType eq 'Member'", person: 'No', match: ['employeeId'],
      account: { employeeId: 'No', displayName: 'Name', jobTitle: 'Title', usageLocation: 'Place',
        userPrincipalName: generated(['{displayName}{n}'], { domain: 'contoso.com' }) },
    })`,
    )
    const line = (...cells: readonly unknown[]): string => `${cells.map(cell => `"${String(cell)}"`).join(',')}\n`
    const { employeeId, displayName, id } = person!
    write(
      'feed.csv',
      `No,Name,Title,Place\n${line(employeeId, displayName, 'Another title', 'FR')}${line('X1', 'New Person', 'Cook', 'DE')}`,
    )
    const sent = await run(
      ...['hr-feed', '--from', 'feed.csv', '--tenant', 'contoso'],
      ...['--mapping', 'ad.ts', '--yes', '--json', '--ad-file', 'ad.csv', '--report', 'sent.jsonl'],
      ...['--credentials', 'none.csv', '--plain-credentials', '--include-privileged'],
    )
    t.equal(sent.status, 0, sent.stderr)
    t.match(textOf('ad.csv').split('\n').slice(1), [
      new RegExp(`${String(employeeId)}.*,jobTitle,[^,]*,Another title`),
      '',
    ])
    const decisions = linesOf(textOf('sent.jsonl'))
    t.match(
      decisions.find(({ key }) => key === employeeId),
      { class: 'mover', changes: { usageLocation: { new: 'FR' } }, onPremises: { jobTitle: { new: 'Another title' } } },
    )
    t.match(
      decisions.find(({ key }) => key === 'X1'),
      { class: 'joiner', off: '--cloud-joiners', fix: /Create the person in Active Directory, or add --cloud-joiners/ },
    )
    await run(
      ...['export', 'users', '--tenant', 'contoso', '--quiet', '--fresh', '--to', 'now.jsonl'],
      ...['--filter', `id eq '${String(id)}'`, '--select', 'usageLocation,jobTitle'],
    )
    t.match(linesOf(textOf('now.jsonl')), [{ usageLocation: 'FR', jobTitle: person!['jobTitle'] }])
  },
)
