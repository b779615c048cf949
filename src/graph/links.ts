import { hash } from 'node:crypto'
import { EntrapipeError } from '../core/errors.ts'

/**
 * A link as path and query below the version root, byte for byte: it can be saved, and the host may change.
 *
 * @throws EntrapipeError `GRAPH_LINK_FOREIGN` when it leads to another host: the token would be sent there
 */
export const belowRoot = (rootUrl: string, link: string): string => {
  if (link.startsWith('/') && !link.startsWith('//')) return link
  if (link.startsWith(`${rootUrl}/`)) return link.slice(rootUrl.length)
  // The same origin can be written in several ways: with the default port, with a host in capitals.
  const root = new URL(rootUrl)
  const there = URL.canParse(link) ? new URL(link) : undefined
  const path = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*(\/.*)$/is.exec(link)?.[1]
  if (there?.origin === root.origin && there.username === '' && path?.startsWith(`${root.pathname}/`))
    return path.slice(root.pathname.length)
  throw new EntrapipeError(
    'GRAPH_LINK_FOREIGN',
    `A link in a reply of ${root.origin} leads to ${there?.origin ?? 'an invalid address'}. It was not followed, and nothing was sent there.`,
    {
      facts: { expected: root.origin, got: there?.origin },
      fix: 'If a proxy stands in front of Graph, set the tenant’s graphUrl to the address in the links.',
    },
  )
}

/** The links of a listing as short hashes: a link that comes a second time would be followed forever. */
interface SeenLinks {
  /** False when it was there before. */
  add(link: string): boolean
  /** Forgets all that were added after this one. */
  forgetAfter(link: string): void
  clear(): void
}

/** 96 bits of each link: different links collide once in many billions of listings. */
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
