import { EntrapipeError } from '../core/errors.ts'
import { numberOf } from '../core/exact-number.ts'
import { momentOf } from '../core/instant.ts'
import { expectNames } from '../core/expect-names.ts'

/** A parameter of a pipeline: a flag on the command line, a field of a JSON body or of a form. */
export interface Param<T> {
  readonly kind: 'text' | 'number' | 'flag' | 'choice' | 'list'
  readonly summary: string
  /** Absent if the parameter is required. */
  readonly fallback?: T
  readonly choices?: readonly string[]
  /** What its values are of the machine that runs the pipeline. Absent if they are nothing of it. */
  readonly place?: ParamPlace
  /** @throws EntrapipeError `OPTION_INVALID` */
  readonly parse: (value: unknown, name: string) => T
}

/**
 * `input`: a file or an address that is read, or stdin · `output`: a file, a folder or an address that is written, or stdout · `machine`: something else
 * that is only known there, such as a variable of the environment · `terms`: words that may name inputs. Who sends a pipeline from elsewhere names
 * files that were sent before as inputs, and plain names of files as outputs.
 */
type ParamPlace = 'input' | 'output' | 'machine' | 'terms'

/** A pipeline's parameters by name. */
export type Params = { readonly [name: string]: Param<unknown> }
/** The values of these parameters, which are passed to `make`. */
export type ParamValues<P extends Params> = { readonly [name in keyof P]: P[name] extends Param<infer T> ? T : never }

interface Optional<T> {
  /** Makes the parameter optional. */
  readonly default: T
}

/**
 * @throws EntrapipeError `PIPELINE_INVALID` when the options have another field: the parameter would be optional without a value;
 *   `OPTION_INVALID` when the default is not a value of the parameter
 */
const withFallback = <T>(param: Param<T>, options: Optional<T> | undefined): Param<T> => {
  if (!options) return param
  const what = `${param.kind}("${param.summary}")`
  expectNames(what, options, ['default'])
  const { default: fallback } = options
  // Pipelines use an empty text for "none". A command line cannot.
  const isNone = fallback === undefined || (param.kind === 'text' && fallback === '')
  return { ...param, fallback: isNone ? fallback : param.parse(fallback, `the default of ${what}`) }
}

const expected = (name: string, what: string, value: unknown): EntrapipeError =>
  new EntrapipeError('OPTION_INVALID', `Expected ${name} to be ${what}, got ${JSON.stringify(value) ?? 'nothing'}`)

/** A parameter with a non-empty string. */
export const text = (summary: string, options?: Optional<string>): Param<string> =>
  withFallback(
    {
      kind: 'text',
      summary,
      parse(value, name) {
        if (typeof value === 'string' && value !== '') return value
        throw expected(name, 'text', value)
      },
    },
    options,
  )

/** The same parameter, whose values are of the machine. */
export const placed = <T>(place: ParamPlace, param: Param<T>): Param<T> => ({ ...param, place })

/** A parameter with the path of a file that is read. */
export const inputFile = (summary: string, options?: Optional<string>): Param<string> =>
  placed('input', text(summary, options))

/** A parameter with the path of a file that is written. */
export const outputFile = (summary: string, options?: Optional<string>): Param<string> =>
  placed('output', text(summary, options))

/** A parameter with a finite number. */
export const number = (summary: string, options?: Optional<number>): Param<number> =>
  withFallback(
    {
      kind: 'number',
      summary,
      parse(value, name) {
        const made = numberOf(value)
        if (typeof made === 'number') return made
        throw expected(name, 'a number', value)
      },
    },
    options,
  )

/** A parameter with a boolean. False by default. */
export const flag = (summary: string): Param<boolean> => ({
  kind: 'flag',
  summary,
  fallback: false,
  parse(value, name) {
    if (typeof value === 'boolean') return value
    throw expected(name, 'true or false', value)
  },
})

/** A parameter with one of several words. */
export const choice = <const C extends string>(
  summary: string,
  choices: readonly C[],
  options?: Optional<C>,
): Param<C> => {
  // A string would accept each part of it.
  if (!Array.isArray(choices)) throw expected(`the choices of choice("${summary}")`, 'a list of words', choices)
  return withFallback(
    {
      kind: 'choice',
      summary,
      choices,
      parse(value, name) {
        if (choices.includes(value as C)) return value as C
        throw expected(name, `one of ${choices.join(', ')}`, value)
      },
    },
    options,
  )
}

/** A parameter with a day that exists, such as `2026-01-31`. */
export const day = (summary: string, options?: Optional<string>): Param<string> =>
  withFallback(
    {
      kind: 'text',
      summary,
      parse(value, name) {
        const moment = typeof value === 'string' ? momentOf(value.trim()) : undefined
        if (moment?.isDay) return moment.instant.slice(0, 10)
        throw expected(name, 'a day such as 2026-01-31', value)
      },
    },
    options,
  )

/** A parameter with a list of strings: a JSON array, or one string with commas. */
export const list = (summary: string, options?: Optional<readonly string[]>): Param<readonly string[]> =>
  withFallback(
    {
      kind: 'list',
      summary,
      parse(value, name) {
        const items = typeof value === 'string' ? value.split(',').map(item => item.trim()) : value
        if (Array.isArray(items) && items.every(item => typeof item === 'string' && item !== ''))
          return items as string[]
        throw expected(name, 'a list of strings', value)
      },
    },
    options,
  )

/**
 * Checks that each is a parameter. Types are stripped at run time.
 *
 * @throws EntrapipeError `PIPELINE_INVALID`
 */
export const expectParams = (params: unknown): void => {
  if (typeof params !== 'object' || params === null || Array.isArray(params))
    throw new EntrapipeError('PIPELINE_INVALID', `params of the pipeline is not an object of parameters. ${howMade}`)
  for (const [name, param] of Object.entries(params as object) as [string, unknown][])
    if (typeof param !== 'object' || param === null || typeof (param as { parse?: unknown }).parse !== 'function')
      throw new EntrapipeError('PIPELINE_INVALID', `params of the pipeline: ${name} is not a parameter. ${howMade}`)
}

const howMade = "Make each with text, day, number, flag, choice or list, such as text('department')."

/**
 * Checks the values of all parameters. Unknown names and missing values are refused.
 *
 * @param called returns the name of a parameter in messages, if users know it under another name
 */
export const readParams = <P extends Params>(
  params: P,
  given: { readonly [name: string]: unknown },
  called: (name: string) => string = name => name,
): ParamValues<P> => {
  const unknown = Object.keys(given).find(name => !Object.hasOwn(params, name))
  if (unknown !== undefined)
    throw new EntrapipeError(
      'OPTION_INVALID',
      `Unknown parameter ${called(unknown)}. ${Object.keys(params).length === 0 ? 'The pipeline has no parameters' : `Parameters: ${Object.keys(params).map(called).join(', ')}`}`,
    )
  const values: Record<string, unknown> = {}
  for (const [name, param] of Object.entries(params)) {
    const value = given[name]
    if (value !== undefined) values[name] = param.parse(value, called(name))
    else if ('fallback' in param) values[name] = param.fallback
    else throw new EntrapipeError('OPTION_INVALID', `The parameter ${called(name)} is missing: ${param.summary}`)
  }
  return values as ParamValues<P>
}
