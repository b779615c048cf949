import type { Completeness, Manifest } from '../core/manifest.ts'

/** The last line of a stream of rows: who reads it knows that the writer came to its end. */
export interface Trailer {
  readonly rows: number
  /** Whether all rows of the source are there: `outcome` is `complete` or `drifted`. */
  readonly complete: boolean
  readonly outcome: Completeness
  /** The limit that ended the listing. */
  readonly limit?: number
  /** Id of the directory the rows come from. */
  readonly tenant?: string
}

/** The trailer of a run as a line. Without a manifest it is unverified. */
export const trailerLine = (rows: number, manifest: Manifest | undefined): string => {
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

const outcomes: readonly Completeness[] = ['complete', 'drifted', 'short', 'unverified']

/** The trailer that a line's value is; undefined for a row. */
export const trailerOf = (value: unknown): Trailer | undefined => {
  if (typeof value !== 'object' || value === null || !('$end' in value) || Object.keys(value).length !== 1)
    return undefined
  const end = value.$end as Partial<Trailer> | null
  if (typeof end !== 'object' || end === null || typeof end.rows !== 'number' || typeof end.complete !== 'boolean')
    return undefined
  return {
    rows: end.rows,
    complete: end.complete,
    outcome: outcomes.find(outcome => outcome === end.outcome) ?? (end.complete ? 'complete' : 'unverified'),
    ...(typeof end.limit === 'number' && { limit: end.limit }),
    ...(typeof end.tenant === 'string' && { tenant: end.tenant }),
  }
}
