import type { Fields } from '../core/json.ts'
import type { Values } from '../core/operation.ts'
import { batches } from './batches.ts'
import { accountIn, type DecideOptions, type Held, type Remembered } from './candidate.ts'
import { decide } from './decide.ts'
import { decisionRows, type DecisionRow } from './decision-rows.ts'
import type { Decision } from './decision.ts'
import type { Mapping, Standing } from './mapping.ts'
import type { Tables } from './tables.ts'

/** What a run is asked to do about people. */
interface PeopleOptions extends Omit<DecideOptions, 'isSyncing'> {
  /** Number of this feed in the memory: that of the last one, if it is the same. */
  readonly ordinal: number
  /** Feeds without a person that make a leaver. @default none do */
  readonly leaversByAbsence: number | undefined
  /** Rows of the feed that name nobody: everybody who is absent could be meant. */
  readonly nameless: number
  /** Today, in the time zone of the run. */
  readonly today: string
}

interface Joined {
  readonly n: number | null
  readonly person: string
  readonly key: string
  readonly line: number | string | null
  readonly standing: string
  readonly today: string
  readonly starts: string | null
  readonly ended: string | null
  readonly name: string
  readonly wanted: string
  readonly fault: string | null
  readonly fix: string | null
  readonly conflict: string | null
  readonly conflictFix: string | null
  readonly account: string | null
  readonly upn: string
  readonly deleted: number
  readonly owned: number
  readonly enabled: number
  readonly synced: number
  readonly value: string
  readonly class: Remembered['class'] | null
  readonly since: string
  readonly disabled: string | null
  readonly sessions: string | null
  readonly settled: string | null
  readonly seen: number
}

const accountColumns =
  'a.id as account, a.upn, a.deleted, a.owned, a.enabled, a.synced, a.value, e.disabled, e.sessions, e.settled'

const ofFeed = `select p.*, c.conflict, c.fix as conflictFix, ${accountColumns}, r.class, r.since, r.seen
  from people p left join claims c on c.person = p.n left join accounts a on a.n = c.account
    left join remembered r on r.person = p.person left join effects e on e.account = a.id
  order by p.n`

/** People whom the feed had and has no more. */
const absent = `select null as n, r.person, r.key, ${accountColumns}, a.name, r.class, r.since, r.seen
  from remembered r join accounts a on a.id = r.account left join people p on p.person = r.person
    left join claims c on c.account = a.n left join contested x on x.account = a.n left join effects e on e.account = a.id
  where p.n is null and c.person is null and x.account is null and a.deleted = 0 and a.owned = 1 and a.guest = 0
  order by r.person`

/** Live accounts in scope that nobody has. */
const unmatched = `select ${accountColumns}, a.name from accounts a left join claims c on c.account = a.n
    left join contested x on x.account = a.n left join remembered r on r.account = a.id left join effects e on e.account = a.id
  where a.deleted = 0 and a.owned = 1 and a.guest = 0 and c.person is null and x.account is null and r.person is null
  order by a.id`

const heldIn = (row: Joined): Held | undefined =>
  row.account === null
    ? undefined
    : {
        id: row.account,
        userPrincipalName: row.upn,
        enabled: row.enabled === 1,
        ...(row.deleted === 1 && { deleted: true }),
        ...(row.synced === 1 && { synced: true }),
        formerlySynced: row.synced === 2,
        owned: row.owned === 1,
        value: JSON.parse(row.value) as Fields,
        disabledOn: row.disabled ?? undefined,
        isRevoked: row.sessions !== null,
        isSettled: row.settled !== null,
      }

const rememberedIn = (row: Joined): Remembered | undefined =>
  row.class === null ? undefined : { class: row.class, since: row.since }

const untouched = (
  row: Joined,
  of: 'failed' | 'conflict' | 'unmatched' | 'waiting',
  why: string,
  fix?: string,
): Decision => ({
  class: of,
  action: 'none',
  key: row.key,
  name: row.name,
  ...(row.line === null || row.line === undefined ? {} : { line: row.line }),
  ...accountIn(heldIn(row)),
  changes: {},
  notes: [],
  why,
  ...(fix === undefined || fix === '' ? {} : { fix }),
})

const present = (mapping: Mapping, row: Joined, options: DecideOptions): Decision => {
  if (row.fault !== null)
    return untouched(
      { ...row, key: row.key === '' ? `line ${row.line}` : row.key, account: null },
      'failed',
      row.fault,
      row.fix ?? '',
    )
  if (row.conflict !== null) return untouched(row, 'conflict', row.conflict, row.conflictFix ?? '')
  const person = {
    ...row,
    standing: row.standing as Standing,
    wanted: JSON.parse(row.wanted) as Values,
  }
  return decide(mapping, person, heldIn(row), rememberedIn(row), options)
}

const gone = (mapping: Mapping, row: Joined, options: PeopleOptions, decideOptions: DecideOptions): Decision => {
  const { leaversByAbsence: most, ordinal, nameless } = options
  const feeds = ordinal - row.seen
  const away = `Is not in the feed${feeds > 1 ? `, nor in the ${feeds - 1} before it` : ''}.`
  if (most === undefined) return untouched(row, 'unmatched', away)
  if (feeds < most && row.class !== 'leaver') return untouched(row, 'waiting', `${away} A leaver after ${most} feeds.`)
  if (nameless > 0 && row.class !== 'leaver')
    return untouched(
      row,
      'waiting',
      `${away} Rows of the feed name nobody, so nobody counts as absent.`,
      'Correct these rows.',
    )
  const person = {
    key: row.key,
    line: null,
    name: row.name,
    standing: 'leaver' as const,
    today: options.today,
    starts: null,
    ended: null,
    wanted: {},
  }
  const decision = decide(mapping, person, heldIn(row), rememberedIn(row), decideOptions)
  return { ...decision, why: decision.why.replace(/^Has left\./, away) }
}

/** Fills the table `decisions`: people of the feed, then people whom it has no more, then accounts that nobody has. */
export const decidePeople = (tables: Tables, mapping: Mapping, options: PeopleOptions): void => {
  const { sql } = tables
  const { cloudJoiners, deleteAfterDays } = options
  const isSyncing = sql.prepare('select 1 from accounts where synced = 1 limit 1').get() !== undefined
  const decideOptions = { isSyncing, cloudJoiners, deleteAfterDays }
  const rows = decisionRows(tables)
  let n = 0
  const batch = batches<Omit<DecisionRow, 'n'>>(tables, row => rows.insert({ ...row, n: ++n }))
  const all = (query: string) => sql.prepare(query).iterate() as unknown as Iterable<Joined>
  for (const row of all(ofFeed)) batch.add({ person: row.n, decision: present(mapping, row, decideOptions) })
  for (const row of all(absent)) batch.add({ person: null, decision: gone(mapping, row, options, decideOptions) })
  for (const row of all(unmatched))
    batch.add({
      person: null,
      decision: untouched({ ...row, key: row.account! }, 'unmatched', 'No person of the feed has this account.'),
    })
  batch.flush()
  sql.exec('create index decisions_class on decisions (class, n); create index decisions_person on decisions (person)')
}
