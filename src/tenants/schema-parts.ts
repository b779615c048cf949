import * as v from 'valibot'
import type { SecretRef } from './config.ts'

/** A text that is not empty. @param what completes `must be` */
export const text = (what: string, fits: (value: string) => boolean = () => true) =>
  v.pipe(
    v.string(`must be ${what}`),
    v.check(
      value => value !== '' && fits(value),
      ({ input }) => (input === '' ? `must be ${what}, not an empty string` : `must be ${what}`),
    ),
  )
/** A URL. @param fault what is wrong with it; undefined if nothing is */
export const url = (fault: (value: string) => string | undefined) =>
  v.pipe(
    v.string('must be a URL'),
    v.check(
      value => fault(value) === undefined,
      ({ input }) => fault(input) ?? '',
    ),
  )

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
/** An object that is no list. */
export const object = (message: string) => v.custom<object>(isObject, message)

/** The message of a schema for a missing value. */
const ofNothing = (schema: unknown): string => {
  const { message } = schema as { readonly message?: string | ((issue: { readonly input: undefined }) => string) }
  return (typeof message === 'function' ? message({ input: undefined }) : message) ?? 'is missing'
}

/** An object with only these settings. Each unknown setting is an issue of its own, with `unknownSetting`. */
export const settings = <T extends v.ObjectEntries>(entries: T) =>
  v.pipe(
    v.looseObject(entries, ({ path }) =>
      path ? ofNothing(entries[String(path.at(-1)!.key)]) : 'must be an object of settings',
    ),
    v.rawCheck(({ dataset, addIssue }) => {
      const { value } = dataset as { readonly value: unknown }
      if (!isObject(value)) return
      for (const key of Object.keys(value))
        if (!Object.hasOwn(entries, key))
          addIssue({
            message: unknownSetting,
            path: [{ type: 'unknown', origin: 'key', input: value, key, value: undefined }],
          })
    }),
  )
/** The message for an unknown setting. */
export const unknownSetting = 'is not a setting'

const references = "{ env: 'NAME' }, { keyring: 'account' } or { file: 'path' }"
/** Whether a text can be the name of an environment variable. */
export const isVariable = (value: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(value)

/** What is wrong with a reference to a secret. It must have one key with one string. A literal secret is not repeated in the message. */
const secretRefFault = (value: unknown): string | undefined => {
  if (typeof value === 'string') return `must not be the secret itself. Use a reference: ${references}`
  if (!isObject(value)) return `must be a reference to the secret: ${references}`
  const [entry, ...more] = Object.entries(value) as [string, unknown][]
  if (!entry || more.length > 0 || !['env', 'keyring', 'file'].includes(entry[0]))
    return `must have exactly one of env, keyring and file: ${references}`
  if (typeof entry[1] !== 'string' || entry[1] === '') return `must have a string as its value: ${references}`
  if (entry[0] === 'env' && !isVariable(entry[1])) return "must have the variable's name under env, not its value"
  return undefined
}
/** A reference to a secret. */
export const secretRef = v.custom<SecretRef>(
  value => secretRefFault(value) === undefined,
  ({ input }) => secretRefFault(input) ?? '',
)

/** An optional list of names. */
export const names = (what: string) =>
  v.optional(v.pipe(v.array(text(`names of ${what}`), `must be a list of ${what}`), v.readonly()))
