import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Test } from 'tap'
import type { Context } from '../../src/core/context.ts'
import { isGuid } from '../../src/core/guid.ts'
import type { Fields } from '../../src/core/json.ts'
import { createdBy, type OperationRow } from '../../src/core/operation.ts'
import type { Source } from '../../src/core/parts.ts'
import type { Outcome } from '../../src/core/result.ts'
import { sameText } from '../../src/core/same-text.ts'
import type { Decision } from '../../src/hr/decision.ts'
import type { Mapping } from '../../src/hr/mapping.ts'
import { notedFeed, remember } from '../../src/hr/memory.ts'
import { personMemory, type Performed } from '../../src/hr/remember-people.ts'
import { reconcile, type ReconcileOptions } from '../../src/hr/reconcile.ts'
import type { FileFacts } from '../../src/hr/safety.ts'
import { stepsOf } from '../../src/hr/steps-of.ts'
import { memoryTables, runTables } from '../../src/hr/tables.ts'
import { updateUser } from '../../src/operations/update-user.ts'
import { draw } from '../operations/operation-bed.ts'
import { openDatabase, type Database } from '../../src/store/database.ts'
import { partContext } from '../contracts/part-context.ts'
import { row } from './sample.ts'

type Cells = Readonly<Record<string, string>>

/** A user in the directory. */
interface User extends Fields {
  readonly id: string
  readonly userPrincipalName: string
}

const listOf = (kind: string, values: readonly Fields[], hasCount = false): Source<Fields> => ({
  kind,
  ...(hasCount && { count: async () => new Set(values.map(({ id }) => id)).size }),
  async *read() {
    yield { rows: values.map((value, at) => ({ key: at, value })) }
  },
})

/** Rows of a file: the header is line 1. */
const feedOf = (rows: readonly Cells[]): Source<Fields> => ({
  kind: 'feed',
  columns: () => ({ names: Object.keys(rows[0] ?? {}), closed: true }),
  async *read() {
    yield { rows: rows.map((value, at) => ({ key: at + 2, value })) }
  },
})

/** An account that the sample mapping makes, as the directory has it. */
export const user = (id: string, more: Fields = {}): User => ({
  id,
  userPrincipalName: `${id}@contoso.com`,
  displayName: 'Ann Lee',
  accountEnabled: true,
  userType: 'Member',
  employeeType: 'Employee',
  employeeId: null,
  givenName: 'Ann',
  surname: 'Lee',
  department: 'Sales',
  ...more,
})

/** The id of a group, by any of its names: the directory of the bed has every group that is asked for. */
export const groupId = (name: string): string => {
  if (isGuid(name)) return name
  const hex = createHash('md5').update(sameText(name)).digest('hex')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** What became of a step of a person. */
export interface Done extends Performed {
  /** Id of the group of a membership. */
  readonly group?: string
}

/** The change that was made, as the last run decided it. */
const changeOf = (
  { key, operation, group }: Done,
  all: readonly Done[],
  decided: readonly Decision[],
): OperationRow => {
  const decision = decided.find(one => one.key === key)!
  const change = stepsOf(decision).find(
    ({ kind, value }) => kind === operation && (group === undefined || value['group'] === group),
  )
  if (!change) throw new Error(`No ${operation} was decided for ${key}.`)
  const made = all.find(one => one.key === key && one.operation === 'create-user')?.id
  const named = Object.entries(change.value).map(([name, value]) => [name, value === createdBy(0) ? made! : value])
  const value = Object.fromEntries(named) as OperationRow['value']
  return { ...change, value: change.kind === 'update-user' ? updateUser.accept(value, draw) : value }
}

interface BedRun extends Partial<Omit<ReconcileOptions, 'mapping' | 'feed' | 'file'>> {
  readonly feed: readonly Cells[]
  readonly users?: readonly Fields[]
  readonly deleted?: readonly Fields[]
  /** @default 2026-06-15T12:00:00Z */
  readonly now?: string
  readonly file?: Partial<FileFacts>
  readonly live?: Source<Fields>
  readonly dryRun?: boolean
  /** Whether the rows have all their cells. @default those of the sample are added */
  readonly whole?: boolean
}

/** What an earlier version remembered. */
interface Earlier {
  /** Key, account, class, and whether the feed disabled the account. */
  readonly people: readonly (readonly [string, string | null, string, number])[]
  /** Key, group, and whether the feed gave it. */
  readonly memberships: readonly (readonly [string, string, number])[]
}

const fillEarlier = (path: string, { people, memberships }: Earlier): void => {
  const old = openDatabase(path, { versions: memoryTables.slice(0, 2) })
  const person = old.sql.prepare('insert into people values (?1, ?1, 1, ?2, ?3, ?4, ?5, ?6)')
  for (const [key, account, of, disabled] of people) person.run(key, account, '{}', of, '2026-06-01', disabled)
  const member = old.sql.prepare('insert into memberships values (?, ?, ?)')
  for (const one of memberships) member.run(...one)
  old.close()
}

/** Runs feeds against directories that are lists, with one memory. */
export const feedBed = (t: Test, mapping: Mapping, earlier?: Earlier) => {
  const folder = t.testdir({})
  if (earlier) fillEarlier(join(folder, 'memory.sqlite'), earlier)
  const memory = openDatabase(join(folder, 'memory.sqlite'), { versions: memoryTables })
  let runs = 0
  let decided: readonly Decision[] = []
  let tables: Database | undefined
  t.teardown(() => {
    memory.close()
    tables?.close()
  })
  const run = async (options: BedRun): Promise<readonly Decision[]> => {
    const {
      feed,
      users = [],
      deleted = [],
      now = '2026-06-15T12:00:00Z',
      file = {},
      live,
      dryRun = false,
      whole = false,
      ...more
    } = options
    tables?.close()
    tables = openDatabase(join(folder, `run-${++runs}.sqlite`), { versions: runTables })
    const base = partContext(folder).ctx
    const ctx = Object.create(base, {
      store: { value: { ...base.store, database: () => tables } },
      lasting: { value: () => memory },
      dryRun: { value: dryRun },
      clock: { value: { ...base.clock, now: () => Date.parse(now) } },
    }) as Context
    const { read } = reconcile({
      timeZone: 'UTC',
      takenElsewhere: async () => new Map(),
      findGroups: async names => names.map(name => [{ id: groupId(name), displayName: name }]),
      accounts: { live: live ?? listOf('users', users, true), deleted: listOf('deleted', deleted) },
      ...more,
      limits: { joiners: '9', movers: '9', leavers: '9', deletions: '9', ...more.limits },
      mapping,
      feed: feedOf(whole ? feed : feed.map(row)),
      file: async () => ({ sha256: JSON.stringify(feed), ...file }),
    })
    const found: Decision[] = []
    for await (const { rows } of read(ctx, { name: 'reconcile' })) found.push(...rows.map(({ value }) => value))
    return (decided = found)
  }
  const follow = (performed: readonly Done[], today = '2026-06-15'): void => {
    const people = personMemory(memory, { ordinal: notedFeed(tables!)!.ordinal, today })
    memory.write(() => {
      for (const done of performed)
        people.follow(done.key, changeOf(done, performed, decided), { outcome: done.outcome as Outcome, id: done.id })
    })
  }
  return {
    run,
    memory,
    /** Remembers changes of the last run while they are sent. */
    follow,
    /** Remembers the last run. */
    async remember(performed: readonly Done[] = [], today = '2026-06-15'): Promise<void> {
      follow(performed, today)
      const noted = notedFeed(tables!)!
      const all = (async function* () {
        yield* performed
      })()
      await remember(tables!, memory, { ...noted, run: `run-${runs}`, at: `${today}T00:00:00Z`, today }, all)
    },
  }
}
