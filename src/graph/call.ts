import type { Context, FetchOptions, Middleware } from '@microsoft/microsoft-graph-client'
import type { GraphRequest } from '../core/graph.ts'
import type { QuotaName } from '../data/costs.ts'
import type { PageBuffer } from './page-buffer.ts'

/** A request on its way through the middleware chain. */
export interface Call {
  readonly request: GraphRequest
  readonly signal?: AbortSignal
  /** What it is charged, by quota. */
  readonly charges: readonly Charge[]
  /** Whether the same request twice does no harm, so that it may be sent again after a lost reply. */
  readonly repeatable: boolean
  /** For the page of a listing, whose reply becomes a `PageBody`. */
  readonly page?: PageCall
  /**
   * Called for each physical attempt, when nothing is left to wait for; answers with the body that leaves. When it throws,
   * nothing leaves, and the call ends with what it threw.
   */
  readonly leave?: () => Promise<string>
  /** Number of attempts, the one that is about to be made included. */
  attempts: number
  /** The app whose quotas it spends; known once it has signed in. */
  appId?: string
  /** An attempt has left and was neither answered nor found not to have arrived: the service may carry it out. */
  unanswered?: boolean
  ended?: Ended
  /** What the chain threw: the library would wrap it in an error of its own. */
  thrown?: { readonly error: unknown }
}

/** How a page is read. */
export interface PageCall {
  /** Where its bytes are kept. */
  readonly into: PageBuffer
  /** Resolves when it is about to be used; until then it is not parsed. */
  readonly wanted: Promise<void>
}

/** Units that a request takes from one of the app's quotas. */
export interface Charge {
  readonly quota: QuotaName
  readonly units: number
}

/** How one attempt ended. */
export type Ended = Reply | Failure

/** A whole reply. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Bytes of JSON below the link that parses, JSON's value above it; text, or undefined where there is none. */
  readonly body: unknown
}

/** No whole reply. `sent` tells whether the service may have seen the request. */
export interface Failure {
  readonly failure: Error
  readonly sent: boolean
  /** A retry would fail in the same way (a certificate that is not trusted). */
  readonly final?: boolean
}

/** Whether no answer came. */
export const isFailure = (ended: Ended): ended is Failure => 'failure' in ended

/** A link of the chain: handles a call, and passes it on as often as required. */
export type Link = (call: Call, options: FetchOptions, next: () => Promise<Ended>) => Promise<Ended>

/** The option of the library's request that carries the call. */
export const callOption = 'call'

/** A link in the form that the library asks for. */
export const asMiddleware = (link: Link): Middleware => {
  let following: Middleware | undefined
  return {
    setNext(next) {
      following = next
    },
    async execute(context) {
      const options = context.options as FetchOptions & { readonly [callOption]: Call }
      const call = options[callOption]
      const next = async (): Promise<Ended> => {
        await following?.execute(context)
        return call.ended as Ended
      }
      call.ended = await link(call, options, next)
      // Returned untouched (`ResponseType.RAW`): the body is already parsed.
      context.response = call.ended as unknown as NonNullable<Context['response']>
    },
  }
}
