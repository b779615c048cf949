import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { systemClock } from '../../../src/core/clock.ts'
import { expectedAfter, type Account } from '../../cli/hr-feed/expected.ts'
import { mapping } from '../../cli/hr-feed/mapping.ts'
import { random, whole } from '../../programs/random.ts'
import { lateMs } from '../faults.ts'
import type { Performed } from '../perform.ts'
import { openStage, type Ended, type Stage } from '../stage.ts'
import { mutate } from '../trial.ts'
import { aimOf, aims, type Aim } from './aim.ts'
import { companyDays, type CompanyDay, type Turn } from './company.ts'
import { hrFaults } from './faults.ts'
import { foundIn, teamsIn, type Found } from './found.ts'
import { preloadVariable, type Death, type Preloaded } from './preloaded.ts'

interface HrCampaignOptions {
  /** People of the first feed. */
  readonly rows: number
  /** Empty. */
  readonly folder: string
  readonly seed: number
  /** How often the program is killed in each class and each phase. */
  readonly kills: number
  /** Number of feeds. @default 10 */
  readonly days?: number
}

/** In a smaller company, some days have nobody of a class. */
const leastForEverything = 200

const preload = new URL('./preload.ts', import.meta.url).href

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const counts = (): Record<Aim, number> => Object.fromEntries(aims.map(aim => [aim, 0])) as Record<Aim, number>

/** Places of a run that no request shows, with the number of times that they are passed. */
const placesOf = (
  people: number,
): Readonly<Partial<Record<Aim, readonly (readonly [Omit<Death, 'phase' | 'nth'>, number])[]>>> => ({
  reconcile: [
    [
      { at: 'statement', of: '^insert into (feed|people|person_keys|accounts|names|decisions|remembered) ' },
      people * 3,
    ],
    [{ at: 'statement', of: '^(insert or replace into (claims|facts)|update decisions) ' }, people],
  ],
  reports: [
    [{ at: 'rename', of: 'decisions-' }, 6],
    [{ at: 'renamed', of: 'decisions-' }, 6],
  ],
  remember: [
    [{ at: 'statement', of: '^insert or replace into (people|memberships) ' }, people],
    [{ at: 'statement', of: '^insert or replace into (people|memberships) ' }, people],
    [{ at: 'statement', of: '^insert or replace into feeds ' }, 1],
  ],
  credentials: [
    [{ at: 'rename', of: 'new-\\d+\\.csv$' }, 1],
    [{ at: 'renamed', of: 'new-\\d+\\.csv$' }, 1],
    [{ at: 'remove', of: 'new-\\d+\\.csv' }, 1],
  ],
})

/** Performs one feed after the other, kills the program in each class and phase, and compares the directory with what the feeds say. */
export async function* hrCampaign({
  rows,
  folder,
  seed,
  kills,
  days = 10,
}: HrCampaignOptions): AsyncGenerator<Performed> {
  const next = random(`hr ${seed}`)
  const stage = await openStage({ folder, users: 200, seed, timeScale: 100, lagMs: 150, writeMs: 3 })
  try {
    const company = companyDays(rows, days, next)
    for (const name of ['Nordlys Sales', 'Nordlys IT'])
      mutate(stage, {
        do: 'create',
        kind: 'group',
        values: {
          displayName: name,
          mailNickname: name.replace(' ', ''),
          mailEnabled: false,
          securityEnabled: true,
          groupTypes: [],
        },
      })
    writeFileSync(join(folder, 'nordlys.ts'), mapping.replaceAll('contoso.com', stage.domain))
    const owed = counts()
    const closed = new Set<string>()
    // A class may be over before all its kills: those that are left are made up for on the last days.
    const busyDays = Math.ceil(days / 2)
    const dueBy = (aim: Aim, number: number): number =>
      // Most people join on the first day.
      aim === 'joiners' ? (number > 0 ? kills : 0) : Math.round((kills * Math.min(number, busyDays)) / busyDays)
    for (const [number, day] of company.entries()) {
      for (const aim of aims) owed[aim] += dueBy(aim, number + 1) - dueBy(aim, number)
      yield await performDay(stage, company.slice(0, number + 1), day, {
        rows,
        owed,
        closed,
        next,
        isLast: number === days - 1,
      })
    }
  } finally {
    await stage.close()
  }
}

interface DayOptions {
  readonly rows: number
  /** Kills that are still to come. Those of this day are taken off. */
  readonly owed: Record<Aim, number>
  /** Ids of those whose sessions were revoked, and who were not enabled since. */
  readonly closed: Set<string>
  readonly next: () => number
  readonly isLast: boolean
}

const ordinary = [...['--yes', '--include-privileged', '--max-removals', '1000000']]

const performDay = async (
  stage: Stage,
  company: readonly CompanyDay[],
  { day, csv, deletesAfterDays, turns }: CompanyDay,
  { rows, owed, closed, next, isLast }: DayOptions,
): Promise<Performed> => {
  const { folder, directory } = stage
  const began = performance.now()
  const number = company.length
  const shiftMs = Date.parse(`${day}T12:00:00Z`) - systemClock.now()
  const wrong: string[] = []
  const before = foundIn(directory)
  const teams = teamsIn(directory)
  const linksBefore = linksIn(stage, teams)
  writeFileSync(join(folder, 'feed.csv'), csv)
  const feed = [
    ...['hr-feed', '--from', 'feed.csv', '--mapping', 'nordlys.ts', '--tenant', 'sandbox', '--time-zone', 'UTC'],
    ...[
      ...ordinary,
      '--quota-share',
      '100%',
      '--accept',
      'property,shorter',
      '--leavers-by-absence',
      '3',
      '--cloud-joiners',
    ],
    ...['joiners', 'movers', 'leavers', 'deletions'].flatMap(of => [`--max-${of}`, String(rows * 2)]),
    ...['--delete-after', `${deletesAfterDays}d`],
  ]
  const credentials = `new-${number}.csv`
  const first = [
    ...[...feed, '--credentials', credentials, '--plain-credentials'],
    ...['--report', ['csv', 'jsonl', 'html'].map(type => `decisions-${number}.${type}`).join(',')],
  ]

  // Rows with a word that the mapping does not name fail.
  const usual = /;X;/.test(csv) ? 3 : 0
  const revoked = new Set<string>()
  const turnOf = (id: string): Turn | undefined => {
    const user = directory.collection('user').get(id, 'truth') ?? directory.deleted('user').get(id, 'truth')
    return turns.get(String(user?.['employeeId']))
  }
  const killed = counts()
  const want = planOf(owed, turns, rows, next)
  const passed = counts()
  const log = join(folder, 'deaths.log')
  writeFileSync(log, '')
  let kill: ((aim: Aim) => void) | undefined
  stage.watch((_, what, request) => {
    if (what === 'applied' && request.path.endsWith('/revokeSignInSessions')) revoked.add(request.path.split('/')[2]!)
    const [aim, people] = aimOf(request, turnOf) ?? []
    if (aim === undefined) return
    if (what === 'applied') passed[aim] += people!
    const [point] = want[aim]
    if (point && point.what === what && passed[aim] >= point.n) kill?.(aim)
  })
  const run = async (args: readonly string[], mayDie: boolean): Promise<Ended> => {
    const places = placesOf(rows)
    const deaths = mayDie
      ? aims.flatMap((aim): Death[] => {
          const [place, most] =
            places[aim] === undefined || killed[aim] >= want[aim].length ? [] : pick(places[aim], next)
          return place === undefined ? [] : [{ ...place, phase: aim, nth: whole(next, 1, most!) }]
        })
      : []
    const preloaded: Preloaded = { shiftMs, deaths, log }
    const ended = await stage.run(
      args,
      child => {
        kill = aim => {
          kill = undefined
          want[aim].shift()
          killed[aim]++
          child.kill('SIGKILL')
        }
        if (!mayDie) kill = undefined
      },
      { file: preload, variables: { [preloadVariable]: JSON.stringify(preloaded) } },
    )
    kill = undefined
    return ended
  }

  await stage.faults(hrFaults)
  const known = new Set((await stage.store.list()).map(({ id }) => id))
  const ended = await untilEnd(
    stage,
    known,
    first,
    next,
    async args => {
      const result = await run(args, true)
      const died = readFileSync(log, 'utf8').trim()
      if (died !== '') killed[died as Aim]++
      writeFileSync(log, '')
      return result
    },
    usual,
  )
  for (const aim of aims) owed[aim] -= killed[aim]
  wrong.push(...ended.wrong)
  if (ended.status !== usual) wrong.push(`It ended with ${ended.status}: ${ended.stderr.slice(-1500)}`)

  const settle = async (): Promise<void> => {
    await systemClock.sleep(lateMs)
    await stage.settled()
  }
  await settle()
  const expected = expectedAfter(company).map(account => ({
    ...account,
    upn: account.upn.replace('contoso.com', stage.domain),
  }))
  const outcomes = ended.outcomes
  const undecided = (outcomes['unknown'] ?? 0) + (outcomes['failed'] ?? 0) > 0
  // What is unknown or failed is tried again by the same feed.
  const more = ['--credentials', `new-${number}-2.csv`, '--plain-credentials']
  if (undecided) {
    wrong.push(...ended.failures)
    const again = await run([...feed, ...more], false)
    if (again.status !== usual) wrong.push(`Again, it ended with ${again.status}: ${again.stderr.slice(-1500)}`)
    await settle()
  }
  stage.watch(undefined)
  await stage.faults([])
  const after = foundIn(directory)
  wrong.push(...differences(after, expected))
  wrong.push(...wrongSessions(before, after, revoked, { closed, csv }))
  wrong.push(...wrongLinks(stage, teams, linksBefore, after))
  wrong.push(...wrongAccounts(stage, after))
  wrong.push(...wrongPasswords(stage, folder, number, before, after))
  await stage.control('DELETE', '/counters')
  const second = await run([...feed, '--credentials', `new-${number}-3.csv`, '--plain-credentials'], false)
  const { writes } = JSON.parse(await stage.control('GET', '/counters')) as {
    readonly writes: { readonly attempted: object }
  }
  if (second.status !== usual)
    wrong.push(`A second time, it ended with ${second.status}: ${second.stderr.slice(-1500)}`)
  if (Object.keys(writes.attempted).length > 0)
    wrong.push(`A second time, it made requests: ${JSON.stringify(writes.attempted)}`)
  if (isLast && rows >= leastForEverything)
    for (const aim of aims)
      if (owed[aim] > 0) wrong.push(`It was not killed often enough in ${aim}: ${owed[aim]} times are missing.`)
  const seconds = (performance.now() - began) / 1000
  const name = `${day}, ${after.length} accounts`
  const kills = Object.fromEntries(Object.entries(killed).filter(([, count]) => count > 0))
  return {
    name,
    run: ended.run,
    outcomes,
    unknown: { done: 0, notDone: 0 },
    wrong,
    kills,
    status: ended.status,
    seconds,
    rivals: 0,
  }
}

const pick = <T>(from: readonly T[], next: () => number): T => from[whole(next, 0, from.length - 1)]!

interface Point {
  readonly what: 'arrived' | 'applied'
  /** Writes of people that were performed before. */
  readonly n: number
}

/** Where the program is killed on this day: all over the people of each class. */
const planOf = (
  owed: Readonly<Record<Aim, number>>,
  turns: ReadonlyMap<string, Turn>,
  rows: number,
  next: () => number,
): Record<Aim, Point[]> => {
  const of = (...wanted: readonly Turn[]): number => [...turns.values()].filter(turn => wanted.includes(turn)).length
  const people: Readonly<Partial<Record<Aim, number>>> = {
    joiners: of('joiners'),
    movers: of('movers'),
    renames: of('renames'),
    managers: of('managers') + of('joiners') * 0.8,
    groups: of('joiners', 'movers') * 0.5,
    leave: of('leave'),
    leavers: of('leavers'),
    sessions: of('leavers'),
    rehires: of('rehires'),
    deletions: rows * 0.02,
  }
  return Object.fromEntries(
    aims.map(aim => [
      aim,
      Array.from({ length: owed[aim] }, (): Point => {
        const most = Math.max(1, Math.floor((people[aim] ?? 0) * 0.5))
        return { what: next() < 0.5 ? 'arrived' : 'applied', n: whole(next, 1, most) - 1 }
      }).toSorted((one, other) => one.n - other.n),
    ]),
  ) as Record<Aim, Point[]>
}

interface Survived extends Ended {
  readonly run: string
  readonly outcomes: Readonly<Record<string, number>>
  readonly failures: readonly string[]
  readonly wrong: readonly string[]
}

/** Runs a feed, and goes on with it as its users would, until it ends by itself. */
const untilEnd = async (
  stage: Stage,
  known: ReadonlySet<string>,
  first: readonly string[],
  next: () => number,
  run: (args: readonly string[]) => Promise<Ended>,
  usual: number,
): Promise<Survived> => {
  const wrong: string[] = []
  for (;;) {
    const own = (await stage.store.list()).filter(({ id, status }) => !known.has(id) && status !== 'discarded')
    const [info] = own
    if (own.length > 1) wrong.push(`${own.length} runs are under way: ${own.map(({ id }) => id).join(', ')}`)
    const isDone = info?.status === 'done'
    const args =
      info === undefined ? first : isDone ? ['runs', 'credentials', info.id] : ['runs', 'resume', info.id, ...ordinary]
    let ended = await run(args)
    // Somebody who does not know that a run is unfinished starts the feed again.
    if (args[1] === 'resume' && ended.killed && next() < 0.2 && (await stage.store.get(info!.id)).status !== 'done') {
      const again = await run(first)
      if (!again.killed && again.status !== 0 && !/RUN_UNFINISHED|is unfinished/.test(again.stderr)) ended = again
    }
    if (ended.killed) continue
    const { id } = (await stage.store.list()).find(each => !known.has(each.id) && each.status !== 'discarded') ?? {
      id: '',
    }
    if (id === '') throw new Error(`No run was made: ${ended.stderr}`)
    const nothingLeft = isDone && /has no passwords that were not handed out/.test(ended.stderr)
    const outcomes: Record<string, number> = {}
    const failures: string[] = []
    await stage.store.read(id, async reader => {
      for (let after = 0; ;) {
        const page = await reader.readResults({ after, limit: 5_000 })
        const last = page.at(-1)
        if (!last) return
        for (const { key, operation, outcome, code, message } of page) {
          outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
          if (outcome === 'failed') failures.push(`${key} ${operation}: ${outcome} ${code} ${message}`)
        }
        after = last.sequence
      }
    })
    return {
      ...ended,
      ...(isDone && (nothingLeft || ended.status === 0) && { status: usual }),
      run: id,
      outcomes,
      failures,
      wrong,
    }
  }
}

const differences = (found: readonly Found[], expected: readonly Account[]): readonly string[] => {
  const wanted = new Map(expected.map(account => [account.employeeId, account]))
  const wrong: string[] = []
  for (const { id: _, ...account } of found) {
    const one = wanted.get(account.employeeId)
    if (!one) {
      wrong.push(`${account.employeeId} has an account, and none is expected, or has two.`)
      continue
    }
    wanted.delete(account.employeeId)
    for (const name of Object.keys(one) as (keyof Account)[])
      if (account[name] !== one[name])
        wrong.push(`${account.employeeId}: ${name} is ${String(account[name])}, not ${String(one[name])}.`)
  }
  for (const [employeeId] of wanted) wrong.push(`${employeeId} has no account.`)
  return wrong
}

/** Whether a feed says that a person is on leave. */
const isOnLeave = (csv: string, employeeId: string): boolean =>
  csv.split('\n').some(line => line.startsWith(`${employeeId};`) && line.includes(';L;'))

/**
 * Sessions are revoked of those who leave, and of nobody else, once. Of whom was disabled before, on leave or before the first day, they may
 * have been revoked already.
 *
 * @param closed ids of those whose sessions were revoked, and who were not enabled since
 */
const wrongSessions = (
  before: readonly Found[],
  after: readonly Found[],
  revoked: ReadonlySet<string>,
  { closed, csv }: { readonly closed: Set<string>; readonly csv: string },
): readonly string[] => {
  const now = new Map(after.map(account => [account.id, account]))
  const wrong: string[] = []
  for (const { id, enabled, employeeId } of before) {
    const hasLeft = now.get(id)?.enabled === false && !closed.has(id) && !isOnLeave(csv, employeeId)
    if (revoked.has(id) && !hasLeft) wrong.push(`${employeeId} has not left, and the sessions were revoked.`)
    if (enabled && hasLeft && !revoked.has(id)) wrong.push(`${employeeId} has left, and the sessions were not revoked.`)
  }
  for (const id of revoked) {
    closed.add(id)
    if (!before.some(account => account.id === id)) wrong.push(`${id} is nobody, and the sessions were revoked.`)
  }
  for (const { id, enabled } of after) if (enabled) closed.delete(id)
  return wrong
}

interface Links {
  readonly added: number
  readonly removed: number
}

const linksIn = ({ directory }: Stage, teams: ReadonlyMap<string, string>): ReadonlyMap<string, Links> =>
  new Map(
    [...teams.keys()].flatMap(group =>
      [...directory.linkTruth('group', group, 'members')].map(
        ({ target, added, removed }) => [`${group}/${target}`, { added, removed }] as const,
      ),
    ),
  )

/** A day adds and removes a membership once at most, and only if it is another one at its end. */
const wrongLinks = (
  stage: Stage,
  teams: ReadonlyMap<string, string>,
  before: ReadonlyMap<string, Links>,
  after: readonly Found[],
): readonly string[] => {
  const names = new Map(after.map(({ id, employeeId }) => [id, employeeId]))
  const wrong: string[] = []
  for (const [link, { added, removed }] of linksIn(stage, teams)) {
    const earlier = before.get(link) ?? { added: 0, removed: 0 }
    const [group, member] = link.split('/') as [string, string]
    const [more, less] = [added - earlier.added, removed - earlier.removed]
    if (more + less > 1)
      wrong.push(`${names.get(member)} was added to ${teams.get(group)} ${more} times, and removed ${less} times.`)
  }
  return wrong
}

/** Nobody has had two accounts, also none that was purged. */
const wrongAccounts = ({ directory }: Stage, after: readonly Found[]): readonly string[] => {
  const wrong: string[] = []
  const keys = new Set<string>()
  for (const { employeeId } of after) {
    if (keys.has(employeeId)) wrong.push(`${employeeId} has two accounts.`)
    keys.add(employeeId)
  }
  let made = 0
  for (const { created, by } of directory.truthOf('user')) if (created > 0 && by[0]?.request !== 'control') made++
  if (made !== after.length) wrong.push(`${made} accounts were made for ${after.length} people.`)
  return wrong
}

/** Each new account is in one file, with the password that it has. */
const wrongPasswords = (
  { directory }: Stage,
  folder: string,
  number: number,
  before: readonly Found[],
  after: readonly Found[],
): readonly string[] => {
  const wrong: string[] = []
  const known = new Set(before.map(({ id }) => id))
  const fresh = new Map(
    after.filter(({ id }) => !known.has(id)).map(account => [account.upn.toLowerCase(), account.id]),
  )
  const hashes = new Map([...directory.truthOf('user')].map(({ id, passwordSha256 }) => [id, passwordSha256]))
  const files = readdirSync(folder).filter(name => new RegExp(`^new-${number}(-2)?\\.csv`).test(name))
  for (const name of files) {
    if (name.endsWith('.partial')) wrong.push(`${name} is left.`)
    for (const line of parse(readFileSync(join(folder, name)), { columns: true }) as readonly Record<
      string,
      string
    >[]) {
      const upn = line['Email/UPN']!.toLowerCase()
      const id = fresh.get(upn)
      if (id === undefined) wrong.push(`${name} has a password of ${upn}, whose account is not new, or twice.`)
      else if (hashes.get(id) !== sha256(line['Initial Password']!))
        wrong.push(`${name} has a wrong password of ${upn}.`)
      fresh.delete(upn)
    }
  }
  for (const upn of fresh.keys()) wrong.push(`The password of ${upn} was not handed out.`)
  return wrong
}
