import { EntrapipeError } from '../../core/errors.ts'
import { compileSearch } from '../../odata/compile-search.ts'
import { clausesOf, parseSearch, type Search } from '../../odata/parse-search.ts'
import type { Entity, Kind } from '../directory/types.ts'
import { faults } from './faults.ts'
import { typeFacts } from './type-facts.ts'

/**
 * Makes a test of a `$search`.
 *
 * @throws GraphFault 400 for what is not `"property:text"`, and for properties that are not searched
 */
export const planSearch = (text: string, kind: Kind | undefined): ((entity: Entity) => boolean) => {
  const search = parsedSearch(text)
  const searched = kind ? typeFacts[kind].search : ['displayName', 'description']
  for (const { property } of clausesOf(search))
    if (!searched.includes(property))
      throw faults.searchProperty(property, kind ? typeFacts[kind].resource : 'DirectoryObject')
  return compileSearch<Entity>(search)
}

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
