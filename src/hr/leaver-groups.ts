import type { Graph } from '../core/graph.ts'
import type { Values } from '../core/operation.ts'
import { ownerIsGone, readListings } from '../graph/read-listings.ts'
import { groupMastery, isDynamic, masteredOfGroup } from '../operations/groups/mastered.ts'
import { decisionRows } from './decision-rows.ts'
import type { Decision } from './decision.ts'
import { stepsOf } from './steps-of.ts'
import type { Tables } from './tables.ts'

/** Leavers whose groups are read in one round. */
const leaversAtOnce = 200

/** The groups of an account, with what says who decides about their members. */
export type GroupsOf = (accounts: readonly string[]) => Promise<readonly (readonly Values[])[]>

const selected = ['id', 'isAssignableToRole', ...groupMastery].join(',')

/**
 * Reads the groups that accounts are direct members of: a request for each account, 20 in a round trip. Of an account that does not exist, none.
 *
 * @see https://learn.microsoft.com/graph/api/user-list-memberof
 */
export const groupsIn =
  (ctx: { readonly graph: Pick<Graph, 'batch' | 'pages' | 'tenant'>; readonly signal?: AbortSignal }): GroupsOf =>
  async accounts => {
    const urls = accounts.map(id => `/users/${id}/memberOf/microsoft.graph.group?$select=${selected}&$top=999`)
    const groups = await readListings<Values & { readonly id: string }>(ctx, urls, ownerIsGone)
    return groups.map((all = []) => all)
  }

const nameOf = (group: Values): string => String(group['displayName'] ?? group['id'])

/** Why members of a group are not removed by the feed, as a sentence; undefined if they are. */
const whyKept = (group: Values): string | undefined => {
  const name = nameOf(group)
  if (isDynamic(group)) return `A rule decides who is a member of ${name}.`
  if (group['isAssignableToRole'] === true) return `${name} can have roles, so the feed leaves its members alone.`
  return masteredOfGroup(group, 'its members')?.message
}

const without = (decision: Decision, groups: readonly Values[]): Decision => {
  const kept = groups.flatMap(group => whyKept(group) ?? [])
  const left = groups.filter(group => whyKept(group) === undefined)
  const isOver = left.length === 0 && stepsOf(decision).length === 0
  return {
    ...decision,
    ...(isOver && { class: 'unchanged' }),
    notes: [...decision.notes, ...kept],
    ...(left.length > 0 && {
      groups: {
        add: [],
        remove: left.map(({ id }) => String(id)),
        names: Object.fromEntries(left.map(group => [String(group['id']), nameOf(group)])),
      },
    }),
  }
}

/** Takes leavers with whom this run has to do out of all their groups. Those that a feed must leave alone are named in notes. */
export const leaveAllGroups = async (tables: Tables, groupsOf: GroupsOf): Promise<void> => {
  const rows = decisionRows(tables)
  const page = tables.sql.prepare(
    "select n, value from decisions where class = 'leaver' and n > ? order by n limit " + leaversAtOnce,
  )
  for (let at = 0; ;) {
    const all = page
      .all(at)
      .map(({ n, value }) => ({ n: n as number, decision: JSON.parse(value as string) as Decision }))
    if (all.length === 0) return
    at = all.at(-1)!.n
    const leavers = all.filter(({ decision: { off, account } }) => off === undefined && account && !account.deleted)
    const groups = await groupsOf(leavers.map(({ decision }) => decision.account!.id))
    tables.write(() => leavers.forEach(({ n, decision }, nth) => rows.update(n, without(decision, groups[nth]!))))
  }
}
