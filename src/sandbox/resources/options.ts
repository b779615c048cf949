import { EntrapipeError } from '../../core/errors.ts'
import { parseQuery, type Query } from '../../odata/parse-query.ts'
import type { SandboxRequest } from '../protocol.ts'
import { faults } from './faults.ts'

/** Query options that a route may take; `$skip` none does. */
export type OptionName =
  'select' | 'filter' | 'orderby' | 'search' | 'expand' | 'top' | 'count' | 'skiptoken' | 'deltatoken'

/** Query options of a request, with what its headers make of them. */
export interface Options extends Query {
  /** `ConsistencyLevel: eventual`. */
  readonly eventual: boolean
  /** The header and `$count=true`, or `$search` with the header. */
  readonly advanced: boolean
  /** The query as sent, without the page token: what a link carries. */
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
 * The query options of a request, in Graph's own refusals.
 *
 * @param allowed the others are refused
 */
export const readOptions = ({ query, headers }: SandboxRequest, allowed: readonly OptionName[]): Options => {
  // The address that a 410 gives to start over ends in an empty token.
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

/** Rows a page. @throws GraphFault 400 with the documented text */
export const pageSize = ({ top }: Options, most = 999): number => {
  if (top !== undefined && (top < 1 || top > 999)) throw faults.pageSize(String(top))
  return Math.min(top ?? 100, most)
}
