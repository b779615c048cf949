import { EntrapipeError } from '../../core/errors.ts'

const safe: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** What is known of a request that a browser may have sent for a page of another site. */
interface FromBrowser {
  readonly method: string
  readonly origin: string | undefined
  readonly marked: string | undefined
  /** The server's own, as the browser knows it. */
  readonly ownOrigin: string
}

/**
 * Refuses what another site could make a browser send: a browser adds the cookie, but lets no other site set a header of its own, and names
 * the site. Programs without a browser send no Origin.
 *
 * @throws EntrapipeError `ORIGIN_FOREIGN`
 */
export const expectOwnOrigin = ({ method, origin, marked, ownOrigin }: FromBrowser, hasCookie: boolean): void => {
  if (safe.has(method)) return
  if (origin !== undefined ? origin !== ownOrigin : hasCookie)
    throw new EntrapipeError(
      'ORIGIN_FOREIGN',
      origin === undefined
        ? 'A request with a cookie that changes something must name its origin.'
        : 'The request comes from a page of another site.',
      { fix: 'Use the page of this server, or a token.' },
    )
  if (marked !== '1')
    throw new EntrapipeError(
      'ORIGIN_FOREIGN',
      'A request without a token that changes something needs X-Entrapipe: 1.',
      {
        fix: 'Add this header, or use a token.',
      },
    )
}
