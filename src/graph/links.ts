import { hash } from 'node:crypto'
import { EntrapipeError } from '../core/errors.ts'

/**
 * The path and query of a link below the version root, byte for byte, so that it can be saved without the host.
 *
 * @throws EntrapipeError `GRAPH_LINK_FOREIGN` for a link to another host, which would receive the token
 */
export const belowRoot = (rootUrl: string, link: string): string => {
  if (link.startsWith('/') && !link.startsWith('//')) return link
  if (link.startsWith(`${rootUrl}/`)) return link.slice(rootUrl.length)
  // The same origin can be written in several ways: with the default port, or with an upper-case host.
  const root = new URL(rootUrl)
  const there = URL.canParse(link) ? new URL(link) : undefined
  const path = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*(\/.*)$/is.exec(link)?.[1]
  if (there?.origin === root.origin && there.username === '' && path?.startsWith(`${root.pathname}/`))
    return path.slice(root.pathname.length)
  throw new EntrapipeError(
    'GRAPH_LINK_FOREIGN',
    `A link in a reply of ${root.origin} leads to ${there?.origin ?? 'an invalid URL'}. It was not followed, and nothing was sent there.`,
    {
      facts: { expected: root.origin, got: there?.origin },
      fix: 'If Graph is behind a proxy, set the tenant’s graphUrl to the address in the links.',
    },
  )
}

/** The links of a listing as short hashes. A repeated link would be followed forever. */
interface SeenLinks {
  /** False if the link is already known. */
  add(link: string): boolean
  /** Forgets all links added after this one. */
  forgetAfter(link: string): void
  clear(): void
}

/** Keeps 96 bits of each link, so that different links collide once in many billions of listings. */
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
