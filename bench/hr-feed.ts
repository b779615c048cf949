/**
 * Measures the reconciliation of an HR feed with a directory, both made on demand: `node --max-semi-space-size=3 bench/hr-feed.ts`, optionally with a
 * smaller number of people. A hundredth of them differs: a fifth of these are new, a fifth have left, the others have moved.
 */
import { readFileSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Context } from '../src/core/context.ts'
import type { Fields } from '../src/core/json.ts'
import type { Source } from '../src/core/parts.ts'
import { systemClock } from '../src/core/clock.ts'
import { column, constant, generated, hrFeed, join as joined } from '../src/hr/index.ts'
import { decisionsOf } from '../src/hr/decision-rows.ts'
import { notedFeed, remember } from '../src/hr/memory.ts'
import { personMemory } from '../src/hr/remember-people.ts'
import { stepsOf } from '../src/hr/steps-of.ts'
import { reconcile } from '../src/hr/reconcile.ts'
import { memoryTables, runTables } from '../src/hr/tables.ts'
import { openDatabase } from '../src/store/database.ts'

const count = Number(process.argv[2] ?? 1_000_000)
const folder = mkdtempSync(join(tmpdir(), 'entrapipe-hr-feed-'))
const rowsAtOnce = 999
const cacheBytes = 16_000_000
const say = (line: string): void => void process.stdout.write(`${line}\n`)

const mapping = hrFeed({
  name: 'employees',
  scope: "employeeType eq 'Employee'",
  person: 'EmpNo',
  match: ['employeeId'],
  rows: { effective: column('ValidFrom').date('dmy'), primary: column('Main').is('Y') },
  status: { from: 'Status', active: ['A'], leaver: ['T'] },
  hireDate: column('Hired').date('dmy'),
  lastDay: column('LastDay').date('dmy'),
  account: {
    employeeId: 'EmpNo',
    employeeType: constant('Employee'),
    givenName: column('First').trim(),
    surname: column('Last').trim(),
    displayName: joined(' ', 'First', 'Last'),
    department: 'Dept',
    jobTitle: 'Title',
    usageLocation: column('Country').country(),
    mobilePhone: column('Mobile').orClear(),
    userPrincipalName: generated(['{givenName}.{surname}{n}'], { domain: 'contoso.com' }),
  },
  manager: 'Boss',
  groups: [{ when: { department: 'Sales' }, group: 'Sales team' }],
})

/** Ids are in no order, as those of a directory. */
const idOf = (at: number): string =>
  `${((at * 2_654_435_761) >>> 0).toString(16).padStart(8, '0')}-1111-4222-8333-${at.toString(16).padStart(12, '0')}`
const numberOf = (at: number): string => String(at).padStart(8, '0')
const departments = ['Sales', 'Engineering', 'Finance', 'Legal']
const phoneOf = (at: number): string | null => (at % 3 === 0 ? `+49 30 ${at}` : null)

const user = (at: number): Fields => ({
  id: idOf(at),
  userPrincipalName: `first${at}.last@contoso.com`,
  displayName: `First${at} Last`,
  accountEnabled: true,
  userType: 'Member',
  onPremisesSyncEnabled: null,
  mail: `first${at}.last@contoso.com`,
  proxyAddresses: [`SMTP:first${at}.last@contoso.com`],
  employeeId: numberOf(at),
  employeeType: 'Employee',
  givenName: `First${at}`,
  surname: 'Last',
  department: departments[at % 4],
  jobTitle: 'Clerk',
  usageLocation: 'DE',
  mobilePhone: phoneOf(at),
  manager: { id: idOf(Math.floor(at / 10)) },
})

const person = (at: number, changed: boolean): Fields => {
  const differs = changed && at % 100 === 7
  const turn = Math.floor(at / 100) % 5
  return {
    // The number of a new person has not been used before.
    EmpNo: differs && turn === 0 ? numberOf(at + 10_000_000) : numberOf(at),
    First: `First${at}`,
    Last: 'Last',
    Dept: departments[(at + (differs && turn > 1 ? 1 : 0)) % 4],
    Title: 'Clerk',
    Country: 'Germany',
    Mobile: phoneOf(at) ?? '',
    Status: differs && turn === 1 ? 'T' : 'A',
    Main: 'Y',
    ValidFrom: '01.01.2020',
    Hired: '01.01.2020',
    LastDay: '',
    Boss: numberOf(Math.floor(at / 10)),
  }
}

const listOf = (kind: string, rows: number, make: (at: number) => Fields, counts = false): Source<Fields> => ({
  kind,
  ...(counts && { count: async () => rows }),
  async *read() {
    for (let from = 0; from < rows; from += rowsAtOnce) {
      const length = Math.min(rowsAtOnce, rows - from)
      yield { rows: Array.from({ length }, (_, more) => ({ key: from + more + 2, value: make(from + more) })) }
      // As a page that comes from elsewhere.
      await new Promise(resolve => setImmediate(resolve))
    }
  },
})

const peakMb = (): string =>
  (Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 976.5625).toFixed(0)

const memory = openDatabase(join(folder, 'memory.sqlite'), { versions: memoryTables, cacheBytes })

const feed = async (name: string, changed: boolean): Promise<void> => {
  const path = join(folder, `${name}.sqlite`)
  const tables = openDatabase(path, { versions: runTables, cacheBytes, exclusive: true })
  const began = process.cpuUsage()
  const since = performance.now()
  let asked = 0
  const steps: string[] = []
  const ctx = {
    run: name,
    signal: new AbortController().signal,
    clock: systemClock,
    store: { database: () => tables },
    lasting: () => memory,
    untilShown: async () => undefined,
    doing: () => undefined,
    settled: () => undefined,
    origin: () => undefined,
  } as unknown as Context
  const source = reconcile({
    mapping,
    feed: listOf('feed', count, at => person(at, changed)),
    accounts: { live: listOf('users', count, user, true), deleted: listOf('deleted', 0, user) },
    file: async () => ({ sha256: name }),
    timeZone: 'UTC',
    limits: { movers: '30%' },
    accept: ['property'],
    findGroups: async names =>
      names.map((displayName, at) => [{ id: `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`, displayName }]),
    takenElsewhere: async names => {
      asked += names.length
      return new Map()
    },
  })
  const classes = new Map<string, number>()
  for await (const { rows } of source.read(ctx, { name: 'reconcile' }))
    for (const { value } of rows) classes.set(value.class, (classes.get(value.class) ?? 0) + 1)
  const { user: ofUser, system } = process.cpuUsage(began)
  steps.push([...classes].map(([of, rows]) => `${rows} ${of}`).join(', '))
  say(
    `${name}: ${((ofUser + system) / 1e6).toFixed(1)} s of CPU, ${((performance.now() - since) / 1000).toFixed(0)} s; peak ${peakMb()} MB; ${steps.join()}; ` +
      `${Math.ceil(count / rowsAtOnce)} pages of users, ${asked} names asked for; ${(statSync(path).size / 1e6).toFixed(0)} MB on disk`,
  )
  const noted = notedFeed(tables)!
  const at = new Date(systemClock.now()).toISOString()
  const acting = { ordinal: noted.ordinal, today: at.slice(0, 10) }
  const people = personMemory(memory, acting)
  const performed = (async function* () {
    for (const { decision } of decisionsOf(tables, ['mover']))
      for (const change of stepsOf(decision)) {
        memory.write(() => people.follow(decision.key, change, { outcome: 'done' }))
        yield { key: decision.key, operation: change.kind, outcome: 'done' }
      }
  })()
  await remember(tables, memory, { ...noted, ...acting, run: name, at }, performed)
  say(`${name} remembered: peak ${peakMb()} MB`)
  tables.close()
}

try {
  await feed('first', false)
  await feed('second', true)
} finally {
  memory.close()
  rmSync(folder, { recursive: true })
}
