import type { OperationContext, Values } from '../../core/operation.ts'
import type { Kind } from './one.ts'
import { readEach, type Seen } from './read-each.ts'

/** The path of a user by id or name: a name that begins with `$` needs quotes. */
const pathOf = (of: Kind, name: string): string =>
  name.startsWith('$')
    ? `/${of}s('${encodeURIComponent(name.replaceAll("'", "''"))}')`
    : `/${of}s/${encodeURIComponent(name)}`

/** Reads live objects by id, or users by user principal name; undefined for one that does not exist. In the order of the names. */
export const liveSeen = (
  of: Kind,
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

const inBin: Readonly<Record<Kind, string>> = {
  user: 'id,deletedDateTime,displayName,userPrincipalName',
  group: 'id,deletedDateTime,displayName',
}

/** Reads objects in the bin; undefined for one that is not there. In the order of the ids. */
export const deletedSeen = async (
  of: Kind,
  ids: readonly string[],
  context: OperationContext,
): Promise<readonly (Seen | undefined)[]> => {
  const found = await readEach(
    ids.map(id => `/directory/deletedItems/${id}?$select=${inBin[of]}`),
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
