import type { Past } from './past.ts'

/** What tells when the directory shows something. */
export interface Showing {
  readonly past: Past
  /** How long the directory may take to show a change, in milliseconds. */
  readonly lagBoundMs: number
}

/** When the directory shows everything that was written at these times; 0 if nothing was. */
export const shownAt = ({ past, lagBoundMs }: Showing, writtenAt: readonly (number | undefined)[]): number => {
  const last = writtenAt.reduce((latest: number, atMs) => Math.max(latest, atMs === undefined ? 0 : past(atMs)), 0)
  return last === 0 ? 0 : last + lagBoundMs
}
