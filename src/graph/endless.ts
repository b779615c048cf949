import { EntrapipeError } from '../core/errors.ts'
import { thousands } from '../core/thousands.ts'

/** This many pages without a new object are normal, because of filters and repeated pages. */
const patiencePages = 1_000

/** Detects a listing that never ends although each link is new. */
interface EndlessGuard {
  /**
   * Counts a page. `objects` is the number of its objects, `distinct` the number of different objects so far, including those
   * of an earlier process.
   *
   * @throws EntrapipeError `GRAPH_LINK_REPEATED` after more than 1,000 pages, and more than twice the pages before them, without
   *   a new object. A resumed listing may first repeat all earlier objects.
   */
  page(objects: number, distinct: number): void
  /** The listing went back, so objects are repeated. */
  wentBack(): void
}

/** @param path of the listing, for the message */
export const endlessGuard = (path: string): EndlessGuard => {
  let pages = 0
  let lastNew = 0
  let seen = 0
  let again = 0
  return {
    page(objects, distinct) {
      pages++
      again += objects
      if (distinct > seen) {
        seen = distinct
        lastNew = pages
        again = 0
      }
      const without = pages - lastNew
      if (without > patiencePages && without > 2 * lastNew && (again === 0 || again > seen))
        throw new EntrapipeError(
          'GRAPH_LINK_REPEATED',
          `The last ${thousands(without)} pages of ${path} had no new objects, and each linked to another page. The listing was stopped, because it would never end.`,
          {
            facts: { path, pages, without },
            fix: 'Try again. If it happens again, list the objects in another way, for example with another filter.',
          },
        )
    },
    wentBack() {
      lastNew = pages
      again = 0
    },
  }
}

/**
 * Counts the pages that begin with an object which began no page before: of a listing whose reader does not count objects. Holds
 * one id per page. An object without an id counts as new.
 */
export const beginnings = () => {
  const ids = new Set<string>()
  let others = 0
  return {
    add(object: unknown) {
      if (typeof object !== 'object' || object === null) return
      if ('id' in object && typeof object.id === 'string') ids.add(object.id)
      else others++
    },
    count: (): number => ids.size + others,
  }
}
