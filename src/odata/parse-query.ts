import { nearest } from '../core/nearest.ts'
import { EntrapipeError } from '../core/errors.ts'
import { given } from '../core/given.ts'

/** Decoded query options of a request. Options with a grammar are left as text. Numbers have no upper limit here. */
export interface Query {
  readonly select?: string
  readonly filter?: string
  readonly orderby?: string
  readonly search?: string
  readonly expand?: string
  readonly top?: number
  readonly skip?: number
  readonly count?: boolean
  readonly format?: string
  readonly skiptoken?: string
  readonly deltatoken?: string
  /** Parameters that are not OData options, as sent. */
  readonly others: Readonly<Record<string, string>>
}

const texts = ['select', 'filter', 'orderby', 'search', 'expand', 'format', 'skiptoken', 'deltatoken'] as const
const numbers = ['top', 'skip'] as const
const known: readonly string[] = [...texts, ...numbers, 'count']

/**
 * Parses the query string of a URL. As in Graph v1.0, names are case-insensitive and the dollar sign is optional. A plus
 * sign is a space.
 *
 * @throws EntrapipeError `OPTION_INVALID` (facts: option) for an option that is unknown, repeated or empty, an invalid
 *   number or boolean, and invalid percent-encoding
 */
export const parseQuery = (query: string): Query => {
  const options: Record<string, string | number | boolean> = {}
  const others: Record<string, string> = {}
  for (const pair of query.replace(/^\?/, '').split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = decoded(equals < 0 ? pair : pair.slice(0, equals))
    const value = equals < 0 ? '' : decoded(pair.slice(equals + 1))
    const word = name.replace(/^\$/, '').toLowerCase()
    if (!known.includes(word)) {
      if (name.startsWith('$')) throw unknownOption(name)
      others[name] = value
      continue
    }
    if (Object.hasOwn(options, word)) throw invalid(`$${word}`, `Query option '$${word}' was given more than once.`)
    options[word] = valueOf(word, value)
  }
  return { ...options, others }
}

const valueOf = (word: string, value: string): string | number | boolean => {
  const option = `$${word}`
  const trimmed = value.trim()
  if (word === 'count') {
    if (!/^(true|false)$/i.test(trimmed)) throw invalid(option, `Expected true or false for $count, got '${trimmed}'.`)
    return trimmed.toLowerCase() === 'true'
  }
  if (word === 'top' || word === 'skip') {
    if (!/^\d{1,15}$/.test(trimmed)) throw invalid(option, `Expected a whole number for ${option}, got '${trimmed}'.`)
    return Number(trimmed)
  }
  if (trimmed === '') throw invalid(option, `Expected a value for ${option}, got nothing.`)
  return value
}

const unknownOption = (name: string): EntrapipeError => {
  const near = nearest(name.slice(1), known)
  return invalid(name, `Query option '${name}' does not exist.${near === undefined ? '' : ` Did you mean '$${near}'?`}`)
}

const invalid = (option: string, message: string, cause?: unknown): EntrapipeError =>
  new EntrapipeError('OPTION_INVALID', message, { facts: { option }, ...given({ cause }) })

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch (cause) {
    throw invalid('query', `The URL has invalid percent-encoding in '${text.slice(0, 40)}'.`, cause)
  }
}

/** Formats query options as a percent-encoded query string, in a fixed order. `undefined` options are omitted. */
export const printQuery = (options: Readonly<Record<string, string | number | boolean | undefined>>): string =>
  Object.entries(options)
    .filter(entry => entry[1] !== undefined)
    .map(
      ([name, value]) =>
        `${name}=${encodeURIComponent(String(value)).replace(/%(2C|24|3A|2F|40|3B)/g, found => decodeURIComponent(found))}`,
    )
    .join('&')
