import { EntrapipeError } from './errors.ts'
import { nearest } from './nearest.ts'

/** A name that an object should not have. */
interface StrangeName {
  readonly name: string
  /** The known name that it resembles. */
  readonly near: string | undefined
  /** A sentence: the name that was probably meant, else all known names. */
  readonly hint: string
}

/** The first name in an object that is not one of `names`. */
export const strangeIn = (given: object, names: readonly string[]): StrangeName | undefined => {
  const name = Object.keys(given).find(name => !names.includes(name))
  if (name === undefined) return undefined
  const near = nearest(name, names)
  return { name, near, hint: near === undefined ? `It has ${names.join(', ')}` : `Did you mean ${near}?` }
}

/**
 * Refuses fields that nothing reads. Types are stripped at run time, so a misspelt field would silently have no effect.
 *
 * @param what names the object in the message: `plan`
 * @throws EntrapipeError `PIPELINE_INVALID`
 */
export const expectNames = (what: string, given: object, names: readonly string[]): void => {
  const strange = strangeIn(given, names)
  if (strange) throw new EntrapipeError('PIPELINE_INVALID', `${what} has no field ${strange.name}. ${strange.hint}`)
}
