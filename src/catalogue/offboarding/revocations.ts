import type { Context } from '../../core/context.ts'
import type { ChangeFollower } from '../../core/parts.ts'

const versions = ['create table revoked (user text primary key, at integer not null) without rowid']

/** Sessions that were revoked so long ago are revoked again. */
const recentMs = 7 * 24 * 60 * 60 * 1000

const opened = (ctx: Context) => ctx.lasting('offboarding', versions)

/** Returns for each user whether a run of this store has revoked its sessions in the last seven days. */
export const revokedLately = (ctx: Context): ((users: readonly string[]) => readonly boolean[]) => {
  const { sql } = opened(ctx)
  const find = sql.prepare('select 1 from revoked where user = ? and at > ?')
  return users => users.map(user => find.get(user.toLowerCase(), ctx.clock.now() - recentMs) !== undefined)
}

/**
 * Remembers whose sessions were revoked: the directory does not show it, and a second run would revoke them again. Who can sign in again is
 * forgotten.
 */
export const rememberRevocations = (ctx: Context): ChangeFollower => {
  const { sql, write } = opened(ctx)
  const put = sql.prepare('insert or replace into revoked values (?, ?)')
  const drop = sql.prepare('delete from revoked where at <= ?')
  return {
    sending: () => undefined,
    settling: results =>
      write(() => {
        for (const { row, outcome } of results)
          if (row?.kind === 'revoke-sessions' && outcome === 'done')
            put.run(String(row.value['user']).toLowerCase(), ctx.clock.now())
        drop.run(ctx.clock.now() - recentMs)
      }),
  }
}
