import type { OperationContext } from '../../core/operation.ts'
import { isCode } from '../../core/errors.ts'
import { idSetBuilder, type IdSet } from './id-set.ts'

/** Relations of a group that are changed link by link. */
export type Relation = 'members' | 'owners'

/** What is known of a group. */
export interface GroupSeen {
  readonly id: string
  readonly displayName?: string
  readonly groupTypes?: readonly string[]
  readonly membershipRule?: string | null
  readonly onPremisesSyncEnabled?: boolean | null
  readonly mailEnabled?: boolean
  readonly securityEnabled?: boolean
}

const groupProperties = 'id,displayName,groupTypes,membershipRule,onPremisesSyncEnabled,mailEnabled,securityEnabled'

/** The groups of these ids; undefined for one that does not exist. */
export const groupsSeen = async (
  ids: readonly string[],
  { graph, signal }: OperationContext,
): Promise<ReadonlyMap<string, GroupSeen>> => {
  const distinct = [...new Set(ids)]
  const replies = await graph.batch(
    distinct.map(id => ({ method: 'GET' as const, url: `/groups/${id}?$select=${groupProperties}` })),
    signal,
  )
  return new Map(
    distinct.flatMap((id, at) => (replies[at]!.status === 200 ? [[id, replies[at]!.body as GroupSeen]] : [])),
  )
}

/**
 * The direct links of a group, from its plain list: what checks memberships is transitive, and what is indexed lags. Read once for
 * all rows that are worked on together.
 */
export const linksOf = (group: string, relation: Relation, context: OperationContext): Promise<IdSet> =>
  context.once(`${relation} of ${group}`, async () => {
    const ids = idSetBuilder()
    const link = `/groups/${group}/${relation}?$select=id&$top=999`
    for await (const { values } of context.graph.pages<{ readonly id: string }>(link, { signal: context.signal }))
      for (const { id } of values) ids.add(id)
    return ids.build()
  })

/** Most ids that Graph looks up at once. */
const idsAtOnce = 1000

/** Which of these ids are objects of the directory. Without the permission for it, each is read alone. */
export const existing = async (
  ids: readonly string[],
  { graph, signal }: OperationContext,
): Promise<ReadonlySet<string>> => {
  const distinct = [...new Set(ids)]
  const found = new Set<string>()
  for (let at = 0; at < distinct.length; at += idsAtOnce) {
    const asked = distinct.slice(at, at + idsAtOnce)
    for (const id of await lookedUp(asked, { graph, signal })) found.add(id.toLowerCase())
  }
  return found
}

const lookedUp = async (
  ids: readonly string[],
  { graph, signal }: Pick<OperationContext, 'graph' | 'signal'>,
): Promise<readonly string[]> => {
  try {
    const { body } = await graph.request<{ readonly value: readonly { readonly id: string }[] }>(
      { method: 'POST', url: '/directoryObjects/getByIds?$select=id', body: { ids } },
      signal,
    )
    return body.value.map(({ id }) => id)
  } catch (error) {
    if (!isCode(error, 'NOT_PERMITTED')) throw error
    const replies = await graph.batch(
      ids.map(id => ({ method: 'GET' as const, url: `/directoryObjects/${id}?$select=id` })),
      signal,
    )
    return ids.filter((_, at) => replies[at]!.status === 200)
  }
}
