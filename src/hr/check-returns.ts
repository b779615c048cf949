import { decisionRows } from './decision-rows.ts'
import type { Decision } from './decision.ts'
import type { Tables } from './tables.ts'

const returning = `select d.n, d.value, o.upn from decisions d join people p on p.n = d.person join claims c on c.person = p.n
    join accounts a on a.n = c.account join names n on n.name = lower(a.upn) and n.account is not a.n join accounts o on o.n = n.account
  where d.class = 'rehire' and a.deleted = 1 group by d.n order by d.n`

/** People whose deleted account cannot come back, because another object has its name now. */
export const checkReturns = (tables: Tables): void => {
  const rows = decisionRows(tables)
  const all = tables.sql.prepare(returning).all() as unknown as readonly { n: number; value: string; upn: string }[]
  tables.write(() => {
    for (const { n, value, upn } of all) {
      const decision = JSON.parse(value) as Decision
      rows.update(n, {
        ...decision,
        class: 'conflict',
        action: 'none',
        changes: {},
        why: `The deleted account has the name ${decision.account!.userPrincipalName}, which another object has now: ${upn}.`,
        fix: 'Restore the account under another name, or rename the other object.',
      })
    }
  })
}
