import { EntrapipeError } from '../core/errors.ts'
import { maxOrClauses } from '../data/filter-rules.ts'
import { refusals, type Check, type Finding } from './findings.ts'
import { howToWrite } from './literal-types.ts'

/** A finding as a sentence for the person who wrote the filter. */
export const describeFinding = (finding: Finding, type: string): string => {
  const { kind, property, suggestion } = finding
  const operator = finding.withNull ? `${finding.operator} null` : finding.operator
  const meant = suggestion === undefined ? '' : ` Did you mean '${suggestion}'?`
  const instead = suggestion === undefined ? '' : ` Write ${suggestion}.`
  switch (kind) {
    case 'unknownProperty':
      return `Property '${property}' is not a property of ${type}.${meant}`
    case 'unfilterable':
      return `Graph cannot filter ${type} by '${property}'. Leave it out, and filter the rows afterwards.`
    case 'operatorUnsupported':
      if (operator === 'and') return `Graph cannot filter by '${property}' together with other properties.`
      if (operator === 'isof') return `Graph knows isof only in listings of directory objects, not of ${type}.`
      return `Graph does not support ${operator} on '${property}' of ${type}.${instead}`
    case 'needsAdvanced':
      return `${operator}${property === '' ? '' : ` on '${property}'`} of ${type} needs an advanced query (ConsistencyLevel: eventual and $count=true).`
    case 'tooManyOrs':
      return operator === 'in'
        ? `The list of in on '${property}' has ${finding.count ?? 0} values; Graph takes ${maxOrClauses} without an advanced query.`
        : `The filter has ${finding.count ?? 0} conditions joined by or; Graph takes ${maxOrClauses}.`
    case 'typeMismatch':
      return `Property '${property}' is ${howToWrite(finding.type ?? 'String')}.`
    case 'unsortable':
      return `Graph cannot sort ${type} by '${property}'.`
    case 'neverListed':
      return `Graph never lists '${property}' of ${type}: it is read one ${type} at a time.`
    case 'onlySingle':
      return `Graph gives '${property}' only for one ${type} at a time, not in a listing.`
    case 'everything':
      return `Name the properties of ${type}: $select takes no *. Everything that Graph lists is --preset all.`
    case 'annotation':
      return `'${property}' is no property of ${type}: only members of a group have a type of their own, and come with it.`
  }
}

/**
 * Throws for the first finding that advanced query parameters do not heal; a client adds those by itself. Of a `$select` all
 * are named: they are mended one as the other.
 *
 * @throws EntrapipeError `PROPERTY_UNKNOWN` or `FILTER_INVALID` (facts: type, property, kind)
 */
export const refuse = (check: Check, type: string): void => {
  const found = refusals(check, true)
  const [finding] = found
  if (!finding) return
  const { kind, property } = finding
  const code = kind === 'unknownProperty' || finding.operator === '$select' ? 'PROPERTY_UNKNOWN' : 'FILTER_INVALID'
  const alike = finding.operator === '$select' ? found.filter(({ operator }) => operator === '$select') : [finding]
  const sentences = new Set(alike.map(one => describeFinding(one, type)))
  throw new EntrapipeError(code, [...sentences].join(' '), { facts: { type, property, kind } })
}
