import { EntrapipeError } from '../core/errors.ts'
import type { Fields } from '../core/json.ts'
import { nameMaker, type NameOptions } from '../people/names.ts'
import { placeOfCall, type Mistake } from './expression.ts'

/** How names are generated. */
export interface GeneratedOptions extends NameOptions {
  /** What follows the `@`, for patterns without one. */
  readonly domain?: string
}

/** A name that is made once, for a new account, and is free then. */
export interface Generated {
  /** Properties of the account, or columns of the feed, in the braces of the patterns. */
  readonly columns: readonly string[]
  readonly hasDomain: boolean
  readonly at: string | undefined
  readonly mistakes: readonly Mistake[]
  /**
   * The names that a person may have, the best one first.
   *
   * @param values properties of the account, and the columns of the row
   * @throws EntrapipeError `ROW_INVALID`
   */
  namesOf(values: Fields): Iterable<string>
}

const made = Symbol.for('entrapipe.hr.generated')

/** Whether a value was made by `generated`. */
export const isGenerated = (value: unknown): value is Generated =>
  typeof value === 'object' && value !== null && made in value

const nothing: ReturnType<typeof nameMaker> = { columns: [], namesOf: () => [] }

/**
 * The first of several names that no other object has: `{givenName}.{surname}{n}`. Braces have a property of `account` or a
 * column of the feed; `{surname:1}` is its first letter, `{n}` nothing, then 2, 3 and so on.
 *
 * @param patterns the best one first
 */
export const generated = (patterns: readonly string[], { domain, ...options }: GeneratedOptions = {}): Generated => {
  const at = placeOfCall()
  const mistakes: Mistake[] = []
  const whole = Array.isArray(patterns)
    ? patterns.map(pattern =>
        domain === undefined || String(pattern).includes('@') ? pattern : `${pattern}@${domain}`,
      )
    : []
  if (whole.length === 0) mistakes.push({ at, text: 'generated() needs a list of patterns.' })
  let maker = nothing
  try {
    maker = nameMaker(whole, options)
  } catch (error) {
    if (!(error instanceof EntrapipeError)) throw error
    mistakes.push({ at, text: error.message })
  }
  return Object.freeze({
    [made]: true,
    columns: maker.columns,
    hasDomain: whole.some(pattern => pattern.includes('@')),
    at,
    mistakes,
    namesOf: maker.namesOf,
  })
}
