import { lookAtLinks } from './look.ts'
import { decideLinks } from './decide.ts'
import { nounOf, ofLinks, type LinkOperation, type Relation } from './link.ts'
import { settleAddition, settleRemoval } from './settle.ts'

/** @see https://learn.microsoft.com/graph/api/group-post-members */
const linksAtOnce = 20

/** The address of an object in a bind. The host is only a form: Graph reads the path. */
const addressOf = (id: string): string => `https://graph.microsoft.com/v1.0/directoryObjects/${id}`

/** Adds links to groups, up to 20 of one group in a request, which is performed for all or none. */
export const additionOf = (relation: Relation): LinkOperation => ({
  ...ofLinks(`add-${nounOf(relation)}`, relation),
  title: `Add ${relation}`,
  rowsPerRequest: linksAtOnce,
  // A protected group gets no other members. A protected object may become a member of any other group.
  touches: ({ group }) => [group],
  look: (values, context) => lookAtLinks(values, relation, true, context),
  request: rows => ({
    method: 'PATCH',
    url: `/groups/${rows[0]!.value.group}`,
    body: { [`${relation}@odata.bind`]: rows.map(({ value }) => addressOf(value.member)) },
  }),
  settle: settleAddition,
  decide: (rows, context) => decideLinks(rows, relation, true, context),
  inverse: value => ({ kind: `remove-${nounOf(relation)}`, value, expected: { linked: true } }),
})

/** Removes links from groups, one in a request: Graph has no request for several. */
export const removalOf = (relation: Relation): LinkOperation => ({
  ...ofLinks(`remove-${nounOf(relation)}`, relation),
  title: `Remove ${relation}`,
  look: (values, context) => lookAtLinks(values, relation, false, context),
  removal: () => 'remove',
  removesFrom: ({ group }) => `/groups/${group}/${relation}`,
  touches: ({ group, member }) => [group, member],
  request: rows => {
    const { group, member } = rows[0]!.value
    // Without $ref, Graph would delete the object itself.
    return { method: 'DELETE', url: `/groups/${group}/${relation}/${member}/$ref` }
  },
  settle: settleRemoval,
  decide: (rows, context) => decideLinks(rows, relation, false, context),
  inverse: value => ({ kind: `add-${nounOf(relation)}`, value, expected: { linked: false } }),
})
