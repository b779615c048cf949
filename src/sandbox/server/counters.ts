/** Requests since the last reset. */
export interface Counters {
  readonly requests: number
  /** By route, such as `GET /users/{id}`, then by status; `reset` for a connection that was reset. */
  readonly routes: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly resourceUnits: number
  readonly throttled: number
  readonly tokensIssued: number
}

interface LogLine {
  readonly at: string
  readonly requestId: string
  readonly method: string
  /** Path and query, without the host. */
  readonly url: string
  readonly status: number | 'reset'
  readonly appId?: string
  readonly units?: number
  readonly fault?: string
  readonly retried?: boolean
  /** For an entry of a `$batch`: the request-id of the batch. */
  readonly batch?: string
}

/** Counts requests and keeps the last ones. */
export interface Journal {
  record(line: LogLine): void
  /** The last requests, oldest first. They contain no token or secret: only the fields of `LogLine` are kept. */
  tail(last: number): readonly LogLine[]
  counters(tokensIssued: number): Counters
  reset(): void
}

const opaque = /^(?:[0-9a-f]{8}-[0-9a-f-]{27}|[^/]*@[^/]*)$/i

/** Replaces ids in a path, so that a million users make one route. */
const routeOf = (method: string, url: string): string => {
  const path = url.split('?', 1)[0] ?? ''
  const parts = path.split('/').map(part => {
    const plain = decodeSafely(part)
    if (opaque.test(plain)) return '{id}'
    return plain.replace(/\('?[^)']*'?\)$/, '({id})').replace(/=[^)]*\)$/, '={id})')
  })
  return `${method} ${parts.join('/')}`
}

const decodeSafely = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    // With a stray percent sign, the route is named as it was sent.
    return text
  }
}

/** @param keep number of requests that `tail` can return @default 1000 */
export const createJournal = (keep = 1_000): Journal => {
  let lines: LogLine[] = []
  let routes = new Map<string, Map<string, number>>()
  let requests = 0
  let resourceUnits = 0
  let throttled = 0
  return {
    record(line) {
      requests++
      resourceUnits += line.units ?? 0
      if (line.status === 429) throttled++
      const route = routeOf(line.method, line.url)
      // Invalid paths must not fill memory.
      const name = routes.has(route) || routes.size < 2_000 ? route : 'other'
      const statuses = routes.get(name) ?? new Map<string, number>()
      routes.set(name, statuses)
      statuses.set(String(line.status), (statuses.get(String(line.status)) ?? 0) + 1)
      lines.push(line)
      if (lines.length > keep * 2) lines = lines.slice(-keep)
    },
    tail: last => lines.slice(-Math.min(last, keep)),
    counters: tokensIssued => ({
      requests,
      routes: Object.fromEntries([...routes].map(([route, statuses]) => [route, Object.fromEntries(statuses)])),
      resourceUnits,
      throttled,
      tokensIssued,
    }),
    reset() {
      lines = []
      routes = new Map()
      requests = resourceUnits = throttled = 0
    },
  }
}
