import { given } from '../../core/given.ts'
import type { Json } from '../../core/json.ts'
import type { Outcome, Result } from '../../core/result.ts'
import type { Key } from '../../core/row.ts'
import type { Sorter } from '../../core/sorted.ts'
import { locationImpactOf, rowImpactOf, type ImpactBody } from './row-impact.ts'
import type { TallyRow } from './tally.ts'

/** A row that was looked at. */
interface SeenRow {
  readonly key: Key
  readonly step: number
  /** Name of the operation. */
  readonly kind: string
  /** What it changes. */
  readonly about: string
  readonly impact: Json | undefined
}

/** A row with what is known of it at the end. */
export interface CollectedRow extends TallyRow {
  readonly key: Key
  readonly step: number
  readonly kind: string
  readonly about: string
  readonly message?: string
  readonly fix?: string
}

/** The rows of a user. Those that were never looked at are users of their own. */
export interface CollectedUser {
  /** Id of the user; undefined if it is not known. */
  readonly user: string | undefined
  readonly name: string | undefined
  readonly rows: readonly CollectedRow[]
}

/** Different impacts that are only kept once. */
const mostKept = 20_000
/** Sorts after all ids. */
const unknownUser = '~'

type Body = number | ImpactBody
type Kept =
  | readonly ['looked', Key, number, string, string, string | undefined, Body | 'location']
  | readonly ['settled', Key, number, string, string, Outcome, ...(string | undefined)[]]

/**
 * Collects the rows of a preview on disk, in any order, and returns them by user: what several rows do to one user is only known together.
 */
export const impactCollector = (sorter: Sorter) => {
  const bodies: ImpactBody[] = []
  const places = new Map<string, number>()
  const keep = (body: ImpactBody): Body => {
    const text = JSON.stringify(body)
    const known = places.get(text)
    if (known !== undefined) return known
    if (bodies.length >= mostKept) return body
    places.set(text, bodies.length)
    return bodies.push(body) - 1
  }
  let added = 0
  const add = (user: string, row: Kept): void => sorter.add(user, added++, JSON.stringify(row))
  return {
    looked({ key, step, kind, about, impact }: SeenRow): void {
      const location = locationImpactOf(impact)
      if (location) return add(location.user, ['looked', key, step, kind, about, undefined, 'location'])
      const found = rowImpactOf(impact)
      if (!found) return
      const { user, name, ...body } = found
      add(user, ['looked', key, step, kind, about, name, keep(body)])
    },
    /** A row that gets no request. @param isKnown whether what it is about names the user by id */
    settled({ key, step = 0, operation, target = '', outcome, code, message, fix }: Result, isKnown: boolean): void {
      const [user = '', what] = target.split('/')
      const at = isKnown && what !== undefined ? user : `${unknownUser}${user}`
      add(at, ['settled', key, step, operation, target, outcome, code, message, fix])
    },
    *users(): Generator<CollectedUser, void, void> {
      let user: string | undefined
      let rows: Kept[] = []
      for (const { key, bytes } of sorter.sorted()) {
        if (key !== user) {
          if (rows.length > 0) yield* collected(user!, rows, bodies)
          user = key
          rows = []
        }
        rows.push(JSON.parse(bytes.toString()) as Kept)
      }
      if (rows.length > 0) yield* collected(user!, rows, bodies)
    },
    remove: (): void => sorter.remove(),
  }
}

function* collected(user: string, kept: readonly Kept[], bodies: readonly ImpactBody[]): Generator<CollectedUser> {
  const rows = new Map<string, CollectedRow>()
  let name: string | undefined
  for (const row of kept) {
    const [what, key, step, kind, about] = row
    const at = JSON.stringify([key, step])
    const before = rows.get(at)
    if (what === 'settled') {
      const [, , , , , outcome, code, message, fix] = row
      const end = given({ outcome, code: code ?? undefined, message: message ?? undefined, fix: fix ?? undefined })
      rows.set(at, { ...(before ?? { key, step, kind, about, isLocation: isLocation(kind) }), ...end })
      continue
    }
    const [, , , , , ownName, body] = row
    name ??= ownName ?? undefined
    const impact = typeof body === 'number' ? bodies[body] : body === 'location' ? undefined : body
    const sameAs = typeof body === 'number' ? String(body) : JSON.stringify(body)
    rows.set(at, {
      ...(before ?? { key, step, kind, about, isLocation: isLocation(kind) }),
      ...given({ impact }),
      sameAs,
      ...(body === 'location' && { lacksLocation: true }),
    })
  }
  if (!user.startsWith(unknownUser)) return yield { user, name, rows: [...rows.values()] }
  for (const row of rows.values()) yield { user: undefined, name: undefined, rows: [row] }
}

const isLocation = (kind: string): boolean => kind === 'set-usage-location'
