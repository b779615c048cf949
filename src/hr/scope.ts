import { EntrapipeError } from '../core/errors.ts'
import { isFields, type Fields } from '../core/json.ts'
import { neverListed, onlySingle } from '../data/listing.ts'
import { propertyAt } from '../data/properties.ts'
import { pathsOf } from '../odata/ast.ts'
import { compileFilter } from '../odata/compile-filter.ts'
import { parseFilter } from '../odata/parse-filter.ts'
import type { Values } from '../core/operation.ts'
import type { Changes } from './decision.ts'
import type { Mapping, Mistakes } from './mapping.ts'
import { byRoot } from './value-at.ts'

const none: Mapping['scope'] = { text: '', properties: [], owns: () => false }

/** The accounts of a feed. The filter is applied to accounts that were read, so that it may use every operator. */
export const scopeOf = (text: unknown, mistakes: Mistakes): Mapping['scope'] => {
  const at = mistakes.written.property('scope', text)
  if (typeof text !== 'string' || text.trim() === '') {
    mistakes.add("scope needs a filter of the accounts that the feed owns, such as employeeType eq 'Employee'.", at)
    return none
  }
  try {
    const filter = parseFilter(text)
    const paths = pathsOf(filter).map(({ names }) => names)
    const isListed = ([root = '']: readonly string[]) => !neverListed('user').has(root) && !onlySingle('user').has(root)
    const strange = paths.find(names => !propertyAt('user', names) || !isListed(names))
    if (strange)
      mistakes.add(
        `scope reads ${strange.join('/')}, ${propertyAt('user', strange) ? 'which no listing of users has' : 'which no user has'}.`,
        at,
      )
    const owns = compileFilter<Fields>(filter)
    return { text, properties: [...new Set(paths.map(names => names.join('/')))], owns }
  } catch (error) {
    if (!(error instanceof EntrapipeError)) throw error
    mistakes.add(`scope is not a filter: ${error.message}`, at)
    return none
  }
}

/** Whether the feed still owns an account after these changes. */
export const ownsChanged = ({ scope }: Mapping, value: Fields, changes: Changes): boolean => {
  const roots = byRoot(Object.fromEntries(Object.entries(changes).map(([path, { new: to }]) => [path, to])))
  const after = Object.entries(roots).map(([root, to]) => {
    const before = value[root]
    return [root, isFields(to) && isFields(before) ? { ...before, ...to } : to]
  })
  return scope.owns({ ...value, ...(Object.fromEntries(after) as Fields) })
}

/** Whether the feed would own a new account with these values, by path. Graph makes a new user a member. */
export const ownsNew = ({ scope }: Mapping, wanted: Values): boolean =>
  scope.owns({ userType: 'Member', ...byRoot(wanted) })
