import { EntrapipeError } from '../core/errors.ts'
import { maxOrClauses } from '../data/filter-rules.ts'
import { joined } from '../core/joined.ts'
import { propertiesOfType } from '../data/properties.ts'
import { documentOf } from '../data/page-operators.ts'
import { refusals, type Check, type Finding } from './findings.ts'
import { howToWrite } from './literal-types.ts'

/** The fix for a condition that Graph does not support. */
export const filterRows = 'Remove the condition, and filter the exported rows with `entrapipe filter`.'

/** More names are not read. */
const mostListed = 12

/** The properties of a type that has few. */
const listed = (type: string): string => {
  const names = [...propertiesOfType(type).keys()]
  return names.length === 0 || names.length > mostListed ? '' : ` It has ${joined(names)}.`
}

/** A finding as a sentence for the author of the filter. */
export const describeFinding = (finding: Finding, type: string): string => {
  const { kind, property, suggestion } = finding
  const operator = finding.withNull ? `${finding.operator} null` : finding.operator
  const meant = suggestion === undefined ? '' : ` Did you mean '${suggestion}'?`
  const instead = suggestion === undefined ? '' : ` Write ${suggestion}.`
  switch (kind) {
    case 'unknownProperty':
      return `'${property}' is not a property of ${type}.${meant || listed(type)}`
    case 'unfilterable':
      return property === 'deletedDateTime'
        ? `Only deleted objects have a deletedDateTime. Use \`entrapipe export deleted-${type === 'group' ? 'groups' : 'users'}\` to list them.`
        : `Microsoft does not document $filter for '${property}' of ${type} (${documentOf(type)}).`
    case 'operatorUnsupported':
      if (operator === 'and')
        return `'${property}' cannot be filtered together with other properties (${documentOf(type)}).`
      if (operator === 'isof') return `isof is supported only in listings of directory objects, not of ${type}.`
      return `Microsoft does not document ${operator} for '${property}' of ${type} (${documentOf(type)}).${instead}`
    case 'needsAdvanced':
      return `${operator}${property === '' ? '' : ` on '${property}'`} of ${type} requires an advanced query (ConsistencyLevel: eventual and $count=true).`
    case 'disputed':
      return `Microsoft's pages disagree about ${operator} on '${property}' of ${type}: ${documentOf(type)} lists it, https://learn.microsoft.com/graph/aad-advanced-queries does not.`
    case 'tooManyOrs':
      return operator === 'in'
        ? `The in list for '${property}' has ${finding.count ?? 0} values. Graph accepts at most ${maxOrClauses} without an advanced query.`
        : `The filter has ${finding.count ?? 0} conditions joined by or. Graph accepts at most ${maxOrClauses}.`
    case 'typeMismatch':
      return `'${property}' is ${howToWrite(finding.type ?? 'String')}.`
    case 'unsortable':
      return property === 'deletedDateTime'
        ? `Only deleted objects have a deletedDateTime. Use \`entrapipe export deleted-${type === 'group' ? 'groups' : 'users'}\` to list them.`
        : `Microsoft does not document $orderby for '${property}' of ${type} (${documentOf(type)}).`
    case 'neverListed':
      return `Graph does not return '${property}' in listings. It can only be read for one ${type} at a time.`
    case 'onlySingle':
      return `Graph returns '${property}' for one ${type} at a time, not in a listing.`
    case 'everything':
      return `$select does not accept *. Name the properties of ${type}, or use --preset all for every property that Graph lists.`
    case 'annotation':
      return `'${property}' is not a property of ${type}. Only members of a group have it.`
  }
}

/**
 * Throws for the first finding that advanced query parameters do not solve. (The client adds those parameters itself.)
 * All wrong names in a `$select` are reported in one message.
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
  throw new EntrapipeError(code, [...sentences].join(' '), {
    facts: { type, property, kind },
    ...(canFilterRows(finding) && { fix: filterRows }),
  })
}

/** Whether `entrapipe filter` supports what Graph does not. A suggested name takes precedence. */
const canFilterRows = ({ kind, property, operator, suggestion }: Finding): boolean =>
  (kind === 'operatorUnsupported' || kind === 'unfilterable') &&
  property !== 'deletedDateTime' &&
  suggestion === undefined &&
  operator !== 'isof' &&
  !operator.startsWith('$')
