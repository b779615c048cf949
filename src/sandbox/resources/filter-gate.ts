import type { FilterRules, Support } from '../../data/filter-rules.ts'
import { maxOrClauses, maxValueLength } from '../../data/filter-rules.ts'
import { propertyAt } from '../../data/properties.ts'
import { inside, type Filter, type Literal, type Path } from '../../odata/ast.ts'
import { faults } from './faults.ts'

/** What a filter is held against. */
interface Gate {
  readonly rules: FilterRules
  /** Name of the type in Microsoft's schema: `user`. */
  readonly type: string
  readonly resource: string
  readonly advanced: boolean
  /** Names that the sandbox's directory has of its own: extensions. */
  readonly knows: (name: string) => boolean
}

type Scope = ReadonlyMap<string, readonly string[]>

/**
 * Refuses what Graph refuses in a `$filter`, in its words: unknown and unfilterable properties, operators that need an
 * advanced query, values of another type, too many clauses.
 *
 * @throws GraphFault 400
 */
export const passGate = (filter: Filter, gate: Gate): void => visit(filter, gate, new Map())

const visit = (filter: Filter, gate: Gate, scope: Scope): void => {
  switch (filter.kind) {
    case 'or':
      if (filter.items.length > maxOrClauses) throw faults.tooManyClauses(filter.items.length)
      break
    case 'not':
      if (!gate.advanced) throw faults.operatorNeedsAdvanced('not')
      break
    case 'compare':
      return compare(filter, gate, scope)
    case 'in':
      if (filter.values.length > maxOrClauses) throw faults.tooManyClauses(filter.values.length)
      for (const value of filter.values) equal(filter.path, value, 'eq', gate, scope)
      return
    case 'call':
      return call(filter, gate, scope)
    case 'isof':
      throw faults.filterUnsupported('@odata.type', gate.resource)
    case 'lambda': {
      const names = full(filter.path, scope)
      if (filter.quantifier === 'all') throw faults.filterUnsupported(names.join('/'), gate.resource)
      if (filter.item) visit(filter.item, gate, new Map([...scope, [filter.variable ?? '', names]]))
      else if (!gate.advanced) throw faults.operatorNeedsAdvanced('any')
      return
    }
  }
  for (const item of inside(filter)) visit(item, gate, scope)
}

const full = (path: Path, scope: Scope): readonly string[] =>
  path.variable === undefined ? path.names : [...(scope.get(path.variable) ?? []), ...path.names]

const compare = (filter: Extract<Filter, { kind: 'compare' }>, gate: Gate, scope: Scope): void => {
  const { path, operator, value } = filter
  const name = full(path, scope).join('/')
  if (path.counts) {
    const items = value.type === 'number' ? value.value : -1
    const level = operator === 'eq' || operator === 'ne' ? gate.rules.count(name, items) : 'no'
    return allow(level, gate, name, '$count')
  }
  if (operator === 'eq' || operator === 'ne') return equal(path, value, operator, gate, scope)
  known(path, value, operator, gate, scope)
  const range = operator === 'ge' || operator === 'le' ? (gate.rules.property(name)?.range ?? 'no') : 'no'
  allow(range, gate, name, operator)
}

const equal = (path: Path, value: Literal, operator: 'eq' | 'ne', gate: Gate, scope: Scope): void => {
  known(path, value, operator, gate, scope)
  const name = full(path, scope).join('/')
  const rule = gate.rules.property(name)
  const level = value.type === 'null' ? rule?.equalNull : rule?.equal
  // `ne` works where `eq` does with the other kind of value, too: `ne null` on a property that knows `eq`.
  const either = rule && rule.equal !== 'no' ? rule.equal : (rule?.equalNull ?? 'no')
  if (operator === 'eq') {
    if (value.type === 'string' && value.value.length > maxValueLength && !gate.advanced)
      throw faults.operatorNeedsAdvanced('eq')
    return allow(level ?? 'no', gate, name)
  }
  if (either === 'no') throw faults.filterUnsupported(name, gate.resource)
  if (!gate.advanced) throw faults.notEqualsNeedsAdvanced()
}

const call = (filter: Extract<Filter, { kind: 'call' }>, gate: Gate, scope: Scope): void => {
  known(filter.path, { type: 'string', value: filter.value }, 'eq', gate, scope)
  const name = full(filter.path, scope).join('/')
  const rule = gate.rules.property(name)
  if (filter.name === 'contains') throw faults.filterUnsupported(name, gate.resource)
  if (filter.name === 'endsWith') return allow(rule?.endsWith ?? 'no', gate, name, 'endsWith')
  if (filter.value.length > maxValueLength && !gate.advanced) throw faults.operatorNeedsAdvanced('startsWith')
  allow(rule?.startsWith ?? 'no', gate, name)
}

/** @param operator where Graph names the operator instead of the property */
const allow = (level: Support, gate: Gate, name: string, operator?: string): void => {
  if (level === 'default' || (level === 'advanced' && gate.advanced)) return
  throw level === 'advanced' && operator !== undefined && /^(endsWith|\$count)$/.test(operator)
    ? faults.operatorNeedsAdvanced(operator)
    : faults.filterUnsupported(name, gate.resource)
}

const edmTypes: Readonly<Record<string, readonly Literal['type'][]>> = {
  String: ['string', 'null'],
  Boolean: ['boolean', 'null'],
  Guid: ['guid', 'null'],
  DateTimeOffset: ['date', 'null'],
  Int32: ['number', 'null'],
}

const literalTypes: Readonly<Record<Literal['type'], string>> = {
  string: 'Edm.String',
  boolean: 'Edm.Boolean',
  guid: 'Edm.Guid',
  date: 'Edm.DateTimeOffset',
  number: 'Edm.Int32',
  null: '<null>',
}

const known = (path: Path, value: Literal, operator: string, gate: Gate, scope: Scope): void => {
  const names = full(path, scope)
  const [first = ''] = names
  if (names.some(name => name.includes('.'))) throw faults.filterUnsupported(names.join('/'), gate.resource)
  if (!gate.knows(first)) throw faults.filterProperty(first, `microsoft.graph.${gate.type}`)
  const property = propertyAt(gate.type, names)
  const takes = property && edmTypes[property.type]
  if (property && takes && !takes.includes(value.type))
    throw faults.operandTypes(`Edm.${property.type}`, literalTypes[value.type], operator)
}
