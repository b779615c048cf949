/** Pages of the wire server's listings: canned texts with patched ids, names and dates, so that a page costs about a millisecond. */
import { changesOf } from './changes.ts'
import { finder } from './found.ts'
import { groupsOf } from './groups.ts'
import { objectWriter, type Patched, type WriteObject } from './objects.ts'
import { peopleOf, type Shape } from './people.ts'

/** How much the directory has. */
interface Directory {
  readonly users: number
  readonly shape: Shape
  readonly groups: number
  /** Members of all groups together. */
  readonly edges: number
}

/** Some objects of a listing. */
interface Listed {
  readonly count: number
  readonly at: (place: number) => number
  readonly write: WriteObject
}

const largestPage = 999
const usualPage = 100
/** Space for one object. Those of the benchmark take 750 bytes at most. */
const mostBytes = 1_200

/** Bytes of pages that are kept, so that most are made once. */
const keptAtMost = 256_000_000

/** Answers a path below the version root: a count, or a page. Undefined for a path that it does not know. */
type Answer = (path: string, origin: string) => Buffer | number | undefined

interface Listings {
  readonly answer: Answer
  /** From here on so many users, or members of groups, have changed. */
  readonly change: (count: number) => void
}

export const listings = ({ users, shape, groups: many, edges }: Directory): Listings => {
  const people = peopleOf(users, shape)
  const groups = groupsOf(many, edges, users)
  const changes = changesOf(people, groups)
  const find = finder(people)
  const ofUser: Patched = {
    id: people.id,
    userPrincipalName: people.name,
    mail: n => (n % 11 === 0 ? null : people.name(n)),
    createdDateTime: people.created,
  }
  const writers = new Map<string, WriteObject>()
  const writer = (of: 'user' | 'group', select: string | null, type?: string): WriteObject => {
    const key = `${of} ${select} ${type}`
    let known = writers.get(key)
    const names = select?.split(',')
    const patched = of === 'user' ? ofUser : { id: groups.id }
    if (!known) writers.set(key, (known = objectWriter(of, patched, names, type)))
    return known
  }

  const listed = (path: string, options: URLSearchParams): Listed | undefined => {
    const select = options.get('$select')
    if (path === '/users') return { ...find(options.get('$filter') ?? undefined), write: writer('user', select) }
    if (path === '/groups') return { count: groups.count, at: n => n, write: writer('group', select) }
    const [, id, relation, type] = /^\/groups\/([^/]+)\/([^/]+)(?:\/microsoft\.graph\.(\w+))?$/.exec(path) ?? []
    const group = id === undefined ? undefined : groups.byId(id)
    if (group === undefined) return undefined
    const write = writer('user', select, type === undefined ? '#microsoft.graph.user' : undefined)
    if (relation === 'owners') return { count: 1, at: () => groups.member(group, 0), write }
    if (relation !== 'members' && relation !== 'transitiveMembers') return undefined
    // All members are users.
    if (type !== undefined && type !== 'user') return { count: 0, at: () => 0, write }
    const filter = options.get('$filter')
    if (filter !== null) return { ...membersBy(group, filter), write }
    return { count: groups.sizeOf(group), at: nth => groups.member(group, nth), write }
  }

  const found = new Map<string, Uint32Array>()
  /** The members of a group that a filter finds, kept by its text. */
  const membersBy = (group: number, filter: string): Omit<Listed, 'write'> => {
    const key = `${group} ${filter}`
    let members = found.get(key)
    if (!members) {
      const { count, at } = find(filter)
      const first = groups.member(group, 0)
      const size = groups.sizeOf(group)
      const some: number[] = []
      for (let place = 0; place < count; place++) {
        const user = at(place)
        // Members follow one another, and after the last user comes the first.
        if ((user - first + users) % users < size) some.push(user)
      }
      found.set(key, (members = Uint32Array.from(some)))
    }
    return { count: members.length, at: place => members[place]! }
  }

  /** A group by itself. */
  const single = (path: string): Buffer | undefined => {
    const [, id] = /^\/groups\/([^/]+)$/.exec(path) ?? []
    const group = id === undefined ? undefined : groups.byId(id)
    if (group === undefined) return undefined
    return Buffer.from(JSON.stringify({ id, displayName: `Group ${group}`, mail: null, visibility: null }))
  }

  const kept = new Map<string, Buffer>()
  let keptBytes = 0
  const keep = (key: string, page: Buffer): Buffer => {
    if (keptBytes + page.length > keptAtMost) return page
    keptBytes += page.length
    // A copy, because a page is made in a larger buffer.
    kept.set(key, Buffer.from(page))
    return page
  }

  const answer: Answer = (target, origin) => {
    const same = kept.get(origin + target)
    if (same) return same
    const url = new URL(target, 'http://wire')
    const isCount = url.pathname.endsWith('/$count')
    const path = isCount ? url.pathname.slice(0, -'/$count'.length) : url.pathname
    const changed = changes.page(url, origin, select => writer('user', select)) ?? changes.groupsOf(path)
    if (changed) return changed
    const list = listed(path, url.searchParams)
    if (!list) return single(path)
    return isCount ? list.count : keep(origin + target, pageOf(list, url, origin))
  }
  return { answer, change: changes.happen }
}

const pageOf = ({ count, at, write }: Listed, { pathname, searchParams: options }: URL, origin: string): Buffer => {
  const top = Math.min(largestPage, Number(options.get('$top') ?? usualPage))
  const from = Number(options.get('$skiptoken') ?? 0)
  const to = Math.min(count, from + top)
  options.set('$skiptoken', String(to))
  const next = to < count ? `"@odata.nextLink":${JSON.stringify(`${origin}${pathname}?${options}`)},` : ''
  const counted = options.has('$count') && from === 0 ? `"@odata.count":${count},` : ''
  const head = Buffer.from(`{"@odata.context":"${origin}/$metadata#${pathname.slice(1)}",${counted}${next}"value":[`)
  const page = Buffer.allocUnsafeSlow(head.length + (to - from) * mostBytes + 2)
  let end = page.set(head) ?? head.length
  for (let place = from; place < to; place++) {
    if (place > from) page[end++] = 0x2c
    end = write(at(place), page, end)
  }
  page[end++] = 0x5d
  page[end++] = 0x7d
  return page.subarray(0, end)
}
