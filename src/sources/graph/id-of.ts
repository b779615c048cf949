import { EntrapipeError } from '../../core/errors.ts'

/**
 * The id of an object in a listing, as a string. Some collections have numbers as ids.
 *
 * @throws EntrapipeError `GRAPH_REFUSED` if the object has no id, since repeated objects could not be detected
 */
export const idOf = (object: { readonly id?: unknown }, path: string): string => {
  const { id } = object
  if (typeof id === 'string' && id !== '') return id
  if (typeof id === 'number') return String(id)
  throw new EntrapipeError('GRAPH_REFUSED', `Graph returned an object without an id in ${path}.`, {
    facts: { path },
    fix: 'Only collections of objects with an id are supported.',
  })
}
