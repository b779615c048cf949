import { EntrapipeError } from '../../core/errors.ts'
import type { Graph } from '../../core/graph.ts'

/**
 * Names of one tenant may name other objects in another one. Rows that only create something may come from there.
 *
 * @param from id of the tenant that the rows were exported from, if it is known
 * @param naming operations whose rows name objects that exist
 * @throws EntrapipeError `INPUT_FOREIGN`
 */
export const expectOwnRows = (
  from: string | undefined,
  naming: readonly string[],
  { id, name }: Graph['tenant'],
): void => {
  if (from === undefined || from === id || naming.length === 0) return
  throw new EntrapipeError(
    'INPUT_FOREIGN',
    `The rows were exported from the tenant ${from}, and name objects that ${naming.join(', ')} would look up in ${name} (${id}). Nothing was sent.`,
    { fix: `Export the rows from ${name}. Rows of another tenant can only create objects.` },
  )
}
