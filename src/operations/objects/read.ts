import { objectKinds, type ObjectKind } from '../../core/object-kinds.ts'
import type { OperationContext, Values } from '../../core/operation.ts'
import { readEach, type Seen } from './read-each.ts'

/** The path of an object by id, or of a user by name: a name that begins with `$` needs quotes. */
const pathOf = (of: ObjectKind, name: string): string =>
  name.startsWith('$')
    ? `${objectKinds[of].path}('${encodeURIComponent(name.replaceAll("'", "''"))}')`
    : `${objectKinds[of].path}/${encodeURIComponent(name)}`

/** Reads live objects by id, or users by user principal name; undefined for one that does not exist. In the order of the names. */
export const liveSeen = (
  of: ObjectKind,
  names: readonly string[],
  properties: readonly string[],
  context: OperationContext,
): Promise<readonly (Seen | undefined)[]> => {
  const select = [...new Set(['id', ...properties])].join(',')
  return readEach(
    names.map(name => `${pathOf(of, name)}?$select=${select}`),
    context,
  )
}

/** Reads objects in the bin; undefined for one that is not there. In the order of the ids. */
export const deletedSeen = async (
  of: ObjectKind,
  ids: readonly string[],
  context: OperationContext,
): Promise<readonly (Seen | undefined)[]> => {
  const { inBin } = objectKinds[of]
  if (inBin === undefined) return ids.map(() => undefined)
  const select = [...new Set(['id', 'deletedDateTime', 'displayName', inBin])].join(',')
  const found = await readEach(
    ids.map(id => `/directory/deletedItems/${id}?$select=${select}`),
    context,
  )
  // The bin has objects of all kinds.
  return found.map(one => (one?.['@odata.type'] === `#microsoft.graph.${of}` ? one : undefined))
}

/** These properties of an object, as `Before`. Null for one that it does not have. */
export const valuesOf = (seen: Values, names: readonly string[]): Values =>
  Object.fromEntries(names.map(name => [name, seen[name] ?? null]))

/** When an object in the bin was deleted, in words. */
export const deletedWhen = (seen: Seen): string => `It was deleted on ${String(seen['deletedDateTime'])}.`
