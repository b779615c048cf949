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
  /** How often it was sent, or was about to be. */
  attempts: number
  /** Whose quotas it spends; known once somebody has signed in. */
  appId?: string
  outcome?: Outcome
  /** What the chain threw: the library would wrap it in an error of its own. */
  thrown?: { readonly error: unknown }
}

/** How a page is read. */
export interface PageCall {
  /** Where its bytes are kept. */
  readonly into: PageBuffer
  /** Resolves when it is about to be used; until then it stays bytes. */
  readonly wanted: Promise<void>
}

/** Units that a request takes from one of the app's quotas. */
export interface Charge {
  readonly quota: QuotaName
  readonly units: number
}

/** How one attempt ended. */
export type Outcome = Answer | Failure

/** A whole reply. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Bytes of JSON below the link that parses, JSON's value above it; text, or undefined where there is none. */
  readonly body: unknown
}

/** No whole reply. `sent` tells whether the service may have seen the request. */
export interface Failure {
  readonly failure: Error
  readonly sent: boolean
  /** Never again: it would fail in the same way (a certificate that nobody trusts). */
  readonly final?: boolean
}

/** Whether no answer came. */
export const isFailure = (outcome: Outcome): outcome is Failure => 'failure' in outcome

/** A link of the chain: does something about a call, and lets it go on as often as need be. */
export type Link = (call: Call, options: FetchOptions, next: () => Promise<Outcome>) => Promise<Outcome>

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
      const next = async (): Promise<Outcome> => {
        await following?.execute(context)
        return call.outcome as Outcome
      }
      call.outcome = await link(call, options, next)
      // Taken back untouched (`ResponseType.RAW`): the body is parsed already.
      context.response = call.outcome as unknown as NonNullable<Context['response']>
    },
  }
}
