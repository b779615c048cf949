import type { FilterRules } from '../../data/filter-rules.ts'
import { propertyAt } from '../../data/properties.ts'
import { propertiesOf, type Filter, type Literal } from '../../odata/ast.ts'
import { checkFilter } from '../../odata/check-filter.ts'
import { refusals, type Finding } from '../../odata/findings.ts'
import type { GraphFault } from '../protocol.ts'
import { faults } from './faults.ts'

/** What a filter is checked against. */
interface Gate {
  readonly rules: FilterRules
  /** Name of the type in Microsoft's schema: `user`. */
  readonly type: string
  readonly resource: string
  readonly advanced: boolean
  /** Whether to refuse operators that a resource's page lists and the generated table does not. */
  readonly refusesDisputed: boolean
  /** Whether the directory has a name, including extensions. */
  readonly knows: (name: string) => boolean
}

/**
 * Refuses what Graph refuses in a `$filter`, with its messages: unknown and unfilterable properties, operators that need an
 * advanced query, values of another type, too many clauses. `checkFilter` finds them. Errors in names and types come first,
 * because Graph reports them while it parses the filter.
 *
 * More than 15 `or` are refused in advanced queries too: no document says that the limit is lifted, as one does for `in`.
 * The documented limit of 2,048 characters for the URL of an advanced query is not enforced, because its error message is
 * not documented.
 *
 * @throws GraphFault 400
 */
export const passGate = (filter: Filter, gate: Gate): void => {
  const stranger = propertiesOf(filter).find(name => name !== '@odata.type' && !gate.knows(name))
  if (stranger !== undefined) throw faults.filterProperty(stranger, `microsoft.graph.${gate.type}`)
  const check = checkFilter(filter, gate.type, gate.rules)
  const disputed = gate.refusesDisputed ? check.findings.filter(({ kind }) => kind === 'disputed') : []
  const found = [...refusals(check, gate.advanced), ...disputed]
  const [first] = [...found.filter(whileParsing), ...found]
  if (first) throw faultOf(first, gate)
}

const whileParsing = ({ kind }: Finding): boolean => kind === 'unknownProperty' || kind === 'typeMismatch'

const literalTypes: Readonly<Record<Literal['type'], string>> = {
  string: 'Edm.String',
  boolean: 'Edm.Boolean',
  guid: 'Edm.Guid',
  date: 'Edm.DateTimeOffset',
  number: 'Edm.Int32',
  null: '<null>',
}

const faultOf = (finding: Finding, { type, resource }: Gate): GraphFault => {
  const { kind, property, operator } = finding
  const advanced = finding.advanced && kind !== 'disputed'
  if (kind === 'unknownProperty') return unknown(type, property.split('/'))
  if (kind === 'typeMismatch' && finding.literal === 'date' && finding.type === 'DateTimeOffset')
    return faults.dayWithoutTime()
  if (kind === 'typeMismatch')
    return faults.operandTypes(`Edm.${finding.type}`, literalTypes[finding.literal ?? 'string'], operator)
  if (kind === 'tooManyOrs') return faults.tooManyClauses(finding.count ?? 0)
  if (operator === 'all') return faults.filterNotSupported()
  if (advanced && operator === 'ne') return faults.notEqualsNeedsAdvanced()
  if (advanced && /^(?:not|endsWith|\$count)$/.test(operator)) return faults.operatorNeedsAdvanced(operator)
  return faults.filterUnsupported(operator === 'isof' ? '@odata.type' : property, resource)
}

/** Names the missing part of a path, and the type that lacks it. */
const unknown = (type: string, names: readonly string[]): GraphFault => {
  const known = names.findLastIndex((_, at) => propertyAt(type, names.slice(0, at + 1)) !== undefined)
  const parent = known < 0 ? undefined : propertyAt(type, names.slice(0, known + 1))
  return faults.filterProperty(names[known + 1] ?? '', `microsoft.graph.${parent?.type ?? type}`)
}
