import type { Filter, Path } from '../../odata/ast.ts'
import { compileFilter } from '../../odata/compile-filter.ts'
import type { Entity } from '../directory/types.ts'
import { faults } from './faults.ts'
import { parsedFilter } from './filter.ts'

/** What `$filter` supports on a small collection. */
export interface PlainRules {
  /** Properties that support `eq` and `in`. */
  readonly filter?: readonly string[]
  /** Those among them that also support `startsWith`. */
  readonly startsWith?: readonly string[]
  /** Those among them that have the type Guid: their values have no quotes. */
  readonly guids?: readonly string[]
}

/**
 * Compiles a `$filter` on a small collection. Names are matched ignoring case.
 *
 * @param known the properties of the type, by name in lower case
 * @throws GraphFault 400 for unknown names and for what the rules do not support
 */
export const plainFilter = (
  text: string,
  type: string,
  known: ReadonlyMap<string, string>,
  { filter = [], startsWith = [], guids = [] }: PlainRules,
): ((entity: Entity) => boolean) => {
  const nameOf = ({ names: [first = ''] }: Path): string => {
    const name = known.get(first.toLowerCase())
    if (name === undefined) throw faults.filterProperty(first, `microsoft.graph.${type}`)
    return name
  }
  const check = (at: Filter): void => {
    if ('items' in at) return at.items.forEach(check)
    if (at.kind === 'not') {
      check(at.item)
      throw faults.operatorNeedsAdvanced('not')
    }
    if (at.path === undefined) throw faults.filterUnsupported('@odata.type', type)
    const name = nameOf(at.path)
    const plain = at.path.names.length === 1 && at.path.counts !== true
    const equals = at.kind === 'in' || (at.kind === 'compare' && at.operator === 'eq')
    const begins = at.kind === 'call' && at.name === 'startsWith'
    if (!plain || !(equals ? filter : begins ? startsWith : []).includes(name))
      throw faults.filterUnsupported(name, type)
    const values = at.kind === 'compare' ? [at.value] : at.kind === 'in' ? at.values : []
    if (guids.includes(name) && values.some(value => value.type === 'string'))
      throw faults.operandTypes('Edm.Guid', 'Edm.String', 'eq')
  }
  const parsed = parsedFilter(text)
  check(parsed)
  return compileFilter<Entity>(parsed, { read: (entity, name) => entity[known.get(name.toLowerCase()) ?? name] })
}
