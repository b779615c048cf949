import { EntrapipeError } from '../core/errors.ts'
import { nearest } from '../core/nearest.ts'

/** What an option of a part has to be; what it is called matters even where anything goes. */
export interface Expected {
  /** In words, where it cannot be left out. */
  readonly needs?: string
  /** In words, what it must be where it is given. */
  readonly mustBe?: string
  readonly fits?: (value: unknown) => boolean
}

/** Whether it is a text with something in it. */
export const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
/** Whether it is texts by names. */
export const isTexts = (value: unknown): boolean => isNamed(value) && Object.values(value).every(isText)
/** Whether it is an object that is no list. */
export const isNamed = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** An option that may be left out, and is looked at by the part itself. */
export const optional: Expected = {}
/** An option that may be left out, and else is one of these. Types are stripped: nothing else guards a pipeline's spelling. */
export const oneOf = (...words: readonly string[]): Expected => ({
  mustBe: words.length > 1 ? `${words.slice(0, -1).join(', ')} or ${words.at(-1)}` : words.join(),
  fits: value => words.includes(value as string),
})
/** An option that may be left out, and else is true or false. The text 'false' would count as true. */
export const trueOrFalse: Expected = { mustBe: 'true or false', fits: value => typeof value === 'boolean' }
/** An option that may be left out, and else is a text that is not empty. */
export const someText: Expected = { mustBe: 'text', fits: isText }
/** An option that may be left out, and else is a list of texts. A single text would count as its letters. */
export const someTexts: Expected = {
  mustBe: 'a list of texts',
  fits: value => Array.isArray(value) && value.every(isText),
}
/** An option that cannot be left out. */
export const needed = (needs: string, fits: (value: unknown) => boolean = isText): Expected => ({ needs, fits })

/**
 * Refuses options that a part cannot work with, before it takes them apart: compulsory ones that are missing, and names
 * that it does not have.
 *
 * @param part as pipelines call it: `csv`
 * @throws EntrapipeError `OPTION_INVALID`
 */
export const expectOptions = <O extends object>(
  part: string,
  given: O,
  expected: { readonly [name in keyof Required<O>]: Expected },
): void => {
  const options = (given ?? {}) as { readonly [name: string]: unknown }
  if (!isNamed(options)) throw invalid(`${part} takes its options by name, as ${part}({ ${example(expected)} })`)
  const names = Object.keys(expected)
  const strange = Object.keys(options).find(name => !names.includes(name))
  const near = strange === undefined ? undefined : nearest(strange, names)
  const unknown =
    strange === undefined
      ? undefined
      : `${part} has no option ${strange}${near ? `; did you mean ${near}?` : `; it has ${names.join(', ')}`}`
  for (const [name, { needs, fits }] of Object.entries<Expected>(expected))
    if (needs !== undefined && !fits!(options[name]))
      throw invalid(`${part} needs ${name}: ${needs}, got ${shown(options[name])}`, near === name ? unknown : undefined)
  if (unknown !== undefined) throw invalid(unknown)
  for (const [name, { mustBe, fits }] of Object.entries<Expected>(expected))
    if (mustBe !== undefined && options[name] !== undefined && !fits!(options[name]))
      throw invalid(
        `Expected ${name} of ${part} to be ${mustBe}, got ${shown(options[name])}${meant(options[name], mustBe)}`,
      )
}

/**
 * Refuses what a part was given in place of its one argument.
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
  return near === undefined || near === value ? '' : `; did you mean ${near}?`
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
