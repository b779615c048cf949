import { createRouteCounts, type RouteCounts } from './route-counts.ts'

/** Requests since the last reset. */
export interface Counters {
  readonly requests: number
  /** By route, such as `GET /users/{id}`, then by status; `reset` for a connection that was reset. */
  readonly routes: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly resourceUnits: number
  readonly throttled: number
  readonly tokensIssued: number
  readonly writes: WriteCounts
}

/**
 * Writes by route. A write is attempted when it arrives, alone or in a batch, then either applied or refused. Until then, and
 * while a `lateWrite` waits, it is only attempted. One that a fault prevents is refused. Entries that a batch never attempts,
 * such as those answered 424, do not count.
 */
interface WriteCounts {
  readonly attempted: Readonly<Record<string, number>>
  /** By the status that Graph gave, also if the client got another one or none. */
  readonly applied: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** By status; `reset` or `missing` if there was none. */
  readonly refused: Readonly<Record<string, Readonly<Record<string, number>>>>
}

interface Request {
  readonly method: string
  /** Path and query, without the host. */
  readonly url: string
}

interface LogLine extends Request {
  readonly at: string
  readonly requestId: string
  /** What the client got. */
  readonly status: number | 'reset' | 'missing'
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
  /** Counts a write that has arrived. */
  attempted(write: Request): void
  /** Counts how a write ended in the directory. */
  settled(write: Request, status: number | 'reset' | 'missing'): void
  /** The last requests, oldest first. They contain no token or secret: only the fields of `LogLine` are kept. */
  tail(last: number): readonly LogLine[]
  counters(tokensIssued: number): Counters
  reset(): void
}

/** @param keep number of requests that `tail` can return @default 1000 */
export const createJournal = (keep = 1_000): Journal => {
  let lines: LogLine[] = []
  let requests = 0
  let resourceUnits = 0
  let throttled = 0
  const counts = (): Record<'answered' | 'attempted' | 'applied' | 'refused', RouteCounts> => ({
    answered: createRouteCounts(),
    attempted: createRouteCounts(),
    applied: createRouteCounts(),
    refused: createRouteCounts(),
  })
  let by = counts()
  return {
    record(line) {
      requests++
      resourceUnits += line.units ?? 0
      if (line.status === 429) throttled++
      by.answered.add(line.method, line.url, String(line.status))
      lines.push(line)
      if (lines.length > keep * 2) lines = lines.slice(-keep)
    },
    attempted: ({ method, url }) => by.attempted.add(method, url, 'all'),
    settled({ method, url }, status) {
      const performed = typeof status === 'number' && status < 400
      by[performed ? 'applied' : 'refused'].add(method, url, String(status))
    },
    tail: last => lines.slice(-Math.min(last, keep)),
    counters: tokensIssued => ({
      requests,
      routes: by.answered.all(),
      resourceUnits,
      throttled,
      tokensIssued,
      writes: {
        attempted: Object.fromEntries(
          Object.entries(by.attempted.all()).map(([route, { all = 0 }]) => [route, all] as const),
        ),
        applied: by.applied.all(),
        refused: by.refused.all(),
      },
    }),
    reset() {
      lines = []
      by = counts()
      requests = resourceUnits = throttled = 0
    },
  }
}
