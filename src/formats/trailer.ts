import { completenesses } from '../core/completeness.ts'
import type { Completeness, Manifest } from '../core/manifest.ts'

/** The last line of a stream of rows. It tells the reader that the writer finished. */
export interface Trailer {
  readonly rows: number
  /** Whether the stream has all rows of the source: `outcome` is `complete` or `drifted`. */
  readonly complete: boolean
  readonly outcome: Completeness
  /** The limit that ended the listing. */
  readonly limit?: number
  /** Id of the source directory. */
  readonly tenant?: string
}

/** Formats the trailer of a run as a line. Without a manifest the outcome is `unverified`. */
export const trailerLine = (
  rows: number,
  manifest: Pick<Manifest, 'completeness' | 'limit' | 'tenant'> | undefined,
): string => {
  const outcome = manifest?.completeness ?? 'unverified'
  const trailer: Trailer = {
    rows,
    complete: outcome === 'complete' || outcome === 'drifted',
    outcome,
    ...(manifest?.limit !== undefined && { limit: manifest.limit }),
    ...(manifest?.tenant && { tenant: manifest.tenant.id }),
  }
  return `${JSON.stringify({ $end: trailer })}\n`
}

/** Parses a line's value as a trailer; undefined for a row. */
export const trailerOf = (value: unknown): Trailer | undefined => {
  if (typeof value !== 'object' || value === null || !('$end' in value) || Object.keys(value).length !== 1)
    return undefined
  const end = value.$end as Partial<Trailer> | null
  if (typeof end !== 'object' || end === null || typeof end.rows !== 'number' || typeof end.complete !== 'boolean')
    return undefined
  return {
    rows: end.rows,
    complete: end.complete,
    outcome: completenesses.find(outcome => outcome === end.outcome) ?? (end.complete ? 'complete' : 'unverified'),
    ...(typeof end.limit === 'number' && { limit: end.limit }),
    ...(typeof end.tenant === 'string' && { tenant: end.tenant }),
  }
}
