import { hash } from 'node:crypto'
import { EntrapipeError } from '../core/errors.ts'

/**
 * A link as path and query below the version root, every byte as it came: so it can be saved, and the host may move.
 *
 * @throws EntrapipeError `GRAPH_LINK_FOREIGN` when it leads elsewhere: the token would go with it
 */
export const belowRoot = (rootUrl: string, link: string): string => {
  if (link.startsWith('/') && !link.startsWith('//')) return link
  if (link.startsWith(`${rootUrl}/`)) return link.slice(rootUrl.length)
  // The same origin can be written in several ways: a port that goes without saying, a host in capitals.
  const root = new URL(rootUrl)
  const there = URL.canParse(link) ? new URL(link) : undefined
  const path = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*(\/.*)$/is.exec(link)?.[1]
  if (there?.origin === root.origin && there.username === '' && path?.startsWith(`${root.pathname}/`))
    return path.slice(root.pathname.length)
  throw new EntrapipeError(
    'GRAPH_LINK_FOREIGN',
    `A link in a reply of ${root.origin} leads to ${there?.origin ?? 'an address that cannot be read'}: it was not followed, nothing was sent there.`,
    {
      facts: { expected: root.origin, got: there?.origin },
      fix: 'If a proxy stands before Graph, set the tenant’s graphUrl to the address that the links name.',
    },
  )
}

/** The links of a listing, kept as short hashes: one that comes a second time would be followed for ever. */
interface SeenLinks {
  /** False when it was there before. */
  add(link: string): boolean
  /** Forgets all that were added after this one. */
  forgetAfter(link: string): void
  clear(): void
}

/** 96 bits of each link: two different ones look alike once in many billions of listings. */
export const seenLinks = (): SeenLinks => {
  const seen = new Set<string>()
  const short = (link: string) => hash('sha256', link, 'base64url').slice(0, 16)
  return {
    add(link) {
      const name = short(link)
      if (seen.has(name)) return false
      seen.add(name)
      return true
    },
    forgetAfter(link) {
      const name = short(link)
      let after = !seen.has(name)
      for (const other of [...seen]) {
        if (after) seen.delete(other)
        if (other === name) after = true
      }
    },
    clear: () => seen.clear(),
  }
}
