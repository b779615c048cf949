/** Deltas of the wire server: nothing changes until `/changes/N` says that N users, or N members of groups, have. */
import type { Groups } from './groups.ts'
import type { WriteObject } from './objects.ts'
import type { People } from './people.ts'

/** Links of one group that change, half of them added, and the links of an entry. */
const linksPerGroup = 100
/** As Graph's pages of deltas have. */
const entriesPerPage = 200
const linksPerPage = 2_000
/** Space for one user. */
const mostBytes = 1_200
/** A tenth of the users are deleted, a tenth is created, the others are updated. */
const kinds = 10

/** What answers requests for changes. */
interface Changes {
  /** From here on so many have changed. */
  happen(count: number): void
  /** The page of `/users/delta` or `/groups/delta`. Undefined for another path. */
  page(url: URL, origin: string, user: (select: string | null) => WriteObject): Buffer | undefined
  /** The groups of a user, by the path `/users/ID/memberOf`. */
  groupsOf(path: string): Buffer | undefined
}

export const changesOf = (people: People, groups: Groups): Changes => {
  let changed = 0
  const idOfNew = (nth: number): string => people.id(people.count + nth)

  const usersPage = (from: number, to: number, write: WriteObject): Buffer => {
    const page = Buffer.allocUnsafeSlow((to - from) * mostBytes + 2)
    let end = page.write('[')
    for (let nth = from; nth < to; nth++) {
      if (nth > from) end += page.write(',', end)
      const kind = nth % kinds
      if (kind === 0)
        end += page.write(JSON.stringify({ id: people.id(people.byRank(nth)), '@removed': { reason: 'changed' } }), end)
      else end = write(kind === 1 ? people.count + nth : people.byRank(nth), page, end)
    }
    end += page.write(']', end)
    return page.subarray(0, end)
  }
  const groupEntry = (nth: number): object => {
    const group = Math.floor((nth * groups.count) / Math.max(1, Math.ceil(changed / linksPerGroup))) % groups.count
    const size = groups.sizeOf(group)
    const links = Array.from({ length: linksPerGroup }, (_, link) => {
      const isGone = link % 2 === 1 && link < size
      const id = isGone ? people.id(groups.member(group, link)) : people.id(groups.member(group, size + link))
      return { '@odata.type': '#microsoft.graph.user', id, ...(isGone && { '@removed': { reason: 'deleted' } }) }
    })
    return { id: groups.id(group), 'members@delta': links }
  }
  const bodyOf = (url: URL, from: number, write: WriteObject | undefined): readonly [Buffer, number, number] => {
    if (write) {
      const to = Math.min(changed, from + entriesPerPage)
      return [usersPage(from, to, write), to, changed]
    }
    const all = Math.ceil(changed / linksPerGroup)
    const isGroups = url.pathname === '/groups/delta'
    // Restored users, whose groups Graph does not report.
    const restored = isGroups ? all : Math.floor(changed / kinds)
    const to = Math.min(restored, from + (isGroups ? linksPerPage / linksPerGroup : entriesPerPage))
    const entries = Array.from({ length: to - from }, (_, at) =>
      isGroups ? groupEntry(from + at) : { id: idOfNew(from + at) },
    )
    return [Buffer.from(JSON.stringify(entries)), to, restored]
  }
  return {
    happen: count => void (changed = count),
    page(url, origin, user) {
      if (url.pathname !== '/users/delta' && url.pathname !== '/groups/delta') return undefined
      const { searchParams: options } = url
      const [token = '', from] = (options.get('$deltatoken') ?? options.get('$skiptoken') ?? '').split('-')
      const select = options.get('$select')
      const link = (name: string, value: string): string =>
        JSON.stringify(`${origin}${url.pathname}?$select=${select}&${name}=${value}`)
      const rest = (part: Buffer, name: string, url: string): Buffer =>
        Buffer.concat([Buffer.from(`{"@odata.${name}":${url},"value":`), part, Buffer.from('}')])
      // A token is the number of changes before it.
      if (token === 'latest' || Number(token) === changed)
        return rest(Buffer.from('[]'), 'deltaLink', link('$deltatoken', `${changed}`))
      const isOfUsers = url.pathname === '/users/delta' && select !== 'id'
      const [body, to, all] = bodyOf(url, Number(from ?? 0), isOfUsers ? user(select) : undefined)
      return to < all
        ? rest(body, 'nextLink', link('$skiptoken', `${token}-${to}`))
        : rest(body, 'deltaLink', link('$deltatoken', `${changed}`))
    },
    groupsOf(path) {
      const [, id] = /^\/users\/([^/]+)\/memberOf$/.exec(path) ?? []
      if (id === undefined) return undefined
      const group = Number.parseInt(id.slice(24), 16) % groups.count
      return Buffer.from(JSON.stringify({ value: [{ '@odata.type': '#microsoft.graph.group', id: groups.id(group) }] }))
    },
  }
}
