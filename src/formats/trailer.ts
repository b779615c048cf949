import type { Manifest } from '../core/manifest.ts'

/** The last line of a stream of rows: who reads it knows that the writer came to its end. */
export interface Trailer {
  readonly rows: number
  /** Whether all rows of the source are vouched for. */
  readonly complete: boolean
  /** Id of the directory the rows come from. */
  readonly tenant?: string
}

/** The trailer of a run as a line. Without a manifest nobody vouches: it is not complete. */
export const trailerLine = (rows: number, manifest: Manifest | undefined): string => {
  const trailer: Trailer = {
    rows,
    complete: manifest?.completeness === 'complete' || manifest?.completeness === 'drifted',
    ...(manifest?.tenant && { tenant: manifest.tenant.id }),
  }
  return `${JSON.stringify({ $end: trailer })}\n`
}

/** The trailer that a line's value is; undefined for a row. */
export const trailerOf = (value: unknown): Trailer | undefined => {
  if (typeof value !== 'object' || value === null || !('$end' in value) || Object.keys(value).length !== 1)
    return undefined
  const end = value.$end as Partial<Trailer> | null
  if (typeof end !== 'object' || end === null || typeof end.rows !== 'number' || typeof end.complete !== 'boolean')
    return undefined
  return { rows: end.rows, complete: end.complete, ...(typeof end.tenant === 'string' && { tenant: end.tenant }) }
}
