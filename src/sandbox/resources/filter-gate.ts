import type { FilterRules } from '../../data/filter-rules.ts'
import { propertyAt } from '../../data/properties.ts'
import { propertiesOf, type Filter, type Literal } from '../../odata/ast.ts'
import { checkFilter } from '../../odata/check-filter.ts'
import { refusals, type Finding } from '../../odata/findings.ts'
import type { GraphFault } from '../protocol.ts'
import { faults } from './faults.ts'

/** What a filter is held against. */
interface Gate {
  readonly rules: FilterRules
  /** Name of the type in Microsoft's schema: `user`. */
  readonly type: string
  readonly resource: string
  readonly advanced: boolean
  /** Whether operators are refused that a resource's page lists and the generated table does not. */
  readonly refusesDisputed: boolean
  /** Names that the sandbox's directory has of its own: extensions. */
  readonly knows: (name: string) => boolean
}

/**
 * Refuses what Graph refuses in a `$filter`, in its words: unknown and unfilterable properties, operators that need an
 * advanced query, values of another type, too many clauses. What it is that Graph refuses, `checkFilter` knows; names and
 * types come first, since they are told while the filter is read.
 *
 * More than 15 `or` are refused with an advanced query as well: no document says that the limit is lifted, as one does for
 * `in`. That the address of an advanced query has 2,048 letters at most is documented without the refusal's words, and is
 * not held here.
 *
 * @throws GraphFault 400
 */
export const passGate = (filter: Filter, gate: Gate): void => {
  const stranger = propertiesOf(filter).find(name => name !== '@odata.type' && !gate.knows(name))
  if (stranger !== undefined) throw faults.filterProperty(stranger, `microsoft.graph.${gate.type}`)
  const check = checkFilter(filter, gate.type, gate.rules)
  const disputed = gate.refusesDisputed ? check.findings.filter(({ kind }) => kind === 'disputed') : []
  const found = [...refusals(check, gate.advanced), ...disputed]
  const [first] = [...found.filter(atReading), ...found]
  if (first) throw faultOf(first, gate)
}

const atReading = ({ kind }: Finding): boolean => kind === 'unknownProperty' || kind === 'typeMismatch'

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

/** Names the part of a path that is not there, and the type it was looked for on. */
const unknown = (type: string, names: readonly string[]): GraphFault => {
  const known = names.findLastIndex((_, at) => propertyAt(type, names.slice(0, at + 1)) !== undefined)
  const parent = known < 0 ? undefined : propertyAt(type, names.slice(0, known + 1))
  return faults.filterProperty(names[known + 1] ?? '', `microsoft.graph.${parent?.type ?? type}`)
}
