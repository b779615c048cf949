import type { Context, PartDatabase } from '../../core/context.ts'
import type { Values } from '../../core/operation.ts'
import type { ChangeFollower } from '../../core/parts.ts'
import type { Key } from '../../core/row.ts'
import { withholdsPassword } from '../../operations/users/initial-password.ts'
import { expectPaths, mustBeUnique, textAt } from '../../operations/users/unique.ts'

/**
 * Accounts that this store has created, or was about to: one for each row of a run. `place`: the row · `property` and `value`: by what the person is
 * recognised · `id`: null until it is known · `state` of the pass: `owed`, `made`, or null if the person has a password. Names and values are in
 * lower case. A name may have had several accounts, one after the other.
 */
const tables: readonly string[] = [
  `create table people (upn text primary key, property text, value text, id text, state text) without rowid;
   create index people_value on people (property, value);
   create index people_id on people (id);`,
  `create table accounts (n integer primary key, run text not null, place text not null, upn text not null, property text, value text, id text,
     state text, unique (run, place));
   create index accounts_value on accounts (property, value);
   create index accounts_id on accounts (id);
   create index accounts_upn on accounts (upn);
   insert into accounts (run, place, upn, property, value, id, state) select '', upn, upn, property, value, id, state from people;
   drop table people;`,
]

/** What this store remembers of people whom it created in the run's tenant. */
export const memoryOf = (ctx: Context): PartDatabase => ctx.lasting('onboarding', tables)

/** A person whom this store created, or was about to. */
interface Remembered {
  readonly upn: string
  readonly id: string | null
  readonly state: 'owed' | 'made' | null
}

/** Finds people in the memory. */
export const remembered = ({ sql }: PartDatabase) => {
  const byValue = sql.prepare(
    'select upn, id, state from accounts where property = ? and value = ? order by id is null, n desc',
  )
  const byId = sql.prepare('select upn, id, state from accounts where id = ? order by n desc limit 1')
  return {
    /** The accounts of a person: those that were created, then names that were begun; the last ones first. */
    matching: (property: string, value: string) =>
      byValue.all(property, value.toLowerCase()) as unknown as readonly Remembered[],
    withId: (id: string) => byId.get(id) as unknown as Remembered | undefined,
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** The property by which the person of a new account is recognised, and its value; nulls if there is none. */
const keyOf = (value: Values): readonly [string | null, string | null] => {
  const [path] = expectPaths(value[mustBeUnique])
  return path === undefined ? [null, null] : [path, textAt(value, path).toLowerCase()]
}

const placeOf = (key: Key, step = 0): string => JSON.stringify([key, step])

/** Remembers whom changes create, while they are sent. Runs that retry or undo such changes are followed, too. */
export const following = (ctx: Context): ChangeFollower => {
  const memory = memoryOf(ctx)
  const { sql } = memory
  const begin = sql.prepare(
    `insert into accounts (run, place, upn, property, value, id, state) values (?, ?, ?, ?, ?, ?, ?)
     on conflict do update set upn = excluded.upn, property = excluded.property, value = excluded.value, id = excluded.id, state = excluded.state`,
  )
  // Also of an earlier run that does not know what became of it.
  const created = sql.prepare(
    'update accounts set id = ? where upn = ? and property is ? and value is ? and (id is null or id = ?)',
  )
  const refused = sql.prepare('delete from accounts where run = ? and place = ? and id is null')
  const passed = sql.prepare('update accounts set state = ? where id = ?')
  const add = (place: string, value: Values, id: string | null): void => {
    const [property, of] = keyOf(value)
    const pass = value[withholdsPassword] === true ? 'owed' : null
    begin.run(ctx.run, place, text(value['userPrincipalName']).toLowerCase(), property, of, id, pass)
  }
  return {
    sending: changes =>
      memory.write(() => {
        for (const { key, step, row } of changes)
          if (row.kind === 'create-user') add(placeOf(key, step), row.value, null)
      }),
    settling: results =>
      memory.write(() => {
        for (const { key, step, row, outcome, id } of results) {
          if (!row) continue
          const { kind, value } = row
          const place = placeOf(key, step)
          if (kind === 'create-user' && outcome === 'done' && id !== undefined) {
            const upn = text(value['userPrincipalName']).toLowerCase()
            // It may have been sent by a run of an earlier version, or by another one.
            if (created.run(id, upn, ...keyOf(value), id).changes === 0) add(place, value, id)
          }
          // Of one that is unknown, it is found out later whose it is.
          else if (kind === 'create-user' && outcome !== 'unknown') refused.run(ctx.run, place)
          else if (outcome !== 'done') continue
          else if (kind === 'create-access-pass') passed.run('made', text(value['user']))
          else if (kind === 'delete-access-pass') passed.run('owed', text(value['user']))
        }
      }),
  }
}
