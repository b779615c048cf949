import { given } from '../../core/given.ts'
import type { Finding } from '../../core/operation.ts'
import type { OnboardOptions } from './options.ts'
import { failed, type Sight } from './sight.ts'

/** Whose name it is, if it cannot be given. */
interface Holder {
  readonly id: string
  readonly isDeleted: boolean
}

/** Who has a name, in the directory or in its recycle bin. */
export const holderIn = (name: string, sight: Pick<Sight, 'byName' | 'bin'>): Holder | undefined => {
  const live = sight.byName.get(name)
  if (live) return { id: live.id, isDeleted: false }
  const id = sight.bin.get(name)
  return id === undefined ? undefined : { id, isDeleted: true }
}

/** Why a person cannot be created under a name: somebody else has it, or gets it by an earlier line. */
export const nameTaken = (
  name: string,
  by: { readonly holder?: Holder | undefined; readonly line?: string | undefined },
  { match, onConflict }: Pick<OnboardOptions, 'match' | 'onConflict'>,
): Finding => {
  const { holder, line } = by
  const fix = fixOf(holder, match)
  const who = holder
    ? `${holder.isDeleted ? 'A deleted user' : 'Another user'} has the name ${name}: its id is ${holder.id}.`
    : `Line ${line} has the name ${name}, too, for another person.`
  if (onConflict === 'skip')
    return {
      outcome: 'skipped',
      code: 'USER_EXISTS',
      message: `${who} The row was skipped.`,
      fix,
      ...given({ id: holder?.id }),
    }
  return failed(holder?.isDeleted ? 'USER_DELETED' : 'USER_EXISTS', who, fix, holder?.id)
}

const fixOf = (holder: Holder | undefined, match: string | undefined): string => {
  if (holder?.isDeleted)
    return 'Restore the user with `entrapipe users restore`, purge it with `entrapipe users purge`, or choose another name.'
  return holder && match === undefined
    ? 'Choose another name. If it is the same person, --if-not-exists completes what is missing.'
    : 'Choose another name, or let one be chosen with --on-conflict suffix.'
}
