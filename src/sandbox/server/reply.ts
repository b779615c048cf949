/** A reply on the wire. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  /** Sent instead of `body`, one per line, as fast as the client reads. */
  readonly lines?: Iterable<string>
}

/** A request on the wire. */
export interface Incoming {
  readonly method: string
  /** Path and query, as sent. */
  readonly url: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Buffer
  /** `https://host:port`, the origin of links; see `ownOrigin`. */
  readonly origin: string
}

const plainJson = { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store, no-cache' }

/** Creates a reply with a JSON body. A string is used as is. */
export const jsonReply = (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status,
  headers: { ...plainJson, ...headers },
  body: typeof value === 'string' ? value : JSON.stringify(value),
})

/** Creates a reply of JSON lines. The values are serialised while they are sent, so that any number fits in memory. */
export const linesReply = (values: Iterable<unknown>): Reply => ({
  status: 200,
  headers: { 'Content-Type': 'application/jsonl; charset=utf-8', 'Cache-Control': 'no-store, no-cache' },
  body: undefined,
  lines: Iterator.from(values).map(value => JSON.stringify(value)),
})
