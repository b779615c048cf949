import { EntrapipeError } from '../../core/errors.ts'
import { parseQuery, type Query } from '../../odata/parse-query.ts'
import type { SandboxRequest } from '../protocol.ts'
import { faults } from './faults.ts'

/** Query options that a route may support. No route supports `$skip`. */
export type OptionName =
  'select' | 'filter' | 'orderby' | 'search' | 'expand' | 'top' | 'count' | 'skiptoken' | 'deltatoken'

/** Query options of a request, combined with its headers. */
export interface Options extends Query {
  /** Whether the request has `ConsistencyLevel: eventual`. */
  readonly eventual: boolean
  /** Whether it is an advanced query: the header with `$count=true` or `$search`. */
  readonly advanced: boolean
  /** The query as sent, without the page token. Links contain it. */
  readonly carried: string
}

const all: readonly OptionName[] = [
  'select',
  'filter',
  'orderby',
  'search',
  'expand',
  'top',
  'count',
  'skiptoken',
  'deltatoken',
]

/**
 * Parses the query options of a request. Errors are Graph's own.
 *
 * @param allowed options that the route supports; others are refused
 */
export const readOptions = ({ query, headers }: SandboxRequest, allowed: readonly OptionName[]): Options => {
  // The URL of a 410, to start over, ends in an empty token.
  const options = parsed(query.replace(/(?<=^|&)(?:\$|%24)?deltatoken=(?=&|$)/i, ''))
  if (options.skip !== undefined) throw faults.skip()
  const foreign = all.filter(name => options[name] !== undefined && !allowed.includes(name))
  if (foreign.length > 0) throw faults.optionsNotApplicable(foreign.map(name => `$${name}`))
  const eventual = headers['consistencylevel']?.trim().toLowerCase() === 'eventual'
  if (options.search !== undefined && !eventual) throw faults.searchNeedsHeader()
  return {
    ...options,
    eventual,
    advanced: eventual && (options.count === true || options.search !== undefined),
    carried: query
      .split('&')
      .filter(pair => pair !== '' && !/^(?:\$|%24)?skiptoken=/i.test(pair))
      .join('&'),
  }
}

const parsed = (query: string): Query => {
  try {
    return parseQuery(query)
  } catch (cause) {
    if (!(cause instanceof EntrapipeError)) throw cause
    throw Object.assign(optionFault(query, String(cause.facts['option'])), { cause })
  }
}

const known = new Set([...all.map(name => `$${name}`), '$skip', '$format'])

const optionFault = (query: string, option: string): Error => {
  const name = option.toLowerCase()
  if (!known.has(name)) return option === 'query' ? faults.optionValue('$filter') : faults.optionUnknown(option)
  const times = query.split('&').filter(pair => {
    const word = pair.replace(/=.*/s, '').replace(/^%24/i, '$').toLowerCase()
    return word === name || `$${word}` === name
  }).length
  return times > 1 ? faults.optionRepeated(name) : faults.optionValue(name)
}

/** Returns the rows per page. @throws GraphFault 400 with the documented message */
export const pageSize = ({ top }: Options, most = 999): number => {
  if (top !== undefined && (top < 1 || top > 999)) throw faults.pageSize(String(top))
  return Math.min(top ?? 100, most)
}
