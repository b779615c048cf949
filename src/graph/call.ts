import type { Context, FetchOptions, Middleware } from '@microsoft/microsoft-graph-client'
import type { GraphRequest } from '../core/graph.ts'
import type { QuotaName } from '../data/costs.ts'
import type { PooledBuffer } from './page-pool.ts'

/** A request on its way through the middleware chain. */
export interface Call {
  readonly request: GraphRequest
  readonly signal?: AbortSignal
  /** Its cost, by quota. */
  readonly charges: readonly Charge[]
  /** The requests of a `$batch` whose entries have the ids 1, 2, 3 … */
  readonly entries?: readonly GraphRequest[]
  /** Whether the request is safe to repeat, so that it is retried after a lost reply. */
  readonly repeatable: boolean
  /** For the page of a listing, whose reply becomes a `PageBody`. */
  readonly page?: PageCall
  /**
   * Called before each physical attempt, after all waits; returns the body to send. If it throws, nothing is sent, and the
   * call rejects with that error.
   */
  readonly leave?: () => Promise<string>
  /** Called immediately before the bytes of each physical attempt are written. If it throws, as `leave`. */
  readonly writing?: () => void
  /** Gives up its place in the governor before its reply is complete. Present while an attempt is in flight. */
  stepAside?: () => void
  /** Once sent, an attempt is not cut off: an abort only ends what comes before it and after its reply. */
  readonly settles?: true
  /** Number of attempts, including the current one. */
  attempts: number
  /** The app whose quotas are used; known after signing in. */
  appId?: string
  /** An attempt was sent without a reply, and the service may have carried it out. */
  unanswered?: boolean
  ended?: Ended
  /** The error of the chain, kept here because the library would wrap it. */
  thrown?: { readonly error: unknown }
}

/** Options for reading a page. */
export interface PageCall {
  /** Buffer for its bytes. */
  readonly into: PooledBuffer
  /** Resolves when the page is needed. It is not parsed before. */
  readonly wanted: Promise<void>
}

/** Units that a request takes from one of the app's quotas. */
export interface Charge {
  readonly quota: QuotaName
  readonly units: number
}

/** How one attempt ended. */
export type Ended = Reply | Failure

/** A complete reply. */
export interface Reply {
  readonly status: number
  /** The status of success that it had, if its body was an error; see `withErrorInside`. */
  readonly insteadOf?: number
  readonly headers: Readonly<Record<string, string>>
  /** Bytes of JSON below the parsing link, the parsed value above it; otherwise text, or undefined if empty. */
  readonly body: unknown
}

/** No complete reply. `sent`: the service may have received the request. */
export interface Failure {
  readonly failure: Error
  readonly sent: boolean
  /** A retry would fail in the same way (an untrusted certificate). */
  readonly final?: boolean
}

/** Whether an attempt ended without a reply. */
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
