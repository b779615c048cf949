import { nearest } from '../core/nearest.ts'
import { EntrapipeError } from '../core/errors.ts'

/** Query options of a request, decoded; those with a grammar are still text. Numbers are not checked against a maximum. */
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
  /** Without a dollar sign and not of OData, by name, as sent. */
  readonly others: Readonly<Record<string, string>>
}

const texts = ['select', 'filter', 'orderby', 'search', 'expand', 'format', 'skiptoken', 'deltatoken'] as const
const numbers = ['top', 'skip'] as const
const known: readonly string[] = [...texts, ...numbers, 'count']

/**
 * Reads the query part of an address: names in any case, the dollar sign may be missing, as in Graph v1.0. A plus sign is a space.
 *
 * @throws EntrapipeError `OPTION_INVALID` (facts: option) for an unknown `$option`, one given twice, an empty one, a number
 *   or boolean that is none, and broken percent-encoding
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
  return invalid(name, `There is no query option '${name}'.${near === undefined ? '' : ` Did you mean '$${near}'?`}`)
}

const invalid = (option: string, message: string, cause?: unknown): EntrapipeError =>
  new EntrapipeError('OPTION_INVALID', message, { facts: { option }, ...(cause === undefined ? {} : { cause }) })

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch (cause) {
    throw invalid('query', `The address has a broken percent-encoding in '${text.slice(0, 40)}'.`, cause)
  }
}

/** Query options as the query part of an address, in a fixed order, percent-encoded; `undefined` ones are left out. */
export const printQuery = (options: Readonly<Record<string, string | number | boolean | undefined>>): string =>
  Object.entries(options)
    .filter(entry => entry[1] !== undefined)
    .map(
      ([name, value]) =>
        `${name}=${encodeURIComponent(String(value)).replace(/%(2C|24|3A|2F|40|3B)/g, found => decodeURIComponent(found))}`,
    )
    .join('&')
