import { EntrapipeError } from '../../core/errors.ts'

/**
 * The id of an object in a listing of `path`, as text; some collections number their objects.
 *
 * @throws EntrapipeError `GRAPH_REFUSED` when it has none: an object that comes twice could not be told apart
 */
export const idOf = (object: { readonly id?: unknown }, path: string): string => {
  const { id } = object
  if (typeof id === 'string' && id !== '') return id
  if (typeof id === 'number') return String(id)
  throw new EntrapipeError('GRAPH_REFUSED', `Graph listed an object without an id in ${path}.`, {
    facts: { path },
    fix: 'Only collections whose objects have an id can be listed.',
  })
}
