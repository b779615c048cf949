import { utimesSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { systemClock } from '../../../src/core/clock.ts'
import { changeDesk } from '../change-desk.ts'
import { expectedAfter, type Fed } from './expected.ts'
import { feeds } from './feeds.ts'

const mapping = `import { column, constant, generated, hrFeed, join } from 'entrapipe/hr'
export default hrFeed({
  name: 'employees',
  scope: "companyName eq 'Nordlys'",
  person: 'EmpNo',
  match: ['employeeId'],
  rows: { effective: column('ValidFrom').date('dmy'), primary: column('MainJob').is('Y') },
  status: { from: 'Status', active: ['A'], leave: ['L'], leaver: ['T'] },
  hireDate: column('Hire').date('dmy'),
  lastDay: column('LastDay').date('dmy'),
  joiners: { createDaysBefore: 7, disabledUntilHireDate: true },
  onLeave: 'disable',
  leavers: { groups: 'given' },
  renames: true,
  account: {
    employeeId: 'EmpNo',
    companyName: constant('Nordlys'),
    givenName: 'First',
    surname: 'Last',
    displayName: join(' ', 'First', 'Last'),
    department: 'Dept',
    userPrincipalName: generated(['{givenName}.{surname}{n}'], { domain: 'contoso.com' }),
    mailNickname: generated(['{givenName}.{surname}{n}']),
  },
  manager: 'Manager',
  groups: [{ when: { department: 'Sales' }, group: 'Nordlys Sales' }],
})
`
const noon = (day: string): number => Date.parse(`${day}T12:00:00Z`)

t.test('ten feeds leave the directory as a program of its own says, and the bad ones change nothing', async t => {
  const desk = await changeDesk(t, { 'nordlys.ts': mapping }, { users: 100, tls: false })
  const { baseUrl, authorityUrl, tenantId, clientId, secretFile, caFile } = await desk.connection()
  const connection = { tenantId, clientId, graphUrl: baseUrl, authorityUrl, caFile, lagBound: 0 }
  const contoso = { ...connection, credential: { kind: 'secret', secret: { file: secretFile } } }
  desk.write('entrapipe.config.json', JSON.stringify({ tenants: { contoso } }))
  desk.write('groups.csv', 'displayName\nNordlys Sales\n')
  await desk.run('groups', 'create', '--tenant', 'contoso', '--from', 'groups.csv', '--yes')

  const found = async () => {
    const flags = ['--tenant', 'contoso', '--quiet', '--fresh', '--to', 'found.jsonl']
    const exported = async (...argv: readonly string[]) => {
      const ran = await desk.run('export', ...argv, ...flags)
      if (ran.status !== 0) throw new Error(ran.stderr)
      return desk.rowsOf('found.jsonl')
    }
    const select = 'id,employeeId,displayName,userPrincipalName,department,accountEnabled'
    const live = await exported('users', '--filter', "companyName eq 'Nordlys'", '--select', select)
    const bin = await exported('deleted-users', '--select', `${select},companyName`)
    const members = new Set((await exported('members', '--group', 'Nordlys Sales')).map(({ id }) => id))
    return { live, bin: bin.filter(({ companyName }) => companyName === 'Nordlys'), members }
  }
  let run = 0
  const act = async ({ day, csv, deletesAfterDays }: Fed) => {
    desk.write('feed.csv', csv)
    utimesSync(join(desk.folder, 'feed.csv'), noon(day) / 1000 - 3600, noon(day) / 1000 - 3600)
    const shift = noon(day) - systemClock.now()
    const clock = { ...systemClock, now: () => systemClock.now() + shift }
    return desk.runWith(
      { clock },
      ...['hr-feed', '--from', 'feed.csv', '--mapping', 'nordlys.ts', '--tenant', 'contoso', '--time-zone', 'UTC'],
      ...['--yes', '--max-joiners', '100', '--leavers-by-absence', '3'],
      ...['--credentials', `new-${++run}.csv`, '--plain-credentials', '--cloud-joiners'],
      ...(deletesAfterDays === undefined ? [] : ['--delete-after', `${deletesAfterDays}d`]),
    )
  }
  const good: Fed[] = []
  for (const feed of feeds) {
    await desk.writes()
    const ran = await act(feed)
    if ('refused' in feed) {
      t.equal(ran.status, 5, `${feed.what}: ${ran.stderr}`)
      t.match(ran.stderr, feed.refused, feed.what)
      t.strictSame(await desk.writes(), {}, feed.what)
      continue
    }
    t.equal(ran.status, 0, `${feed.what}: ${ran.stderr}`)
    good.push(feed)
    const { live, bin, members } = await found()
    const wanted = expectedAfter(good)
    const nameOf = new Map(wanted.map(each => [each.employeeId, each.upn]))
    t.strictSame(
      live.map(each => [each['employeeId'], each['displayName'], each['userPrincipalName'], each['department'], each['accountEnabled'], members.has(each['id'])]).toSorted(),
      wanted.filter(each => !each.inBin).map(each => [each.employeeId, each.name, each.upn, each.department, each.enabled, each.inGroup]).toSorted(),
      feed.what,
    )
    t.strictSame(
      bin.map(each => each['employeeId']).toSorted(),
      wanted.filter(each => each.inBin).map(each => each.employeeId).toSorted(),
      feed.what,
    )
    void nameOf
  }
  await desk.writes()
  t.equal((await act(feeds.at(-1)!)).status, 0)
  t.strictSame(await desk.writes(), {}, 'the same feed a second time makes no write request')
})
