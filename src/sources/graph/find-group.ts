import type { Context } from '../../core/context.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { printText } from '../../odata/print-filter.ts'
import { printQuery } from '../../odata/parse-query.ts'

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

/**
 * Finds a group by id or display name.
 *
 * @throws EntrapipeError `GROUP_UNKNOWN`; `GROUP_AMBIGUOUS` with the groups that have the name
 */
export const findGroup = async (ctx: Context, group: string): Promise<FoundGroup> => {
  if (isId.test(group)) {
    const url = `/groups/${group}?$select=${asked}`
    const reply = await ctx.graph.attempt<FoundGroup>({ method: 'GET', url }, ctx.signal)
    if (reply.status === 404) throw unknownGroup(group, ctx)
    if (reply.status < 300) return reply.body
    // A sign-in may have permission to read the members but not the group. If the group is missing, listing its members fails.
    if (reply.status === 403) return { id: group, displayName: null, mail: null }
    return (await ctx.graph.request<FoundGroup>({ method: 'GET', url }, ctx.signal)).body
  }
  const query = printQuery({ $filter: `displayName eq ${printText(group)}`, $select: asked, $top: 20 })
  const { body } = await ctx.graph.request<{ readonly value: readonly FoundGroup[] }>(
    { method: 'GET', url: `/groups?${query}` },
    ctx.signal,
  )
  const [one, ...more] = body.value
  if (!one) throw unknownGroup(group, ctx, await namesLike(group, ctx))
  if (more.length > 0)
    throw new EntrapipeError(
      'GROUP_AMBIGUOUS',
      `${body.value.length === 20 ? '20 or more' : body.value.length} groups are named "${group}": ${body.value.map(at => `${at.id}${at.mail ? ` (${at.mail})` : ''}`).join(', ')}.`,
      { facts: { groups: body.value.map(at => at.id) }, fix: 'Use the id of the group.' },
    )
  return one
}

/** Up to three names of groups that begin with the same word. */
const namesLike = async (group: string, ctx: Context): Promise<readonly string[]> => {
  const [word = ''] = group.trim().split(/[\s,;]+/)
  if (word.length < 2) return []
  const filter = `startswith(displayName,${printText(word)})`
  const query = printQuery({ $filter: filter, $select: 'displayName', $top: 3 })
  const reply = await ctx.graph.attempt<{ readonly value?: readonly { readonly displayName: string }[] }>(
    { method: 'GET', url: `/groups?${query}` },
    ctx.signal,
  )
  return reply.status === 200 ? (reply.body.value ?? []).map(({ displayName }) => displayName) : []
}

const unknownGroup = (group: string, { graph }: Context, alike: readonly string[] = []): EntrapipeError => {
  const named = isId.test(group) ? `with the id ${group}` : `named "${group}"`
  const fix = group.includes(',')
    ? 'Give each group an option of its own: --group "A" --group "B".'
    : alike.length > 0
      ? `Groups with similar names: ${alike.map(name => `"${name}"`).join(', ')}.`
      : undefined
  return new EntrapipeError('GROUP_UNKNOWN', `Tenant ${graph.tenant.name} has no group ${named}.`, given({ fix }))
}
