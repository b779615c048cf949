import type { Finding, Operation } from '../../core/operation.ts'

/** Codes for an object of a row that is gone. */
const gone: readonly string[] = ['OBJECT_NOT_FOUND', 'GROUP_UNKNOWN']

/** The result of a change that undoes another one, if its object was deleted since: nobody wrote the id that is not found. */
export const undoneWithoutObject = (finding: Finding, { onlyTakes }: Pick<Operation, 'onlyTakes'>): Finding => {
  const { outcome, code = '', message = '', ...rest } = finding
  if (outcome !== 'failed' || !gone.includes(code)) return finding
  if (onlyTakes)
    return {
      ...rest,
      outcome: 'unchanged',
      message: `${message} It was deleted since, so nothing is left to undo.`,
      fix: 'If it is restored, undo the run again.',
    }
  return {
    ...finding,
    message: `${message} It was deleted since the run.`,
    fix: 'If it is in the recycle bin, restore it, and undo the run again.',
  }
}
