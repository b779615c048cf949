import type { Context } from '../../core/context.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { nearest } from '../../core/nearest.ts'
import { printable } from '../../core/printable.ts'
import { printText } from '../../odata/print-filter.ts'
import { printQuery } from '../../odata/parse-query.ts'
import { firstFound } from './first-found.ts'
import { idOf } from './id-of.ts'
import { unlessRefused } from './refused.ts'

/** A group to list the members of. */
export interface FoundGroup {
  readonly id: string
  /** Null if the sign-in has no permission to read the group. */
  readonly displayName: string | null
  readonly mail: string | null
  /** `HiddenMembership`: the group appears empty without Member.Read.Hidden. */
  readonly visibility?: string | null
}

const isId = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i
const asked = 'id,displayName,mail,visibility'
const most = 20
const mostNear = 100

/**
 * Finds a group by id, display name or mail address.
 *
 * @throws EntrapipeError `GROUP_UNKNOWN`, with near names if there are any; `GROUP_AMBIGUOUS` with the groups that have the name
 */
export const findGroup = async (ctx: Context, group: string): Promise<FoundGroup> => {
  if (isId.test(group)) {
    const url = `/groups/${group}?$select=${asked}`
    const reply = await ctx.graph.attempt<FoundGroup>({ method: 'GET', url }, ctx.signal)
    if (reply.status === 404)
      throw new EntrapipeError('GROUP_UNKNOWN', `Tenant ${ctx.graph.tenant.name} has no group with the id ${group}.`)
    if (reply.status < 300) return { ...reply.body, id: idOf(reply.body, url.split('?')[0]!) }
    // A sign-in may have permission to read the members but not the group. If the group is missing, listing its members fails.
    if (reply.status === 403) return { id: group, displayName: null, mail: null }
    return (await ctx.graph.request<FoundGroup>({ method: 'GET', url }, ctx.signal)).body
  }
  const named = `displayName eq ${printText(group)}`
  const filter = group.includes('@') ? `${named} or mail eq ${printText(group)}` : named
  const query = printQuery({ $filter: filter, $select: asked, $top: most })
  const found = await firstFound<FoundGroup>(ctx, `/groups?${query}`, most)
  const [one, ...more] = found
  if (!one) throw await unknownName(ctx, group)
  if (more.length > 0)
    throw new EntrapipeError(
      'GROUP_AMBIGUOUS',
      `${found.length === most ? `${most} or more` : found.length} groups are named "${group}": ${found.map(at => `${at.id}${at.mail ? ` (${at.mail})` : ''}`).join(', ')}.`,
      { facts: { groups: found.map(at => at.id) }, fix: 'Use the id of the group.' },
    )
  return one
}

const unknownName = async (ctx: Context, group: string): Promise<EntrapipeError> => {
  const near = (await unlessRefused(() => nearNames(ctx, group))) ?? []
  const meant = near.length > 0 ? [`Groups with similar names: ${near.map(name => `"${name}"`).join(', ')}.`] : []
  const several = group.includes(',') ? ['For several groups, give `group` once for each.'] : []
  return new EntrapipeError(
    'GROUP_UNKNOWN',
    `Tenant ${ctx.graph.tenant.name} has no group named "${group}".`,
    given({ fix: [...meant, ...several].join(' ') || undefined }),
  )
}

/** Names of at most three groups that begin with the same word, the nearest first. */
const nearNames = async (ctx: Context, group: string): Promise<readonly string[]> => {
  const [word = ''] = group.trim().split(/[\s,;]+/)
  if (word === '') return []
  const filter = `startswith(displayName,${printText(word)})`
  const query = printQuery({ $filter: filter, $select: 'id,displayName', $top: mostNear })
  const found = await firstFound<FoundGroup>(ctx, `/groups?${query}`, mostNear)
  const names = found.map(({ displayName }) => displayName).filter(name => typeof name === 'string')
  const first = nearest(group, names)
  return [...new Set([...(first === undefined ? [] : [first]), ...names])].slice(0, 3).map(name => printable(name, 120))
}
