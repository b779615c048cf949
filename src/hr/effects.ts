import type { OperationRow, Values } from '../core/operation.ts'
import type { Outcome } from '../core/result.ts'
import type { Tables } from './tables.ts'

/** How an effect came about. */
export const effect = {
  /** It was so before the feed. */
  before: 0,
  /** The feed did it. */
  given: 1,
  /** The feed was about to do it, and it is not known whether it has. */
  begun: 2,
} as const

/**
 * What a feed does to an account: it is disabled, its sessions are revoked, all that is asked of a leaver is done (`settled`). Other effects are ids of
 * groups of which it is a member.
 */
export const effects = { disabled: 'disabled', sessions: 'sessions', settled: 'settled' } as const

/** What is undone by enabling an account. */
const untilEnabled = Object.values(effects)

/** An effect that a change has, or takes back. */
interface Meaning {
  readonly account: string
  readonly effect: string
  readonly isTaken?: true
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** What a change means. @param id of the object that it creates */
const meaningOf = ({ kind, value }: OperationRow, id: string | undefined): Meaning | undefined => {
  const account = text(value['user'])
  const { disabled, sessions } = effects
  const switched = (isOn: unknown): Meaning | undefined =>
    typeof isOn === 'boolean' ? { account, effect: disabled, ...(isOn && { isTaken: true }) } : undefined
  switch (kind) {
    case 'create-user':
      return id === undefined || value['accountEnabled'] !== false ? undefined : { account: id, effect: disabled }
    case 'restore-user':
      // Whether it is enabled is seen by the next feed.
      return { account, effect: disabled }
    case 'update-user':
      // As the operation has accepted it.
      return switched((value['properties'] as Values | undefined)?.['accountEnabled'])
    case 'enable-user':
      return switched(true)
    case 'disable-user':
      return switched(false)
    case 'revoke-sessions':
      return { account, effect: sessions }
    case 'add-member':
      return { account: text(value['member']), effect: text(value['group']) }
    case 'remove-member':
      return { account: text(value['member']), effect: text(value['group']), isTaken: true }
    default:
      return undefined
  }
}

/** What became of a change. */
export interface Became {
  readonly outcome: Outcome
  /** Id of the object that it created. */
  readonly id?: string | undefined
  /** It was sent, and the directory refused it. */
  readonly isRefused?: boolean
}

/**
 * What changes have done to accounts, whichever run made them, also one that undoes another. Its functions are called within a transaction
 * of the memory.
 *
 * @param today the day, in the time zone of the run
 */
export const effectMemory = ({ sql }: Pick<Tables, 'sql'>, today: string) => {
  const one = sql.prepare('select how from effects where account = ? and effect = ?')
  const insert = sql.prepare('insert or replace into effects (account, effect, how, day) values (?, ?, ?, ?)')
  const remove = sql.prepare('delete from effects where account = ? and effect = ?')
  const knownOf = ({ account, effect }: Meaning): number | undefined =>
    one.get(account, effect)?.['how'] as number | undefined
  const put = ({ account, effect }: Meaning, how: number): void => void insert.run(account, effect, how, today)
  const drop = ({ account, effect: name }: Meaning): void => {
    for (const each of name === effects.disabled ? untilEnabled : [name]) remove.run(account, each)
  }
  return {
    put: (account: string, name: string): void => put({ account, effect: name }, effect.given),
    drop: (account: string, name: string): void => drop({ account, effect: name }),
    /** The change is about to be sent. */
    begin(change: OperationRow): void {
      const meaning = meaningOf(change, undefined)
      if (meaning && !meaning.isTaken && knownOf(meaning) === undefined) put(meaning, effect.begun)
    },
    settle(change: OperationRow, { outcome, id, isRefused = false }: Became): void {
      const meaning = meaningOf(change, id)
      if (!meaning) return
      const known = knownOf(meaning)
      const isDone = outcome === 'done' || (outcome === 'unchanged' && known === effect.begun)
      if (meaning.isTaken) {
        if (outcome === 'done' || outcome === 'unchanged') drop(meaning)
      } else if (isDone) put(meaning, effect.given)
      else if (outcome === 'unchanged') {
        // Of a membership that was there nobody knows whose it is. An account that was enabled a moment ago was disabled as the feed says.
        if (known === undefined) put(meaning, change.kind === 'add-member' ? effect.before : effect.given)
      } else if (isRefused && known === effect.begun) drop(meaning)
    },
  }
}

/** A membership that is remembered. */
interface Membership {
  /** Id of the group, or its name if an earlier version remembered it. */
  readonly group: string
  readonly how: number
}

const names = untilEnabled.map(name => `'${name}'`).join(', ')

/** Reads what is remembered of the memberships of an account. */
export const membershipsIn = ({ sql }: Tables): ((account: string) => readonly Membership[]) => {
  const all = sql.prepare(
    `select effect as "group", how from effects where account = ? and effect not in (${names}) order by effect`,
  )
  return account => all.all(account) as unknown as readonly Membership[]
}

/** Whether the feed has given a membership that it has not taken back. */
export const hasGiven = ({ sql }: Tables): boolean =>
  sql.prepare(`select 1 from effects where effect not in (${names}) and how <> ${effect.before} limit 1`).get() !==
  undefined

/** The groups of memberships that are remembered by name, as earlier versions did. */
export const namedGroups = ({ sql }: Tables): readonly string[] =>
  sql
    .prepare(`select distinct effect from effects where effect not in (${names}) and effect not glob ?`)
    .all('????????-????-????-????-????????????')
    .map(({ effect }) => String(effect))

/** Remembers memberships by the ids of their groups. @param ids by name */
export const renameGroups = (memory: Tables, ids: ReadonlyMap<string, string>): void =>
  memory.write(() => {
    const copy = memory.sql.prepare(
      `insert into effects (account, effect, how, day) select account, ?1, how, day from effects where effect = ?2
       on conflict do update set how = max(how, excluded.how)`,
    )
    const drop = memory.sql.prepare('delete from effects where effect = ?')
    for (const [name, id] of ids) {
      copy.run(id, name)
      drop.run(name)
    }
  })

/** Copies what is remembered of accounts, besides their memberships, into the tables of a run. */
export const loadEffects = (tables: Tables, memory: Tables): void => {
  const insert = tables.sql.prepare('insert into effects (account, disabled, sessions, settled) values (?, ?, ?, ?)')
  const all = memory.sql.prepare(
    `select account, ${untilEnabled.map(name => `max(iif(effect = '${name}', day, null)) as ${name}`).join(', ')}
     from effects where effect in (${names}) group by account`,
  )
  tables.write(() => {
    for (const { account, disabled, sessions, settled } of all.iterate() as unknown as Iterable<Record<string, string>>)
      insert.run(account!, disabled!, sessions!, settled!)
  })
}

/**
 * What the directory shows counts: an account that is enabled is not disabled by the feed, and is not that of a leaver who is settled. Where
 * Active Directory decides whether it is enabled, only the feed itself takes back what it did to a leaver.
 *
 * @param memory none in a dry run
 */
export const dropEnabled = (tables: Tables, memory: Tables | undefined): void => {
  const enabled = tables.sql
    .prepare(
      `select e.account, a.synced from effects e join accounts a on a.id = e.account where a.enabled = 1 and a.deleted = 0`,
    )
    .all() as unknown as readonly { readonly account: string; readonly synced: number }[]
  const [mastered, own] = [true, false].map(is => enabled.filter(({ synced }) => (synced === 1) === is))
  tables.write(() => {
    const on = tables.sql.prepare('update effects set disabled = null where account = ?')
    const back = tables.sql.prepare('delete from effects where account = ?')
    for (const { account } of mastered!) on.run(account)
    for (const { account } of own!) back.run(account)
  })
  memory?.write(() => {
    const drop = memory.sql.prepare('delete from effects where account = ? and effect = ?')
    for (const { account } of mastered!) drop.run(account, effects.disabled)
    for (const { account } of own!) for (const name of untilEnabled) drop.run(account, name)
  })
}
