import { EntrapipeError } from '../core/errors.ts'

/** A placeholder of a column, and what is taken of it: everything, its first word, or its first letters. */
export interface Placeholder {
  readonly column: string
  readonly take: 'all' | 'first' | number
}

/** A piece of a pattern. */
export type Piece = string | Placeholder | typeof number

/** The place of the number that tells people of one name apart. */
export const number: unique symbol = Symbol('number')

/** A pattern of names. */
export interface NamePattern {
  readonly text: string
  readonly local: readonly Piece[]
  /** What follows the `@`. Undefined in a pattern of mail nicknames. */
  readonly domain: readonly (string | Placeholder)[] | undefined
}

const invalid = (pattern: string, what: string, fix: string): EntrapipeError =>
  new EntrapipeError('OPTION_INVALID', `The pattern ${JSON.stringify(pattern)} ${what}`, { fix })

const example = 'Write a pattern such as {givenName}.{surname}{n}@contoso.com.'

const piecesOf = (pattern: string, text: string): readonly Piece[] =>
  text
    .split(/(\{[^{}]*\})/)
    .filter(piece => piece !== '')
    .map(piece => {
      if (/^[^{}]*$/.test(piece)) return piece.toLowerCase()
      const [, column, taken] = /^\{([^{}]+?)(?::(first|[1-9]\d?))?\}$/.exec(piece) ?? []
      if (column === undefined) throw invalid(pattern, 'has a brace without a column.', example)
      if (/:\w*$/.test(column))
        throw invalid(
          pattern,
          `cannot take ${piece}.`,
          'After the colon write first, for the first word, or a number of letters from 1 to 99.',
        )
      if (column === 'n' && taken !== undefined)
        throw invalid(pattern, `cannot take ${piece}.`, 'Write {n}: it is nothing at first, then 2, 3 and so on.')
      if (column === 'n') return number
      return { column, take: taken === undefined ? 'all' : taken === 'first' ? taken : Number(taken) }
    })

const domainText = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/

/**
 * Parses a pattern: `{column}`, `{column:1}` for its first letters, `{column:first}` for its first word, `{n}` for the number. What
 * follows an `@` is the domain.
 *
 * @throws EntrapipeError `OPTION_INVALID`
 */
export const namePattern = (text: string): NamePattern => {
  const [before = '', after, more] = text.split('@')
  if (more !== undefined) throw invalid(text, 'has more than one @.', example)
  const local = piecesOf(text, before)
  const domain = after === undefined ? undefined : piecesOf(text, after)
  if (!local.some(piece => typeof piece === 'object'))
    throw invalid(text, 'names no column before the domain.', example)
  if (local.filter(piece => piece === number).length > 1) throw invalid(text, 'has {n} more than once.', example)
  const strange = local.find(piece => typeof piece === 'string' && !/^[a-z0-9'._!#^~-]+$/.test(piece))
  if (strange !== undefined)
    throw invalid(
      text,
      `has characters that a name cannot have: ${JSON.stringify(strange)}.`,
      "A name has letters without accents, digits and ' . - _ ! # ^ ~.",
    )
  if (domain?.includes(number)) throw invalid(text, 'has {n} in its domain.', example)
  if (domain?.some(piece => typeof piece === 'object' && piece.take !== 'all'))
    throw invalid(text, 'takes a part of a column in its domain.', 'Use whole columns after the @.')
  const isFixed = domain?.every(piece => typeof piece === 'string')
  const fixed = domain?.join('') ?? ''
  if (isFixed && !isDomain(fixed)) throw invalid(text, 'has no valid domain after the @.', example)
  return { text, local, domain: domain as NamePattern['domain'] }
}

/** Whether a text can be the domain of a user principal name. */
export const isDomain = (text: string): boolean => text.length <= 48 && domainText.test(text)
