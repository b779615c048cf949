import { objectKinds } from '../../core/object-kinds.ts'
import { joined } from '../../core/joined.ts'
import { article } from '../../core/article.ts'
import type { Operation, Values } from '../../core/operation.ts'
import { expectOnly, textOf } from '../values/expect.ts'
import { nounOf, type LinkForm } from './form.ts'

/** A link: the member, and under the name of its kind the object that has the link. */
export interface Link extends Values {
  readonly member: string
}

/** Whether the link was there before; null if the sign-in cannot see it. */
export interface LinkBefore extends Values {
  readonly linked: boolean | null
}

/** What changes links. */
export type LinkOperation = Operation<Link, LinkBefore>

/** The id of the object that has the link. */
export const containerIn = ({ of }: LinkForm, value: Link): string => value[of] as string

/** Captions that people use for the id or name of a linked object, in the portal's files and in scripts. */
const captions = [
  'memberObjectId',
  'memberObjectIdOrUpn',
  'memberObjectIdOrUserPrincipalName',
  'objectId',
  'id',
  'userPrincipalName',
  'upn',
  'mail',
]

/** What all operations on links have in common. */
export const ofLinks = (verb: 'add' | 'remove' | 'keep', form: LinkForm) => {
  const { of, relation } = form
  const kind = `${verb}-${form.noun}`
  const { word, names, keyed } = objectKinds[of]
  return {
    kind,
    changes: of,
    columns: {
      names: {
        [of]: {
          as: of,
          captions: [...form.captions, ...Object.keys(keyed)],
          keyed,
          about: `The ${word}: its ${joined(names, 'or')}.`,
        },
        member: {
          as: 'object',
          captions: relation === 'owners' ? ['owner', ...captions] : captions,
          about: `The ${nounOf(form)}: id, user principal name or mail.`,
        },
      },
    },
    accept(value) {
      expectOnly(value, [of, 'member'], kind)
      return {
        [of]: textOf(value, of, `the ${joined(names, 'or')} of ${article(word)}`),
        member: textOf(value, 'member', `the id or user principal name of the ${nounOf(form)}`),
      }
    },
    named: value => [
      { as: of, name: containerIn(form, value) },
      { as: 'object', name: value.member },
    ],
    resolved: (_, [container, member]) => ({ [of]: container!, member: member! }),
    about: value => `${containerIn(form, value)}/${relation}/${value.member}`.toLowerCase(),
    ordered: true,
    locks: value => [containerIn(form, value).toLowerCase()],
    repeat: () => 'refused',
  } as const satisfies Partial<LinkOperation>
}
