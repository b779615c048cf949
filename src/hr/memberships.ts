import { isGuid } from '../core/guid.ts'
import type { Tables } from './tables.ts'

/** What is remembered of a membership of a rule. */
export const membership = {
  /** It was there before the feed. */
  before: 0,
  /** The feed gave it. */
  given: 1,
  /** The feed was about to give it, and it is not known whether it has. It is added again if a rule wants it, and taken if none does. */
  begun: 2,
} as const

interface Membership {
  readonly team: string
  readonly given: number
}

const happened = (outcome: string): boolean => outcome === 'done' || outcome === 'unchanged'

/** The groups of memberships that are remembered by name, as earlier versions did. */
export const namedGroups = ({ sql }: Tables): readonly string[] =>
  sql
    .prepare('select distinct team from memberships')
    .all()
    .map(({ team }) => String(team))
    .filter(team => !isGuid(team))

/** Remembers memberships by the ids of their groups. @param ids by name */
export const renameGroups = (memory: Tables, ids: ReadonlyMap<string, string>): void =>
  memory.write(() => {
    const copy = memory.sql.prepare(
      `insert into memberships (person, team, given) select person, ?1, given from memberships where team = ?2
       on conflict do update set given = max(given, excluded.given)`,
    )
    const drop = memory.sql.prepare('delete from memberships where team = ?')
    for (const [name, id] of ids) {
      copy.run(id, name)
      drop.run(name)
    }
  })

/** The memberships of a memory. Persons are keys in lower case, teams are ids of groups. */
export const membershipMemory = ({ sql }: Pick<Tables, 'sql'>) => {
  const all = sql.prepare('select team, given from memberships where person = ? order by team')
  const one = sql.prepare('select given from memberships where person = ? and team = ?')
  const put = sql.prepare('insert or replace into memberships (person, team, given) values (?, ?, ?)')
  const drop = sql.prepare('delete from memberships where person = ? and team = ?')
  const known = (person: string, team: string): number | undefined =>
    one.get(person, team)?.['given'] as number | undefined
  return {
    of: (person: string): readonly Membership[] => all.all(person) as unknown as readonly Membership[],
    /** It is not there, and is about to be added. */
    begin(person: string, team: string): void {
      if (known(person, team) === undefined) put.run(person, team, membership.begun)
    },
    /** @param isRefused whether it was about to be added, and was not */
    added(person: string, team: string, outcome: string, isRefused: boolean): void {
      const before = known(person, team)
      if (outcome === 'done' || (outcome === 'unchanged' && before === membership.begun))
        put.run(person, team, membership.given)
      else if (outcome === 'unchanged' && before === undefined) put.run(person, team, membership.before)
      else if (isRefused && before === membership.begun) drop.run(person, team)
    },
    removed(person: string, team: string, outcome: string): void {
      if (happened(outcome)) drop.run(person, team)
      // It is taken by the next run, as if the feed had given it.
      else put.run(person, team, membership.given)
    },
  }
}
