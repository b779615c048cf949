import { EntrapipeError } from '../../core/errors.ts'
import { filterRules } from '../../data/filter-rules.ts'
import { parseOrderBy, type Order } from '../../odata/parse-orderby.ts'
import type { Kind } from '../directory/types.ts'
import { faults } from './faults.ts'
import type { Options } from './options.ts'
import { typeFacts } from './type-facts.ts'

/**
 * Parses and checks the order of a listing: one property.
 *
 * @throws GraphFault 400 when sorting by it is not supported, or not together with a filter or search
 */
export const planOrder = (
  kind: Kind | undefined,
  options: Options,
  { relation = false, deleted = false } = {},
): Order | undefined => {
  if (options.orderby === undefined) return undefined
  const resource = kind ? typeFacts[kind].resource : 'DirectoryObject'
  const [first, second] = parsedOrder(options.orderby)
  if (!first) return undefined
  if (second) throw faults.orderUnsupported(second.property, resource)
  const level = filterRules(kind ?? 'directoryObject', { relation, deleted })?.order(first.property) ?? 'no'
  if (options.search !== undefined && first.property !== 'displayName') throw faults.orderWithSearch()
  if (level === 'no') throw faults.orderUnsupported(first.property, resource)
  if (options.advanced) return first
  if (options.filter !== undefined) throw faults.orderWithFilter()
  if (level === 'advanced') throw faults.orderUnsupported(first.property, resource)
  return first
}

const parsedOrder = (text: string): readonly Order[] => {
  try {
    return parseOrderBy(text)
  } catch (cause) {
    if (!(cause instanceof EntrapipeError)) throw cause
    throw Object.assign(faults.optionValue('$orderby'), { cause })
  }
}
