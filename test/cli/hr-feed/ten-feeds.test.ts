import { utimesSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { systemClock } from '../../../src/core/clock.ts'
import { clientOf } from '../../engine/changes/steps-plan.ts'
import { changeDesk, type Line } from '../change-desk.ts'
import { expectedAfter, inBin, type Account, type Fed } from './expected.ts'
import { feeds } from './feeds.ts'
import { mapping } from './mapping.ts'

const byId = (one: Account, other: Account): number => one.employeeId.localeCompare(other.employeeId)
const noon = (day: string): number => Date.parse(`${day}T12:00:00Z`)

t.test('ten feeds leave the directory as a program of its own says, and the bad ones change nothing', async t => {
  const desk = await changeDesk(t, { 'nordlys.ts': mapping }, { users: 100, tls: false })
  const { baseUrl, authorityUrl, tenantId, clientId, secretFile, caFile } = await desk.connection()
  const connection = { tenantId, clientId, graphUrl: baseUrl, authorityUrl, caFile, lagBound: 0 }
  const contoso = { ...connection, credential: { kind: 'secret', secret: { file: secretFile } } }
  desk.write('entrapipe.config.json', JSON.stringify({ tenants: { contoso } }))
  desk.write('groups.csv', 'displayName\nNordlys Sales\nNordlys IT\n')
  const clockOf = (day: string) => {
    const shift = noon(day) - systemClock.now()
    return { ...systemClock, now: () => systemClock.now() + shift }
  }
  await desk.runWith(
    { clock: clockOf('2026-03-01') },
    ...['groups', 'create', '--tenant', 'contoso', '--from', 'groups.csv', '--yes'],
  )

  /** The accounts of the company as the directory shows them, live and in the bin. */
  const found = async (): Promise<readonly Account[]> => {
    const exported = async (...argv: readonly string[]) => {
      const flags = ['--tenant', 'contoso', '--quiet', '--fresh', '--to', 'found.jsonl']
      const ran = await desk.run('export', ...argv, ...flags)
      if (ran.status !== 0) throw new Error(ran.stderr)
      return desk.rowsOf('found.jsonl')
    }
    const columns = 'id,employeeId,displayName,userPrincipalName,department,accountEnabled,companyName'
    const live = await exported('users', '--filter', "companyName eq 'Nordlys'", '--select', columns)
    const bin = await exported('deleted-users', '--select', columns)
    const teams = new Map<unknown, string>()
    for (const team of ['Nordlys Sales', 'Nordlys IT'])
      for (const { id } of await exported('members', '--group', team)) teams.set(id, team)
    const managers = await managersOf(live.map(({ id }) => String(id)))
    const accountOf = (each: Line): Account => ({
      employeeId: String(each['employeeId']),
      name: String(each['displayName']),
      upn: String(each['userPrincipalName']),
      department: String(each['department']),
      enabled: each['accountEnabled'] === true,
      inBin: false,
      manager: managers.get(String(each['id'])),
      team: teams.get(each['id']),
    })
    const gone = bin.filter(({ companyName }) => companyName === 'Nordlys')
    return [
      ...live.map(accountOf),
      ...gone.map(each => ({ ...inBin, employeeId: String(each['employeeId']) })),
    ].toSorted(byId)
  }
  /** Keys of the managers, by the ids of accounts. */
  const managersOf = async (ids: readonly string[]): Promise<ReadonlyMap<string, string>> => {
    const { accessToken } = JSON.parse(await desk.control('POST', '/tokens')) as { readonly accessToken: string }
    const graph = clientOf([baseUrl, tenantId, accessToken])
    const replies = await graph.batch(
      ids.map(id => ({ method: 'GET', url: `/users/${id}/manager?$select=employeeId` })),
    )
    return new Map(
      replies.flatMap((reply, at) => {
        const { employeeId } = (reply.body ?? {}) as { readonly employeeId?: string }
        return employeeId === undefined ? [] : [[ids[at]!, employeeId] as const]
      }),
    )
  }
  let run = 0
  const act = async ({ day, csv, deletesAfterDays }: Fed) => {
    desk.write('feed.csv', csv)
    utimesSync(join(desk.folder, 'feed.csv'), noon(day) / 1000 - 3600, noon(day) / 1000 - 3600)
    return desk.runWith(
      { clock: clockOf(day) },
      ...['hr-feed', '--from', 'feed.csv', '--mapping', 'nordlys.ts', '--tenant', 'contoso', '--time-zone', 'UTC'],
      ...['--yes', '--max-joiners', '100', '--leavers-by-absence', '3'],
      ...['--credentials', `new-${++run}.csv`, '--plain-credentials', '--cloud-joiners'],
      ...(deletesAfterDays === undefined ? [] : ['--delete-after', `${deletesAfterDays}d`]),
    )
  }
  const good: Fed[] = []
  /** The groups of the rules are named in another way from the third feed on. */
  const respell = async (): Promise<void> => {
    await desk.run(
      ...['export', 'groups', '--tenant', 'contoso', '--quiet', '--fresh', '--filter', "displayName eq 'Nordlys IT'"],
      ...['--select', 'id', '--to', 'group.jsonl'],
    )
    const [{ id } = {}] = desk.rowsOf('group.jsonl')
    desk.write(
      'nordlys.ts',
      mapping.replace("'Nordlys Sales'", "'NORDLYS SALES'").replace("'Nordlys IT'", `'${String(id)}'`),
    )
  }
  for (const feed of feeds) {
    if (good.length === 2) await respell()
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
    t.strictSame(await found(), expectedAfter(good).toSorted(byId), feed.what)
  }
  await desk.writes()
  const again = await act(feeds.at(-1)!)
  t.equal(again.status, 0, again.stderr)
  t.strictSame(await desk.writes(), {}, 'the same feed a second time makes no write request')
})
