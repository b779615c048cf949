import type { Fields } from '../core/json.ts'
import type { Values } from '../core/operation.ts'
import type { Decision, GroupChanges } from './decision.ts'
import { changedIn, decisionRows } from './decision-rows.ts'
import { effect, hasGiven, membershipsIn } from './effects.ts'
import { groupsOf } from './group-rules.ts'
import type { RuleGroups } from './rule-groups.ts'
import type { Tables } from './tables.ts'
import { valueAt } from './value-at.ts'

interface Member {
  readonly n: number
  readonly value: string
  readonly standing: string
  readonly wanted: string
  readonly account: string | null
}

// A leaver by absence is no person of the feed.
const members = `select d.n, d.value, coalesce(p.standing, 'leaver') as standing, coalesce(p.wanted, '{}') as wanted, a.value as account
  from decisions d not indexed left join people p on p.n = d.person left join claims c on c.person = p.n
    left join accounts a on a.n = c.account
  where d.class in ('joiner', 'rehire', 'mover', 'leave', 'leaver', 'unchanged') order by d.n`

/**
 * Adds memberships to the decisions: what the rules want and the feed has not given yet, and what it gave and the rules no longer
 * want. Memberships that were there before the feed are left alone.
 */
export const decideGroups = (tables: Tables, memory: Tables, { mapping, ids, names }: RuleGroups): void => {
  const { groups, properties, leavers } = mapping
  // What a rule gave is taken, also if the last rule is no longer there.
  if (groups.length === 0 && leavers.groups !== 'all' && !hasGiven(memory)) return
  const rows = decisionRows(tables)
  const membershipsOf = membershipsIn(memory)
  const read = new Set(groups.flatMap(({ when }) => [...when.keys()]))
  const listed = properties.map(({ path }) => path).filter(path => read.has(path))

  /** What the row says about the properties of the rules, else what the directory has. */
  const valuesOf = ({ wanted, account }: Member): Values => {
    const held = JSON.parse(account ?? '{}') as Fields
    return { ...Object.fromEntries(listed.map(path => [path, valueAt(held, path)])), ...(JSON.parse(wanted) as Values) }
  }

  const named = (add: readonly string[], remove: readonly string[]): GroupChanges => ({
    add,
    remove,
    names: Object.fromEntries([...add, ...remove].map(id => [id, names.get(id) ?? id])),
  })

  const decided = (member: Member): Decision | undefined => {
    const decision = JSON.parse(member.value) as Decision
    if (decision.off !== undefined || (decision.class === 'unchanged' && !decision.account)) return undefined
    const remembered = decision.account ? membershipsOf(decision.account.id) : []
    const known = remembered.map(({ group, how }) => ({ how, group: ids.get(group) ?? group }))
    const given = [...new Set(known.filter(({ how }) => how !== effect.before).map(({ group }) => group))]
    if (member.standing === 'leaver') {
      if (leavers.groups === 'keep' || given.length === 0 || decision.account?.deleted) return undefined
      // Of all groups, those that are given are left of an earlier run.
      if (decision.groups) return undefined
      return { ...decision, class: 'leaver', groups: named([], given) }
    }
    const wanted = groupsOf(groups, valuesOf(member))
    const add = wanted.filter(group => !known.some(one => one.group === group && one.how !== effect.begun))
    const remove = given.filter(group => !wanted.includes(group))
    return add.length + remove.length === 0 ? undefined : changedIn(decision, 'groups', { groups: named(add, remove) })
  }

  tables.write(() => {
    for (const member of tables.sql.prepare(members).iterate() as unknown as Iterable<Member>) {
      const decision = decided(member)
      if (decision) rows.update(member.n, decision)
    }
  })
}
