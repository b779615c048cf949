import type { Context } from '../../core/context.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { printText } from '../../odata/print-filter.ts'
import { printQuery } from '../../odata/parse-query.ts'

/** A group whose members are listed. */
export interface FoundGroup {
  readonly id: string
  /** Null where the sign-in may not read the group. */
  readonly displayName: string | null
  readonly mail: string | null
  /** `HiddenMembership`: without Member.Read.Hidden the group looks empty. */
  readonly visibility?: string | null
}

const isId = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i
const asked = 'id,displayName,mail,visibility'

/**
 * The group of this id or display name.
 *
 * @throws EntrapipeError `GROUP_UNKNOWN`; `GROUP_AMBIGUOUS` with the groups of that name
 */
export const findGroup = async (ctx: Context, group: string): Promise<FoundGroup> => {
  if (isId.test(group)) {
    const url = `/groups/${group}?$select=${asked}`
    const reply = await ctx.graph.attempt<FoundGroup>({ method: 'GET', url }, ctx.signal)
    if (reply.status === 404) throw unknownGroup(group, ctx)
    if (reply.status < 300) return reply.body
    // A sign-in may be allowed to read members and not the group; if there is no such group, its members say so.
    if (reply.status === 403) return { id: group, displayName: null, mail: null }
    return (await ctx.graph.request<FoundGroup>({ method: 'GET', url }, ctx.signal)).body
  }
  const query = printQuery({ $filter: `displayName eq ${printText(group)}`, $select: asked, $top: 20 })
  const { body } = await ctx.graph.request<{ readonly value: readonly FoundGroup[] }>(
    { method: 'GET', url: `/groups?${query}` },
    ctx.signal,
  )
  const [one, ...more] = body.value
  if (!one) throw unknownGroup(group, ctx)
  if (more.length > 0)
    throw new EntrapipeError(
      'GROUP_AMBIGUOUS',
      `${body.value.length === 20 ? '20 or more' : body.value.length} groups are called "${group}": ${body.value.map(at => `${at.id}${at.mail ? ` (${at.mail})` : ''}`).join(', ')}.`,
      { facts: { groups: body.value.map(at => at.id) }, fix: 'Name the one you mean by its id.' },
    )
  return one
}

const unknownGroup = (group: string, ctx: Context): EntrapipeError =>
  new EntrapipeError(
    'GROUP_UNKNOWN',
    `There is no group ${isId.test(group) ? 'with the id' : 'called'} ${isId.test(group) ? group : `"${group}"`} in tenant ${ctx.graph.tenant.name}.`,
  )
