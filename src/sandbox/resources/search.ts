import { EntrapipeError } from '../../core/errors.ts'
import { filterRules, type PropertyRule } from '../../data/filter-rules.ts'
import { propertyAt } from '../../data/properties.ts'
import { compileSearch } from '../../odata/compile-search.ts'
import { parseSearch, type Search } from '../../odata/parse-search.ts'
import type { Entity, Kind } from '../directory/types.ts'
import { faults } from './faults.ts'
import type { Schema } from './schema.ts'
import { typeFacts } from './type-facts.ts'

/**
 * Compiles a `$search`. It supports every property of type String that can be filtered, by prefix even if `$filter` only
 * compares it as a whole, and every list of strings that can be filtered by prefix. On objects of any kind (members without
 * a cast) it supports names and descriptions.
 *
 * @throws GraphFault 400 for what is not `"property:text"`, and for properties that cannot be searched
 * @see https://learn.microsoft.com/graph/search-query-parameter#using-search-on-directory-object-collections
 */
export const planSearch = (schema: Schema, text: string, kind: Kind | undefined): ((entity: Entity) => boolean) => {
  const rules = kind && filterRules(kind)
  const names = kind ? schema.properties(kind) : ofAnyKind
  const searched = (property: string): string => {
    const name = names.get(property.toLowerCase())
    if (name === undefined || (kind && rules && !isSearched(kind, name, rules.property(name))))
      throw faults.searchProperty(property, kind ? typeFacts[kind].resource : 'DirectoryObject')
    return name
  }
  const spelled = (search: Search): Search =>
    search.kind === 'clause'
      ? { ...search, property: searched(search.property) }
      : { ...search, items: search.items.map(spelled) }
  return compileSearch<Entity>(spelled(parsedSearch(text)))
}

const isSearched = (kind: Kind, name: string, rule: PropertyRule | undefined): boolean => {
  if (rule === undefined) return false
  const property = propertyAt(kind, [name])
  const isText = property?.type === 'String' && !property.collection
  return rule.startsWith !== 'no' || (isText && rule.equal !== 'no')
}

const ofAnyKind: ReadonlyMap<string, string> = new Map(
  ['displayName', 'description'].map(name => [name.toLowerCase(), name]),
)

const parsedSearch = (text: string): Search => {
  try {
    return parseSearch(text)
  } catch (cause) {
    if (!(cause instanceof EntrapipeError)) throw cause
    const position = Number(cause.facts['position'] ?? 1) - 1
    const colon = text.indexOf(':', position)
    throw Object.assign(faults.searchSyntax(text, colon < 0 ? position : colon), { cause })
  }
}
