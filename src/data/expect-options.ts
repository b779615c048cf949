import { EntrapipeError } from '../core/errors.ts'
import { strangeIn } from '../core/expect-names.ts'
import { nearest } from '../core/nearest.ts'

/** The expected value of an option. Unknown option names are always errors. */
export interface Expected {
  /** A description, for a required option. */
  readonly needs?: string
  /** A description, for an optional one. */
  readonly mustBe?: string
  readonly fits?: (value: unknown) => boolean
}

/** Whether the value is a non-empty string. */
export const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
/** Whether the value is an object of non-empty strings. */
export const isTexts = (value: unknown): boolean => isNamed(value) && Object.values(value).every(isText)
/** Whether the value is an object and not a list. */
export const isNamed = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** An optional value that the part checks itself. */
export const optional: Expected = {}
/** An optional value that must be one of these. Types are stripped at run time, so nothing else checks the spelling. */
export const oneOf = (...words: readonly string[]): Expected => ({
  mustBe: words.length > 1 ? `${words.slice(0, -1).join(', ')} or ${words.at(-1)}` : words.join(),
  fits: value => words.includes(value as string),
})
/** An optional boolean. (The string 'false' would be truthy.) */
export const trueOrFalse: Expected = { mustBe: 'true or false', fits: value => typeof value === 'boolean' }
/** An optional non-empty string. */
export const someText: Expected = { mustBe: 'text', fits: isText }
/** An optional list of strings. (A single string would be iterated by character.) */
export const someTexts: Expected = {
  mustBe: 'a list of strings',
  fits: value => Array.isArray(value) && value.every(isText),
}
/** A required value. */
export const needed = (needs: string, fits: (value: unknown) => boolean = isText): Expected => ({ needs, fits })

/**
 * Validates the options of a part: required ones must be present, and unknown names are errors.
 *
 * @param part its name in pipelines: `csv`
 * @throws EntrapipeError `OPTION_INVALID`
 */
export const expectOptions = <O extends object>(
  part: string,
  given: O,
  expected: { readonly [name in keyof Required<O>]: Expected },
): void => {
  const options = (given ?? {}) as { readonly [name: string]: unknown }
  if (!isNamed(options)) throw invalid(`${part} requires named options, such as ${part}({ ${example(expected)} })`)
  const strange = strangeIn(options, Object.keys(expected))
  const unknown = strange && `${part} has no option ${strange.name}. ${strange.hint}`
  for (const [name, { needs, fits }] of Object.entries<Expected>(expected))
    if (needs !== undefined && !fits!(options[name]))
      throw invalid(
        `${part} needs ${name}: ${needs}, got ${shown(options[name])}`,
        strange?.near === name ? unknown : undefined,
      )
  if (unknown !== undefined) throw invalid(unknown)
  for (const [name, { mustBe, fits }] of Object.entries<Expected>(expected))
    if (mustBe !== undefined && options[name] !== undefined && !fits!(options[name]))
      throw invalid(
        `Expected ${name} of ${part} to be ${mustBe}, got ${shown(options[name])}${meant(options[name], mustBe)}`,
      )
}

/**
 * Validates the only argument of a part.
 *
 * @throws EntrapipeError `OPTION_INVALID`
 */
export const expectArgument = (part: string, given: unknown, what: string, fits: boolean): void => {
  if (!fits) throw invalid(`${part} needs ${what}, got ${shown(given)}`)
}

const invalid = (message: string, fix?: string): EntrapipeError =>
  new EntrapipeError('OPTION_INVALID', message, fix === undefined ? {} : { fix })

const meant = (value: unknown, mustBe: string): string => {
  const near = typeof value === 'string' ? nearest(value, mustBe.split(/, | or /)) : undefined
  return near === undefined || near === value ? '' : `. Did you mean ${near}?`
}

const shown = (value: unknown): string => {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return `a list`
  return typeof value === 'object' && value !== null ? 'an object' : (JSON.stringify(value) ?? `a ${typeof value}`)
}

const example = (expected: { readonly [name: string]: Expected }): string =>
  Object.entries(expected)
    .filter(([, { needs }]) => needs !== undefined)
    .map(([name]) => `${name}: …`)
    .join(', ')
