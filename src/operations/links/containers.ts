import { objectKinds } from '../../core/object-kinds.ts'
import type { Finding, OperationContext } from '../../core/operation.ts'
import { readByIds, type Seen } from '../objects/read-each.ts'
import { nounOf, type LinkForm } from './form.ts'

/** Objects that have links, by id; one that does not exist is missing. */
export type Containers = ReadonlyMap<string, Seen>

/** Reads the objects of these ids that have links. */
export const containersSeen = (
  form: LinkForm,
  ids: readonly string[],
  context: OperationContext,
): Promise<Containers> => readByIds(objectKinds[form.of].path, ['id', ...form.properties].join(','), ids, context)

/** Whether the list of members is empty for a sign-in without Member.Read.Hidden. */
export const isHidden = ({ relation }: LinkForm, { visibility }: Seen): boolean =>
  relation === 'members' && visibility === 'HiddenMembership'

/** Why an object of this type cannot be linked; undefined if it can, or if its type is not known. */
export const misfit = (form: LinkForm, owner: Seen, type: string): Finding | undefined => {
  if (type === 'unreadable') return undefined
  const { types, what } = form.fitting(owner)
  if (types.includes(type)) return undefined
  return {
    outcome: 'failed',
    code: 'TYPE_NOT_ALLOWED',
    message: `The object is of type ${type}, which cannot be ${nounOf(form) === 'owner' ? 'an owner' : 'a member'} of ${what}.`,
    fix: `Use an object of one of these types: ${types.join(', ')}.`,
  }
}

/** The result for an object with links that does not exist. */
export const noContainer = ({ of }: LinkForm, id: string): Finding => {
  const { word } = objectKinds[of]
  return {
    outcome: 'failed',
    code: of === 'group' ? 'GROUP_UNKNOWN' : 'OBJECT_NOT_FOUND',
    message: `No ${word} has the id ${id}.`,
    fix: `Correct the ${word}. It may have been deleted.`,
  }
}

/** The result for an object that does not exist. */
export const noObject = (id: string): Finding => ({
  outcome: 'failed',
  code: 'OBJECT_NOT_FOUND',
  message: `No object has the id ${id}.`,
  fix: 'Correct the id. The object may have been deleted.',
})
