import type { ServerResponse } from 'node:http'

/** A request that a wire server received. */
export interface Logged {
  /** The path with its query. The entries of a `$batch` are requests of their own. */
  readonly url: string
  /** False if the client was gone before the reply. */
  readonly answered: boolean
}

/** Notes the requests of a server in the order in which they arrive. */
export const requestLog = (): {
  /** @param urls what one round trip asks for */
  readonly note: (urls: readonly string[], response: ServerResponse) => void
  /** Everything noted since the last call, once each request is answered or its client is gone. */
  readonly read: () => Promise<readonly Logged[]>
} => {
  let noted: { readonly url: string; answered: boolean }[] = []
  let open = 0
  let closed = (): void => {}
  return {
    note(urls, response) {
      const entries = urls.map(url => ({ url, answered: false }))
      noted.push(...entries)
      open++
      response.once('close', () => {
        for (const entry of entries) entry.answered = response.writableFinished
        open--
        closed()
      })
    },
    async read() {
      while (open > 0) await new Promise<void>(resolve => (closed = resolve))
      const read = noted
      noted = []
      return read
    },
  }
}
