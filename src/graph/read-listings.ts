import { EntrapipeError } from '../core/errors.ts'
import { given } from '../core/given.ts'
import type { Graph, GraphReply, GraphRequest } from '../core/graph.ts'
import { refusal } from './refusal.ts'

/** What is needed to read listings. */
interface Reading {
  readonly graph: Pick<Graph, 'batch' | 'pages' | 'tenant'>
  readonly signal?: AbortSignal
  /** Of every request. */
  readonly headers?: NonNullable<GraphRequest['headers']>
}

/** An object of a listing. */
interface Listed {
  readonly id: string
}

interface Page<T> {
  readonly value?: readonly T[]
  readonly '@odata.nextLink'?: string
}

/** The values of a reply that has all of its listing. A short or empty page with a link to the next one has not. */
const wholeIn = <T>({ body }: GraphReply): readonly T[] | undefined => {
  const { value, '@odata.nextLink': next } = (body ?? {}) as Page<T>
  return next === undefined ? value : undefined
}

/** A link of a batch is no path, so a listing of several pages is read again from its start. */
const toItsEnd = async <T extends Listed>({ graph, signal, headers }: Reading, url: string): Promise<readonly T[]> => {
  const found = new Map<string, T>()
  for await (const { values } of graph.pages<T>(url, given({ signal, headers })))
    for (const value of values) found.set(value.id, value)
  return [...found.values()]
}

/** Whether an error is a reply with a status that is expected. */
const isExpected = (error: unknown, isNone: (status: number) => boolean): boolean =>
  error instanceof EntrapipeError && typeof error.facts['status'] === 'number' && isNone(error.facts['status'])

/**
 * Reads many listings, such as the groups of each of many users, each to its end: their first pages 20 in a round trip, what has more
 * pages one by one. For listings that fit in memory together.
 *
 * @param isNone whether a status means that the listing does not exist, such as 404 if its owner was deleted. @default never
 * @returns in the order of the links; undefined where it does not exist
 * @throws EntrapipeError `NOT_PERMITTED`, `GRAPH_REFUSED`, `GRAPH_NOT_FOUND`, `SIGN_IN_FAILED`
 */
export const readListings = async <T extends Listed>(
  reading: Reading,
  urls: readonly string[],
  isNone: (status: number) => boolean = () => false,
): Promise<readonly (readonly T[] | undefined)[]> => {
  const { graph, signal, headers } = reading
  const requests = urls.map((url): GraphRequest => ({ method: 'GET', url, ...given({ headers }) }))
  const replies = await graph.batch(requests, signal)
  const listings: (readonly T[] | undefined)[] = []
  for (const [at, reply] of replies.entries())
    try {
      if (reply.status !== 200) throw refusal(requests[at]!, reply, graph.tenant)
      listings.push(wholeIn<T>(reply) ?? (await toItsEnd<T>(reading, urls[at]!)))
    } catch (error) {
      if (!isExpected(error, isNone)) throw error
      listings.push(undefined)
    }
  return listings
}

/** No listing: its owner does not exist, or was deleted meanwhile. */
export const ownerIsGone = (status: number): boolean => status === 404
