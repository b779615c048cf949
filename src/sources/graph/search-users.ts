import type { Graph } from '../../core/graph.ts'
import { isGuid } from '../../core/guid.ts'
import { printQuery } from '../../odata/parse-query.ts'
import { advancedHeaders } from './collection.ts'
import { unlessRefused } from './refused.ts'

/** A user who was found. */
export interface FoundUser {
  readonly id: string
  readonly userPrincipalName: string | null
  readonly displayName: string | null
  readonly mail: string | null
}

const select = ['id', 'userPrincipalName', 'displayName', 'mail'] as const
const searched = ['displayName', 'userPrincipalName', 'mail']
const beginning = [...searched, 'givenName', 'surname']

/**
 * Finds users by a text: a word of the display name begins with it, or the user principal name, the mail address or another name does; or it is the id. A search
 * finds words, and its index lags behind by seconds to minutes; a filter also finds users who were created just now. Where Graph has no search (B2C tenants), the
 * filter alone finds.
 *
 * @param most number of users to read of each
 * @returns at most twice so many, by display name
 * @throws EntrapipeError as `Graph.pages`
 * @see https://learn.microsoft.com/graph/search-query-parameter
 */
export const searchUsers = async (
  graph: Pick<Graph, 'pages'>,
  text: string,
  most: number,
  signal: AbortSignal,
): Promise<readonly FoundUser[]> => {
  const read = async (query: Readonly<Record<string, string>>, headers = {}): Promise<readonly FoundUser[]> => {
    const found: FoundUser[] = []
    const link = `/users?${printQuery({ $select: select.join(','), $top: Math.max(most, smallestPage), ...query })}`
    for await (const { values } of graph.pages<FoundUser>(link, { signal, headers })) {
      found.push(...values)
      if (found.length >= most) break
    }
    return found.slice(0, most)
  }
  const quoted = `'${text.replaceAll("'", "''")}'`
  const clause = text.replaceAll(/["\\]/g, String.raw`\$&`)
  const [begun, words = []] = await Promise.all([
    read({
      $filter: isGuid(text) ? `id eq ${quoted}` : beginning.map(name => `startsWith(${name},${quoted})`).join(' or '),
    }),
    unlessRefused(() => read({ $search: searched.map(name => `"${name}:${clause}"`).join(' OR ') }, advancedHeaders)),
  ])
  const users = new Map([...begun, ...words].map(user => [user.id, user]))
  return [...users.values()].sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1))
}

/** A request for fewer objects costs as much. */
const smallestPage = 20

const nameOf = ({ displayName, userPrincipalName }: FoundUser): string =>
  (displayName ?? userPrincipalName ?? '').toLowerCase()
