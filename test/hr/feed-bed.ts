import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Test } from 'tap'
import type { Context } from '../../src/core/context.ts'
import { isGuid } from '../../src/core/guid.ts'
import type { Fields } from '../../src/core/json.ts'
import type { Source } from '../../src/core/parts.ts'
import { sameText } from '../../src/core/same-text.ts'
import type { Decision } from '../../src/hr/decision.ts'
import type { Mapping } from '../../src/hr/mapping.ts'
import { notedFeed, remember } from '../../src/hr/memory.ts'
import { reconcile, type ReconcileOptions } from '../../src/hr/reconcile.ts'
import type { Performed } from '../../src/hr/remember-people.ts'
import type { FileFacts } from '../../src/hr/safety.ts'
import { memoryTables, runTables } from '../../src/hr/tables.ts'
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

interface BedRun extends Partial<Omit<ReconcileOptions, 'mapping' | 'feed' | 'file'>> {
  readonly feed: readonly Cells[]
  readonly users?: readonly Fields[]
  readonly deleted?: readonly Fields[]
  /** @default 2026-06-15T12:00:00Z */
  readonly now?: string
  readonly file?: Partial<FileFacts>
  readonly live?: Source<Fields>
  /** Whether the rows have all their cells. @default those of the sample are added */
  readonly whole?: boolean
}

/** Runs feeds against directories that are lists, with one memory. */
export const feedBed = (t: Test, mapping: Mapping) => {
  const folder = t.testdir({})
  const memory = openDatabase(join(folder, 'memory.sqlite'), { versions: memoryTables })
  let runs = 0
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
      whole = false,
      ...more
    } = options
    tables?.close()
    tables = openDatabase(join(folder, `run-${++runs}.sqlite`), { versions: runTables })
    const base = partContext(folder).ctx
    const ctx = Object.create(base, {
      store: { value: { ...base.store, database: () => tables } },
      lasting: { value: () => memory },
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
    return found
  }
  return {
    run,
    memory,
    /** Remembers the last run. */
    async remember(performed: readonly Performed[] = [], today = '2026-06-15'): Promise<void> {
      const all = (async function* () {
        yield* performed
      })()
      await remember(
        tables!,
        memory,
        { ...notedFeed(tables!), run: `run-${runs}`, at: `${today}T00:00:00Z`, today },
        all,
      )
    },
  }
}
