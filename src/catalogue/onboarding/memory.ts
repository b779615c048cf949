import type { Context, PartDatabase } from '../../core/context.ts'
import type { Values } from '../../core/operation.ts'
import type { ChangeFollower } from '../../core/parts.ts'
import { withholdsPassword } from '../../operations/users/initial-password.ts'
import { expectPaths, mustBeUnique, textAt } from '../../operations/users/unique.ts'

/**
 * Accounts that this store has created, or was about to. `property` and `value`: by what the person is recognised · `id`: null until it is
 * known · `state` of the pass: `owed`, `made`, or null if the person has a password. Names and values are in lower case.
 */
const tables: readonly string[] = [
  `create table people (upn text primary key, property text, value text, id text, state text) without rowid;
   create index people_value on people (property, value);
   create index people_id on people (id);`,
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
  // A name that was begun and never created may stand beside that of the account.
  const byValue = sql.prepare(
    'select upn, id, state from people where property = ? and value = ? order by id is null, upn limit 1',
  )
  const byId = sql.prepare('select upn, id, state from people where id = ?')
  return {
    matching: (property: string, value: string) =>
      byValue.get(property, value.toLowerCase()) as unknown as Remembered | undefined,
    withId: (id: string) => byId.get(id) as unknown as Remembered | undefined,
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** The property by which the person of a new account is recognised, and its value; nulls if there is none. */
const keyOf = (value: Values): readonly [string | null, string | null] => {
  const [path] = expectPaths(value[mustBeUnique])
  return path === undefined ? [null, null] : [path, textAt(value, path).toLowerCase()]
}

/** Remembers whom changes create, while they are sent. Runs that retry or undo such changes are followed, too. */
export const following = (ctx: Context): ChangeFollower => {
  const memory = memoryOf(ctx)
  const { sql } = memory
  const begin = sql.prepare(
    `insert into people (upn, property, value, id, state) values (?, ?, ?, null, ?)
     on conflict do update set property = excluded.property, value = excluded.value, id = null, state = excluded.state`,
  )
  const created = sql.prepare('update people set id = ? where upn = ?')
  const refused = sql.prepare('delete from people where upn = ? and id is null')
  const deleted = sql.prepare('delete from people where id = ?')
  const passed = sql.prepare('update people set state = ? where id = ?')
  return {
    sending: changes =>
      memory.write(() => {
        for (const { row } of changes)
          if (row.kind === 'create-user') {
            const [property, value] = keyOf(row.value)
            const pass = row.value[withholdsPassword] === true ? 'owed' : null
            begin.run(text(row.value['userPrincipalName']).toLowerCase(), property, value, pass)
          }
      }),
    settling: results =>
      memory.write(() => {
        for (const { row, outcome, id } of results) {
          if (!row) continue
          const { kind, value } = row
          const upn = text(value['userPrincipalName']).toLowerCase()
          if (kind === 'create-user' && outcome === 'done' && id !== undefined) created.run(id, upn)
          // Of one that is unknown, it is found out later whose it is.
          else if (kind === 'create-user' && outcome !== 'unknown') refused.run(upn)
          else if (outcome !== 'done') continue
          else if (kind === 'create-access-pass') passed.run('made', text(value['user']))
          else if (kind === 'delete-access-pass') passed.run('owed', text(value['user']))
          else if (kind === 'delete-user') deleted.run(text(value['user']))
        }
      }),
  }
}
