import type { Json } from '../../core/json.ts'
import type { Finding, OperationContext, Values } from '../../core/operation.ts'
import { sameText } from '../../core/same-text.ts'
import { filterRules, maxOrClauses, maxValueLength } from '../../data/filter-rules.ts'
import { readListings } from '../../graph/read-listings.ts'
import type { Seen } from '../objects/read-each.ts'
import { invalid } from '../values/expect.ts'
import { quoted } from '../values/quoted.ts'
import { isGuest } from './guest.ts'

/**
 * The value of a row that lists properties by path, `['employeeId']`: no other member of the directory, live or deleted, may have the
 * row's values of them. Graph itself lets several users have one.
 */
export const mustBeUnique = 'unique'

/** @throws EntrapipeError `ROW_INVALID` */
export const expectPaths = (value: Json = []): readonly string[] => {
  if (Array.isArray(value) && value.every(path => typeof path === 'string')) return value
  throw invalid(mustBeUnique, `Expected ${mustBeUnique} to be a list of properties.`, 'Correct the value.')
}

/** A value that nobody else may have. */
interface Key {
  readonly of: Values
  readonly path: string
  readonly text: string
}

/** The text at a path of a user; empty for another value. */
export const textAt = (user: Values, path: string): string => {
  const value = path.split('/').reduce<Json>((at, name) => (at as Values | null)?.[name] ?? null, user)
  return typeof value === 'string' ? value.trim() : ''
}

const keysOf = (of: Values): readonly Key[] =>
  expectPaths(of[mustBeUnique])
    // The directory keeps it unique itself.
    .filter(path => path !== 'userPrincipalName')
    .map(path => ({ of, path, text: textAt(of, path) }))
    .filter(({ text }) => text !== '')

const select = (paths: readonly string[]): string =>
  [...new Set(['id', 'userPrincipalName', 'userType', ...paths.map(path => path.split('/')[0]!)])].join(',')

/** Users who have one of these values. None for a property by which Graph finds nobody. */
export const liveWith = async (
  path: string,
  texts: readonly string[],
  { graph, signal }: OperationContext,
): Promise<readonly Seen[]> => {
  const support = filterRules('user')?.property(path)?.equal
  if (support !== 'default' && support !== 'advanced') return []
  const isAdvanced = support === 'advanced' || texts.some(({ length }) => length > maxValueLength)
  const urls: string[] = []
  for (let at = 0; at < texts.length; at += maxOrClauses) {
    const filter = `${path} in (${texts
      .slice(at, at + maxOrClauses)
      .map(quoted)
      .join(',')})`
    const url = `/users?$select=${select([path])}&$top=999&$filter=${encodeURIComponent(filter)}`
    urls.push(isAdvanced ? `${url}&$count=true` : url)
  }
  const headers = isAdvanced ? { ConsistencyLevel: 'eventual' } : {}
  return (await readListings<Seen>({ graph, signal, headers }, urls)).flatMap(users => users ?? [])
}

/** All users in the bin, which has no documented filter for such properties. It is read once for a window. */
export const inBin = (
  paths: readonly string[],
  { graph, signal, once }: OperationContext,
): Promise<readonly Seen[]> => {
  const link = `/directory/deletedItems/microsoft.graph.user?$select=${select(paths)}&$top=999`
  return once(link, async () => {
    const found: Seen[] = []
    for await (const { values } of graph.pages<Seen>(link, { signal })) found.push(...values)
    return found
  })
}

/** Members by their values of a property, without case. The user of the row's own name is not another one. */
const holders = (path: string, users: readonly Seen[]): ((key: Key) => Seen | undefined) => {
  const members = Map.groupBy(
    users.filter(user => !isGuest(user)),
    user => sameText(textAt(user, path)),
  )
  const nameOf = ({ userPrincipalName }: Values): string => String(userPrincipalName).toLowerCase()
  return ({ of, text }) => members.get(sameText(text))?.find(user => nameOf(user) !== nameOf(of))
}

const held = ({ path, text }: Key, { id, userPrincipalName }: Seen): Finding => ({
  outcome: 'failed',
  id,
  code: 'USER_EXISTS',
  message: `The user ${String(userPrincipalName)} has the ${path} ${text} already.`,
  fix: 'Run the feed again: it recognises that user. Or correct the value of one of them.',
})

const heldInBin = ({ path, text }: Key, { id }: Seen): Finding => ({
  outcome: 'failed',
  id,
  code: 'USER_DELETED',
  message: `A deleted user has the ${path} ${text}: its id is ${id}.`,
  fix: 'Run the feed again: it recognises that user. Or purge it with `entrapipe users purge`.',
})

/** The rows that are not sent, since somebody else has a value that must be theirs alone. No requests if no row has such a value. */
export const notUnique = async (
  rows: readonly Values[],
  context: OperationContext,
): Promise<ReadonlyMap<Values, Finding>> => {
  const byPath = Map.groupBy(rows.flatMap(keysOf), ({ path }) => path)
  const found = new Map<Values, Finding>()
  const note = (keys: readonly Key[], holder: ReturnType<typeof holders>, finding: typeof held): void => {
    for (const key of keys) {
      const other = found.has(key.of) ? undefined : holder(key)
      if (other) found.set(key.of, finding(key, other))
    }
  }
  for (const [path, keys] of byPath) {
    const texts = [...new Set(keys.map(({ text }) => text))]
    note(keys, holders(path, await liveWith(path, texts, context)), held)
  }
  for (const [path, keys] of byPath) note(keys, holders(path, await inBin([...byPath.keys()], context)), heldInBin)
  return found
}
