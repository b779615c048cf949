import { EntrapipeError } from '../core/errors.ts'
import type { GraphPage, GraphReply, GraphRequest, PagesOptions } from '../core/graph.ts'
import type { PageCall } from './call.ts'
import type { OnGraphEvent } from './events.ts'
import { failureWords } from './failure.ts'
import type { BoundWatch } from './bound.ts'
import { brokenFailure } from './broken-reply.ts'
import { beginnings, endlessGuard } from './endless.ts'
import { jsonTable } from './json-table.ts'
import { belowRoot, seenLinks } from './links.ts'
import { openPage, opened, type OpenPage } from './open-page.ts'
import type { PagePool } from './page-pool.ts'
import { repeating } from './repeating.ts'
import { graphCode, graphMessage, pathOf } from './refusal.ts'
import { tableMemory } from './table-memory.ts'

/** Options of `createPages`. */
interface PagesSetting {
  readonly rootUrl: string
  readonly onEvent: OnGraphEvent
  /** A refusal is a reply. */
  readonly attempt: (request: GraphRequest, signal: AbortSignal, page: PageCall) => Promise<GraphReply>
  readonly pool: PagePool
  /** Observes waits of the reader. */
  readonly watch: Pick<BoundWatch, 'waiting'>
  /** Makes the error for a final refusal. */
  readonly refused: (request: GraphRequest, reply: GraphReply) => EntrapipeError
}

/** The maximum number of times that a listing starts over or returns to the same link. */
const mostReturns = 5

interface Got {
  readonly link: string
  readonly reply: GraphReply
  /** Absent if refused. */
  readonly page?: OpenPage
}

/** Reads collections page by page; see `Graph.pages`. Holds the current page and the bytes of the next one. */
export const createPages = ({ rootUrl, onEvent, attempt, refused, watch, pool }: PagesSetting) => {
  const tables = tableMemory()
  return async function* pages<T>(
    first: string,
    { signal, headers, restart, distinct, unparsed: key }: PagesOptions = {},
  ): AsyncGenerator<GraphPage<T>, void, undefined> {
    const start = belowRoot(rootUrl, first)
    const origin = restart === undefined ? start : belowRoot(rootUrl, restart)
    const ended = new AbortController()
    const either = signal ? AbortSignal.any([signal, ended.signal]) : ended.signal
    const seen = seenLinks()
    const returns = new Map<string, number>()
    const reader = pool.open()
    const buffers = [reader.buffer(), reader.buffer()]
    const guard = endlessGuard(pathOf(start))
    const begun = beginnings()
    const unparsed = key === undefined ? undefined : { key, table: jsonTable(tables) }
    let safe = start
    const again = repeating()

    let want = (): void => {}
    const get = async (link: string, how: PageCall): Promise<Got> => {
      const request: GraphRequest = { method: 'GET', url: link, ...(headers && { headers }) }
      const reply = await attempt(request, either, how)
      if (reply.status < 200 || reply.status > 299) return { link, reply }
      return { link, reply, page: openPage(rootUrl, link, reply, how.into) }
    }
    const fetchAhead = (link: string): Promise<Got> => {
      // The previous page is still in use; the one before it is not.
      buffers.reverse()
      const got = get(link, { into: buffers[0]!, wanted: new Promise(resolve => (want = resolve)) })
      // The reader gets the error. If no reader takes the page, the error is ignored.
      got.catch(() => {})
      return got
    }
    /** The link to continue from after a refusal that means an expired link. */
    const turnBack = ({ link, reply }: Got): string => {
      const said = returnPoint(link, reply)
      const to = said === 'link' && safe === link ? 'start' : said
      const back = to === 'start' ? origin : safe
      const times = (returns.get(back) ?? 0) + 1
      if (to === undefined || back === link || times > mostReturns) throw refused({ method: 'GET', url: link }, reply)
      returns.set(back, times)
      guard.wentBack()
      onEvent({ kind: 'back', path: pathOf(back), to, why: graphCode(reply) ?? `status ${reply.status}` })
      again.turnedBack(to)
      if (to === 'start') {
        seen.clear()
        seen.add(origin)
        safe = origin
      } else seen.forgetAfter(back)
      return back
    }
    /** The values of a page. A corrupted page is requested again, and its first values are repeated. */
    async function* piecesOf(page: OpenPage, link: string): AsyncGenerator<GraphPage<T>, void, undefined> {
      for (let attempt = 1, open = page; ; attempt++) {
        try {
          return yield* opened<T>(open, unparsed)
        } catch (error) {
          if (!(error instanceof SyntaxError)) throw error
          const why = failureWords(brokenFailure(error))
          if (attempt > mostReturns) throw unreadable(link, why, error)
          again.pageAgain()
          onEvent({ kind: 'retry', method: 'GET', path: pathOf(link), attempt, waitMs: 0, why })
        }
        const asked: Got = await get(link, { into: page.bytes, wanted: Promise.resolve() })
        if (!asked.page) throw refused({ method: 'GET', url: link }, asked.reply)
        open = { ...page, pieces: asked.page.pieces }
      }
    }

    try {
      seen.add(start)
      let ahead: Promise<Got> | undefined = fetchAhead(start)
      while (ahead) {
        want()
        const got: Got = await watch.waiting(ahead)
        signal?.throwIfAborted()
        const { page } = got
        if (!page) {
          ahead = fetchAhead(turnBack(got))
          continue
        }
        if (page.next !== undefined && !seen.add(page.next)) throw repeated(got.link)
        if (page.safe !== undefined) safe = page.safe
        ahead = page.next === undefined ? undefined : fetchAhead(page.next)
        let came = 0
        for await (const piece of piecesOf(page, got.link)) {
          if (came === 0 && !distinct) begun.add(piece.json ? { id: piece.json.key(0) } : piece.values[0])
          came += piece.json?.count ?? piece.values.length
          reader.asked(false)
          yield again.told(piece, piece.json?.count ?? piece.values.length)
          reader.asked(true)
          signal?.throwIfAborted()
        }
        again.pageEnded(page.safe !== undefined)
        page.bytes.free()
        if (distinct) guard.page(came, distinct())
        else guard.page(Math.min(came, 1), begun.count())
      }
    } finally {
      ended.abort(new Error('the listing is no longer read'))
      want()
      reader.close()
    }
  }
}

/**
 * How services behind Graph say that a page token is gone, without a code: those of sign-ins.
 *
 * @see https://github.com/microsoftgraph/microsoft-graph-docs/issues/8612
 * @see https://github.com/microsoftgraph/msgraph-sdk-powershell/issues/451
 */
const otherwiseExpired = /invalid skip ?token|token is either invalid or expired/i

/** Where to return to: a token from a retried reply may be gone, so to the last link from an unretried reply. If a token expired, to the start. */
const returnPoint = (at: string, reply: GraphReply): 'link' | 'start' | undefined => {
  const said = `${graphCode(reply) ?? ''} ${graphMessage(reply) ?? ''}`
  if (/PageTokenNotFound/i.test(said)) return 'link'
  if (/ExpiredPageToken/i.test(said) || (reply.status === 400 && otherwiseExpired.test(said))) return 'start'
  // An expired delta link is for the reader to handle, since its state must be reconciled.
  const isDelta = /\/delta\b/i.test(pathOf(at))
  return !isDelta && (reply.status === 410 || /resyncRequired|syncStateNotFound/i.test(said)) ? 'start' : undefined
}

const unreadable = (at: string, why: string, cause: unknown): EntrapipeError =>
  new EntrapipeError('GRAPH_UNAVAILABLE', `A page of ${pathOf(at)} cannot be read: ${why}. Try again later.`, {
    cause: brokenFailure(cause).failure,
    facts: { path: pathOf(at), attempts: mostReturns },
  })

const repeated = (at: string): EntrapipeError =>
  new EntrapipeError(
    'GRAPH_LINK_REPEATED',
    `The listing of ${pathOf(at)} returned to a page that was already read. It was stopped, because it would never end.`,
    {
      facts: { path: pathOf(at) },
      fix: 'Try again. If it happens again, list the objects in another way, for example with another filter.',
    },
  )
