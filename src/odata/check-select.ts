import { extensionKind } from '../data/extensions.ts'
import { neverListed, onlySingle } from '../data/listing.ts'
import { nearest } from '../data/nearest.ts'
import { propertiesOfType, relationsOfType } from '../data/properties.ts'
import type { Finding } from './findings.ts'

/**
 * Says which names of a `$select` are no properties of the type, which no listing gives, and which only a GET by id gives.
 * Relations cannot be selected. A type that is not in the schema is not checked.
 */
export const checkSelect = (names: readonly string[], type: string): readonly Finding[] => {
  const properties = propertiesOfType(type)
  if (properties.size === 0) return []
  const found: Finding[] = []
  let at = 0
  for (const property of names) {
    const where = { property, operator: '$select', at, advanced: false }
    const [first = ''] = property.split('/')
    if (neverListed(type).has(first)) found.push({ kind: 'neverListed', ...where })
    else if (onlySingle(type).has(first)) found.push({ kind: 'onlySingle', ...where })
    else if (
      property !== '*' &&
      !first.startsWith('@') &&
      !properties.has(first) &&
      extensionKind([first]) === undefined
    ) {
      const suggestion = relationsOfType(type).has(first) ? undefined : nearest(first, properties.keys())
      found.push({ kind: 'unknownProperty', ...where, ...(suggestion === undefined ? {} : { suggestion }) })
    }
    at += property.length + 1
  }
  return found
}
