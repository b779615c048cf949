import t from 'tap'
import type { Decision } from '../../src/hr/decision.ts'
import { feedBed, groupId } from './feed-bed.ts'
import { row, sample } from './sample.ts'
import { simulatedDirectory } from './simulated-directory.ts'

type Cells = Readonly<Record<string, string>>
type Feed = readonly Cells[]

const dayOf = (at: number): string => `2026-06-${String(10 + at).padStart(2, '0')}`
const german = (day: string): string => day.split('-').reverse().join('.')

/** What a person says about an account, without accidents of its making. */
interface State {
  enabled: boolean
  deleted: boolean
  dept: string
  name: string
  upn: string
  manager: string | undefined
  /** Feeds without the person. */
  absent: number
  left: string | undefined
}

/** What the directory should be after some feeds, written from the feeds alone. */
const expected = (feeds: readonly Feed[]): ReadonlyMap<string, State> => {
  const people = new Map<string, State>()
  feeds.forEach((feed, at) => {
    const today = dayOf(at)
    const rows = new Map<string, Cells[]>()
    for (const cells of feed) rows.set(cells['EmpNo']!, [...(rows.get(cells['EmpNo']!) ?? []), cells])
    const iso = (cell: string): string => cell.split('.').reverse().join('-')
    const leave = (state: State): void => {
      if (state.deleted) return
      if (!state.enabled && state.left !== undefined && (Date.parse(today) - Date.parse(state.left)) / 86_400_000 >= 3)
        state.deleted = true
      state.enabled = false
      state.left ??= today
    }
    const pick = (all: Cells[]): Cells | undefined =>
      all
        .filter(cells => iso(cells['ValidFrom']!) <= today)
        .sort((a, b) =>
          a['Main'] === b['Main'] ? (iso(a['ValidFrom']!) < iso(b['ValidFrom']!) ? 1 : -1) : a['Main'] === 'Y' ? -1 : 1,
        )[0]
    const newcomers: (readonly [string, Cells])[] = []
    for (const [key, all] of [...rows].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const cells = pick(all)
      const state = people.get(key)
      if (state) state.absent = 0
      if (!cells || (cells['Hired'] !== '' && iso(cells['Hired']!) > today)) continue
      if (cells['Status'] === 'T' || (cells['LastDay'] !== '' && iso(cells['LastDay']!) < today)) {
        if (state) leave(state)
        continue
      }
      if (!state) newcomers.push([key, cells])
      else {
        const [dept, name] = [cells['Dept']!, `${cells['First']} ${cells['Last']}`]
        const isRenamed = name !== state.name && !state.deleted && state.left === undefined
        Object.assign(state, { dept, name, enabled: cells['Status'] !== 'L', deleted: false, left: undefined })
        if (isRenamed) state.upn = ''
      }
    }
    for (const [key, cells] of newcomers)
      people.set(key, {
        enabled: cells['Status'] !== 'L',
        deleted: false,
        dept: cells['Dept']!,
        name: `${cells['First']} ${cells['Last']}`,
        upn: '',
        manager: undefined,
        absent: 0,
        left: undefined,
      })
    const taken = new Set([...people.values()].map(({ upn }) => upn))
    // New people come first, then those whose name has changed, in the order of their keys.
    const unnamed = [...people].filter(([, { upn }]) => upn === '').sort(([a], [b]) => (a < b ? -1 : 1))
    const isNew = ([key]: readonly [string, State]) => newcomers.some(([other]) => other === key)
    for (const [, state] of [...unnamed.filter(isNew), ...unnamed.filter(one => !isNew(one))]) {
      const [first, last] = state.name.toLowerCase().split(' ')
      for (let n = 1; state.upn === ''; n++) {
        const upn = `${first}.${last}${n === 1 ? '' : n}@contoso.com`
        if (!taken.has(upn)) taken.add((state.upn = upn))
      }
    }
    for (const [key, state] of people) if (!rows.has(key) && ++state.absent >= 2) leave(state)
    for (const [key, all] of rows) {
      const boss = pick(all)?.['Boss']
      const state = people.get(key)
      if (state?.enabled && boss && people.get(boss)?.deleted === false) state.manager = boss
    }
  })
  return people
}

const staff: Feed = Array.from({ length: 30 }, (_, at) => ({
  EmpNo: String(at + 100),
  First: `First${at}`,
  Last: 'Last',
  Dept: at % 2 === 0 ? 'Sales' : 'IT',
  ValidFrom: '01.01.2020',
  Boss: at === 0 ? '' : String(100 + Math.floor(at / 5)),
}))
const changed = (feed: Feed, key: number, cells: Cells): Feed =>
  feed.map(one => (one['EmpNo'] === String(key) ? { ...one, ...cells } : one))
const without = (feed: Feed, ...keys: readonly number[]): Feed =>
  feed.filter(one => !keys.includes(Number(one['EmpNo'])))

/** Each feed is made of the one before. */
const steps: readonly ((feed: Feed) => Feed)[] = [
  feed => feed,
  // A joiner of a known name whose manager is a joiner too, a second job, a mover, and a row that lies ahead.
  feed => [
    ...changed(feed, 101, { Dept: 'Sales' }),
    { ...feed[0]!, EmpNo: '200', First: 'First3', Boss: '201' },
    { ...feed[0]!, EmpNo: '201', First: 'New', Boss: '100' },
    { ...feed[2]!, Dept: 'Second job', ValidFrom: '01.01.2025', Main: 'N' },
    { ...feed[3]!, Dept: 'Ahead', ValidFrom: german(dayOf(4)) },
  ],
  // A last day, a status, a leave, and a first day that lies ahead.
  feed => [
    ...changed(changed(changed(feed, 104, { LastDay: german(dayOf(2)) }), 105, { Status: 'T' }), 106, { Status: 'L' }),
    { ...feed[0]!, EmpNo: '202', First: 'Later', Hired: german(dayOf(5)) },
  ],
  // A name that somebody else had, a name of a colleague, and people who are absent.
  feed => without(changed(changed(feed, 107, { Last: 'Married' }), 108, { First: 'First9' }), 110, 111),
  // One of them is back in time. The manager of five people leaves, and they get another one.
  feed => [
    ...changed(feed, 103, { Status: 'T' }).map(one => (one['Boss'] === '103' ? { ...one, Boss: '102' } : one)),
    staff[11]!,
  ],
  feed => changed(feed, 106, { Status: 'A' }),
  // Back within the days of grace, and after them from the bin.
  feed => changed(feed, 105, { Status: 'A' }),
  feed => changed(feed, 104, { LastDay: '' }),
  feed => [...without(feed, 112), staff[10]!],
  feed => changed(feed, 103, { Status: 'A', Dept: 'Legal' }),
]

const isActing = ({ action, manager, groups, revokeSessions, off }: Decision): boolean =>
  off === undefined && (action !== 'none' || manager !== undefined || groups !== undefined || revokeSessions === true)

t.test('after ten feeds the directory is as a program says that was written from the feeds alone', async t => {
  const mapping = sample({ renames: true, onLeave: 'disable', joiners: {} })
  const bed = feedBed(t, mapping)
  const directory = simulatedDirectory()
  const options = {
    leaversByAbsence: 2,
    deleteAfterDays: 3,
    accept: ['shorter', 'property'] as const,
    limits: { joiners: '40', movers: '40' },
  }
  const run = (feed: Feed, at: number, more: object = {}) =>
    bed.run({
      feed,
      users: directory.users(),
      deleted: directory.deleted(),
      now: `${dayOf(at)}T12:00:00Z`,
      whole: true,
      ...options,
      ...more,
    })
  const feeds: Feed[] = []
  let feed = staff.map(row) as Feed
  for (const [at, step] of steps.entries()) {
    feed = step(feed).map(row)
    feeds.push(feed)
    if (at > 0) {
      const bad: readonly (readonly [Feed, RegExp])[] = [
        [feed.slice(0, feed.length / 2), /fewer than the last/],
        [feed.map(({ Dept, ...others }) => ({ ...others, Department: Dept! }) as Cells), /no column Dept/],
        [feed.map(cells => ({ ...cells, Dept: '' })), /Dept was filled/],
      ]
      for (const [wrong, message] of bad)
        await t.rejects(run(wrong, at, { accept: [] }), {
          code: 'FEED_UNSAFE',
          message,
        })
      if (at > 1)
        await t.rejects(run(feeds[at - 2]!, at), {
          code: 'FEED_UNSAFE',
          message: /An earlier feed had the same content/,
        })
    }
    await bed.remember(directory.apply(await run(feed, at)), dayOf(at))
    t.strictSame((await run(feed, at)).filter(isActing), [], `feed ${at + 1} has nothing to do the second time`)
    const state = expected(feeds)
    const keyOf = new Map(
      [...directory.users(), ...directory.deleted()].map(one => [one['id'] as string, one['employeeId'] as string]),
    )
    const seen = [
      ...directory.users().map(one => [one, false] as const),
      ...directory.deleted().map(one => [one, true] as const),
    ].map(
      ([one, deleted]) =>
        [
          one['employeeId'] as string,
          {
            enabled: one['accountEnabled'],
            deleted,
            dept: one['department'],
            name: one['displayName'],
            upn: (one['userPrincipalName'] as string).replace(/^[0-9a-f]{32}/, ''),
            manager: keyOf.get((one['manager'] as { id: string } | null | undefined)?.id ?? ''),
          },
        ] as const,
    )
    t.strictSame(
      new Map(seen.sort(([a], [b]) => (a < b ? -1 : 1))),
      new Map(
        [...state]
          .map(
            ([key, { enabled, deleted, dept, name, upn, manager }]) =>
              [key, { enabled, deleted, dept, name, upn, manager }] as const,
          )
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      ),
      `feed ${at + 1}`,
    )
    const sales = [...directory.members(groupId('Sales team'))].map(id => keyOf.get(id)!).sort()
    const isMember = ({ dept, left, deleted }: State) => dept === 'Sales' && left === undefined && !deleted
    t.strictSame(
      [...state]
        .filter(([, one]) => isMember(one))
        .map(([key]) => key)
        .filter(key => !sales.includes(key)),
      [],
      `feed ${at + 1}: everybody in Sales is in the group`,
    )
  }
})
