import { EntrapipeError } from './errors.ts'
import { nearest } from './nearest.ts'

/**
 * Refuses fields that nothing reads. Types are stripped at run time, so a misspelt field would silently have no effect.
 *
 * @param what names the object in the message: `plan`
 * @throws EntrapipeError `PIPELINE_INVALID`
 */
export const expectNames = (what: string, given: object, names: readonly string[]): void => {
  const strange = Object.keys(given).find(name => !names.includes(name))
  if (strange === undefined) return
  const near = nearest(strange, names)
  const hint = near === undefined ? `It has ${names.join(', ')}` : `Did you mean ${near}?`
  throw new EntrapipeError('PIPELINE_INVALID', `${what} has no field ${strange}. ${hint}`)
}
