import { objectKinds, type ObjectKind } from '../../core/object-kinds.ts'
import type { Finding } from '../../core/operation.ts'
import type { Seen } from '../objects/read-each.ts'

/** Relations that are changed link by link. */
export type Relation = 'members' | 'owners'

/** What is linked to what, and when it can be. */
export interface LinkForm {
  /** Kind of the objects that have the links. The value of this name in a row is the id of one. */
  readonly of: ObjectKind
  readonly relation: Relation
  /** The word for one link in the names of the operations: `owner` in `add-owner`. */
  readonly noun: string
  /** Captions for the object that has the links, beside the name of the value. */
  readonly captions: readonly string[]
  /** Largest number of links in one request. */
  readonly atOnce: number
  /** Properties of the object that has the links, which decide how they can be changed. */
  readonly properties: readonly string[]
  /** Why no link of the object can be changed; undefined if they can. */
  closed(owner: Seen): Finding | undefined
  /** Types of objects that it can be linked to, and what it is called then: `a security group`. */
  fitting(owner: Seen): { readonly types: readonly string[]; readonly what: string }
}

/** The path of one object that has links. */
export const pathOf = ({ of }: LinkForm, id: string): string => `${objectKinds[of].path}/${id}`

/** The path of its links. */
export const listOf = (form: LinkForm, id: string): string => `${pathOf(form, id)}/${form.relation}`

/** The name of an object for messages. */
export const nameOf = ({ displayName, id }: Seen): string => (typeof displayName === 'string' ? displayName : id)

/** `member` or `owner`. */
export const nounOf = ({ relation }: Pick<LinkForm, 'relation'>): string => relation.slice(0, -1)
