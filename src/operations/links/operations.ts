import { article } from '../../core/article.ts'
import type { GraphRequest } from '../../core/graph.ts'
import type { Ready } from '../../core/operation.ts'
import { lookAtLinks } from './look.ts'
import { decideLinks } from './decide.ts'
import { listOf, nounOf, pathOf, type LinkForm } from './form.ts'
import { containerIn, ofLinks, type Link, type LinkBefore, type LinkOperation } from './link.ts'
import { settleAddition, settleRemoval } from './settle.ts'

/** The address of an object in a bind. The host is only a form: Graph reads the path. */
const addressOf = ({ value }: Ready<Link, LinkBefore>): string =>
  `https://graph.microsoft.com/v1.0/directoryObjects/${value.member}`

const additionRequest = (form: LinkForm, rows: readonly Ready<Link, LinkBefore>[]): GraphRequest => {
  const id = containerIn(form, rows[0]!.value)
  return form.atOnce === 1
    ? { method: 'POST', url: `${listOf(form, id)}/$ref`, body: { '@odata.id': addressOf(rows[0]!) } }
    : { method: 'PATCH', url: pathOf(form, id), body: { [`${form.relation}@odata.bind`]: rows.map(addressOf) } }
}

/** Adds links, up to 20 of one group in a request, which is performed for all or none, and one of other objects. */
export const additionOf = (form: LinkForm): LinkOperation => ({
  ...ofLinks('add', form),
  title: `Add ${form.relation}`,
  rowsPerRequest: form.atOnce,
  // What is protected gets no other members. A protected object may become a member of anything else.
  touches: value => [containerIn(form, value)],
  look: (values, context) => lookAtLinks(values, form, true, context),
  request: rows => additionRequest(form, rows),
  settle: (rows, reply) => settleAddition(form, rows, reply),
  decide: (rows, context) => decideLinks(rows, form, true, context),
  inverse: value => ({ kind: `remove-${form.noun}`, value, expected: { linked: true } }),
})

/** Removes links, one in a request: Graph has no request for several. */
export const removalOf = (form: LinkForm): LinkOperation => ({
  ...ofLinks('remove', form),
  title: `Remove ${form.relation}`,
  onlyTakes: true,
  look: (values, context) => lookAtLinks(values, form, false, context),
  removal: () => 'remove',
  removesFrom: value => listOf(form, containerIn(form, value)),
  touches: value => [containerIn(form, value), value.member],
  request: rows => {
    const { value } = rows[0]!
    // Without $ref, Graph would delete the object itself.
    return { method: 'DELETE', url: `${listOf(form, containerIn(form, value))}/${value.member}/$ref` }
  },
  settle: settleRemoval,
  decide: (rows, context) => decideLinks(rows, form, false, context),
  inverse: value => ({ kind: `add-${form.noun}`, value, expected: { linked: false } }),
})

/** Compares links and changes nothing, for a sync that only removes what is not among them. */
export const keepingOf = (form: LinkForm): LinkOperation => ({
  ...additionOf(form),
  ...ofLinks('keep', form),
  title: `Keep ${form.relation}`,
  async look(values, context) {
    const looked = await lookAtLinks(values, form, true, context)
    return looked.map((each, at) =>
      'send' in each
        ? {
            outcome: 'unchanged',
            id: values[at]!.member,
            message: `Is not ${article(nounOf(form))}, and this sync adds nobody.`,
          }
        : each,
    )
  },
})
