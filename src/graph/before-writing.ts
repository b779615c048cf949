import type { Dispatcher } from 'undici'

/** A dispatcher that may refuse a request at the last moment. */
interface Guard {
  readonly dispatcher: Pick<Dispatcher, 'request'>
  /** Why a request was not written. */
  readonly refused: { readonly error: unknown } | undefined
}

/**
 * Calls `writing` when a request has its connection, in the turn in which its first byte is written. If it throws, no byte is, and the
 * connection stays open.
 *
 * @see https://undici.nodejs.org/#/docs/api/Dispatcher `onRequestStart`
 */
export const beforeWriting = (dispatcher: Dispatcher, writing: () => void): Guard => {
  let refused: Guard['refused']
  const guarded = dispatcher.compose(
    dispatch => (options, handler) =>
      dispatch(options, {
        onRequestStart(controller, context) {
          handler.onRequestStart?.(controller, context)
          try {
            writing()
          } catch (error) {
            refused = { error }
            throw error
          }
        },
        onRequestUpgrade: (...of) => handler.onRequestUpgrade?.(...of),
        onResponseStarted: () => handler.onResponseStarted?.(),
        onResponseStart: (...of) => handler.onResponseStart?.(...of),
        onResponseData: (...of) => handler.onResponseData?.(...of),
        onResponseEnd: (...of) => handler.onResponseEnd?.(...of),
        onResponseError: (...of) => handler.onResponseError?.(...of),
      }),
  )
  return {
    dispatcher: guarded,
    get refused() {
      return refused
    },
  }
}
