import type { Fields } from '../../core/json.ts'
import { bindsOf, boundObject } from './binds.ts'
import type { Call } from './call.ts'
import { readOptions } from './options.ts'
import { demand, writing } from './permissions.ts'
import type { NamedObject } from './reference-address.ts'
import { readBody } from './write-body.ts'

/** What a request asks of a user. */
interface UserBody {
  /** Properties, named as in the schema. */
  readonly values: Fields
  /** The user or contact of `manager@odata.bind`. */
  readonly manager: NamedObject | undefined
}

/**
 * Reads the properties of a user, and the manager that is bound to it.
 *
 * @throws GraphFault 400 for an unknown property, a value of another type, another relation, and for what is not the address
 *   of an object; 403
 * @see https://github.com/microsoft/api-guidelines/blob/vNext/graph/patterns/navigation-property.md
 */
export const userBody = ({ directory, request }: Call): UserBody => {
  readOptions(request, [])
  const values = readBody(directory, 'user', request.body)
  const [bound] = bindsOf(request.body, ['manager'])
  if (!bound) return { values, manager: undefined }
  demand(request.caller, writing.setManager)
  return { values, manager: boundObject(...bound, request.root) }
}
