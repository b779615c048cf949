import type { Decision, ManagerChange } from './decision.ts'
import { changedIn, decisionRows } from './decision-rows.ts'
import type { Fields } from '../core/json.ts'
import type { Mapping } from './mapping.ts'
import { textIn } from './claims.ts'
import { managerAttribute } from './read-accounts.ts'
import type { Tables } from './tables.ts'

/** A person whose manager differs, or may. */
interface Led {
  readonly n: number
  readonly value: string
  readonly person: string
  readonly manager: string
  readonly present: string | null
  readonly synced: number | null
  /** Number of the manager in the feed. */
  readonly boss: number | null
  readonly bossKey: string
  readonly bossManager: string | null
  readonly bossAccount: string | null
  readonly bossDeleted: number | null
  readonly bossAction: string | null
  readonly bossClass: string | null
}

const differing = `select d.n, d.value, p.person, p.manager, a.manager as present, a.synced, b.n as boss, b.key as bossKey,
    b.manager as bossManager, ba.id as bossAccount, ba.deleted as bossDeleted, iif(json_extract(bd.value, '$.off') is null, json_extract(bd.value, '$.action'), 'none') as bossAction,
    bd.class as bossClass
  from decisions d not indexed join people p on p.n = d.person left join claims c on c.person = p.n left join accounts a on a.n = c.account
    left join people b on b.person = p.manager left join claims bc on bc.person = b.n and bc.conflict is null
    left join accounts ba on ba.n = bc.account left join decisions bd on bd.person = b.n
  where p.manager is not null and d.class in ('joiner', 'rehire', 'mover', 'leave', 'unchanged') and p.standing <> 'leaver'
    and (ba.id is null or ba.deleted = 1 or a.manager is null or ba.id <> a.manager)
  order by d.n`

/** Managers above a person who are looked at for a loop. */
const highest = 100

type Found = Omit<ManagerChange, 'old'> | { readonly note: string } | undefined

/** Adds managers to the decisions: those that differ from the directory. */
export const decideManagers = (tables: Tables, mapping: Mapping): void => {
  if (!mapping.manager) return
  const { clears } = mapping.manager
  const { sql } = tables
  const rows = decisionRows(tables)
  const above = sql.prepare('select manager from people where person = ?')
  const byId = sql.prepare(
    `select a.id from account_keys k join accounts a on a.n = k.account and a.deleted = 0
     where k.attribute = ? and k.value = ? limit 2`,
  )
  const rowOf = sql.prepare('select f.row from people p join feed f on f.n = p.feed where p.person = ?')
  const attribute = managerAttribute(mapping)

  const isLoop = ({ person, bossManager }: Led): boolean => {
    let at = bossManager
    for (let height = 0; at !== null && at !== '' && height < highest; height++) {
      if (at === person) return true
      at = (above.get(at) as { manager: string | null } | undefined)?.manager ?? null
    }
    return false
  }

  /** The key of the manager as the feed writes it. */
  const writtenKey = ({ person }: Led): string => {
    const { row } = rowOf.get(person) as { readonly row: string }
    return textIn(mapping.manager, JSON.parse(row) as Fields)
  }

  const outside = (led: Led): Found => {
    const { manager } = led
    const found = byId.all(attribute, manager) as unknown as readonly { id: string }[]
    if (found.length === 1) return { new: found[0]!.id }
    return {
      note:
        found.length === 0
          ? `The manager ${writtenKey(led)} is neither in the feed nor in the directory.`
          : `Several accounts have the employeeId of the manager, ${writtenKey(led)}.`,
    }
  }

  const wantedOf = (led: Led): Found => {
    const { manager, person, boss, bossKey, bossAccount, bossDeleted, bossAction, bossClass } = led
    if (manager === '') return clears ? { new: null } : undefined
    if (manager === person) return { note: 'The person is their own manager in the feed.' }
    if (boss === null) return outside(led)
    if (isLoop(led))
      return {
        note: `The manager ${bossKey} also reports to this person in the feed, so that the managers form a loop.`,
      }
    if (bossAccount !== null && bossDeleted === 0) return { new: bossAccount }
    if (bossAction === 'create' || bossAction === 'restore') return { joiner: bossKey }
    if (bossClass === 'failed' || bossClass === 'conflict')
      return {
        note: `The account of the manager ${bossKey} is not known: ${bossClass === 'failed' ? 'the row of the manager failed' : 'the manager is in conflict'}.`,
      }
    return {
      note:
        bossAccount === null
          ? `The manager ${bossKey} has no account.`
          : `The account of the manager ${bossKey} is deleted.`,
    }
  }

  const changed = (decision: Decision, { present, synced }: Led, found: NonNullable<Found>): Decision | undefined => {
    if ('note' in found) return { ...decision, notes: [...decision.notes, found.note] }
    if (decision.off !== undefined || ('new' in found && found.new === present)) return undefined
    if (synced === 1) {
      if (found.new === undefined) return undefined
      const onPremises = { ...decision.onPremises, manager: { old: present, new: found.new } }
      return { ...decision, onPremises }
    }
    if (decision.action === 'create')
      return found.new === null ? undefined : { ...decision, manager: { old: null, ...found } }
    return changedIn(decision, 'manager', { manager: { old: present, ...found } })
  }

  tables.write(() => {
    for (const led of sql.prepare(differing).iterate() as unknown as Iterable<Led>) {
      const found = wantedOf(led)
      const decision = found && changed(JSON.parse(led.value) as Decision, led, found)
      if (decision) rows.update(led.n, decision)
    }
  })
}
