import type { Completeness, Drift } from './manifest.ts'

/** What is known of a listing at its end. */
interface Evidence {
  readonly read: number
  /** Whether a limit ended the listing. */
  readonly limited: boolean
  /** Whether the rows come from the service, which keeps changing. */
  readonly live: boolean
  readonly before: number | undefined
  readonly after: number | undefined
  /** What changed while it was read, if the service reports it. */
  readonly drift: Drift | undefined
  /** Completeness as reported upstream or by the source: rows may be missing although the counts agree. */
  readonly upstream: Completeness | undefined
  /** Why they are not complete. */
  readonly upstreamWhy?: string | undefined
}

/** Why a file is unverified whose rows came through a pipe that may have been cut off. */
export const unconfirmed = 'nothing confirms that the input has all its rows'

const saidUpstream = {
  drifted: 'the command that wrote the rows reported that the directory changed while it read',
  short: 'the command that wrote the rows reported that some are missing',
  unverified: unconfirmed,
} as const

/** Whether all rows were read, and why not. */
export interface Judged {
  readonly completeness: Completeness
  /** Why it is not `complete`. */
  readonly why?: string
}

/**
 * Decides whether all rows were read, and why not. Fewer rows than exist are never a success.
 *
 * The service counts from an index that lags behind the listing by seconds to minutes. Objects created shortly before are read
 * and not counted: the directory drifted. An excess loses no row and repeats none, because repeated rows are dropped by id. The
 * service does not report how far its count lags, so the excess is reported and not limited. Objects deleted shortly before are
 * counted and not read. Neither counts nor changes distinguish them from rows that the listing omitted, so the result is short.
 */
export const judge = (evidence: Evidence): Judged => {
  const counted = judgeByCount(evidence)
  const { upstream, upstreamWhy } = evidence
  if (upstream === undefined || upstream === 'complete' || counted.completeness === 'short') return counted
  const why = upstreamWhy ?? saidUpstream[upstream]
  // Drift is reported, too: it has another remedy.
  return { completeness: upstream, why: counted.completeness === 'drifted' ? `${why}; ${counted.why}` : why }
}

const were = (count: number): string => (count === 1 ? '1 was' : `${count} were`)
const rowsWere = (count: number): string => (count === 1 ? '1 row was' : `${count} rows were`)

const judgeByCount = (evidence: Evidence): Judged => {
  const { read, before, after, drift } = evidence
  if (!evidence.live) return { completeness: 'complete' }
  // The number of rows is known, but not which ones a search omits, whether it ended early or not.
  if (evidence.limited && before !== undefined) return { completeness: 'complete' }
  if (before === undefined || after === undefined)
    return { completeness: 'unverified', why: 'the service has no count of this listing to compare with' }
  const moved = drift !== undefined && drift.created + drift.deleted + drift.changed > 0
  if (read === before && read === after && !moved) return { completeness: 'complete' }
  const least = leastOf(before, after, drift)
  const most = Math.max(before, after, before + (drift?.created ?? 0))
  const counted =
    before === after ? `${were(before)} counted before and after` : `${were(before)} counted before, ${after} after`
  const changes = moved ? ` (${changesIn(drift)})` : ''
  if (read < least)
    return {
      completeness: 'short',
      why: `${rowsWere(read)} read, but ${counted}${changes}: ${least - read} or more are missing, or were deleted so shortly before that they still count`,
    }
  return {
    completeness: 'drifted',
    why: `${rowsWere(read)} read and ${counted}: ${[
      ...(moved || before !== after ? [`the directory changed meanwhile${changes}`] : []),
      ...(read > most ? [`the count lags behind the listing, by ${read - most} or more`] : []),
    ].join(', and ')}`,
  }
}

const changesIn = ({ created, deleted, changed }: Drift): string =>
  Object.entries({ created, deleted, 'changed or restored': changed })
    .flatMap(([what, number]) => (number > 0 ? `${number} ${what}` : []))
    .join(', ')

/**
 * The fewest rows that a complete reading has.
 *
 * If it is known which of the changed objects were read: all that were counted before, and those created since that were read, less
 * those that changed and were not read. And all that are counted after, less the same. Both hold, so the larger one does. Without the
 * times of creation, whatever was not read may have existed before, and none of what was read stands for what is missing.
 */
const leastOf = (before: number, after: number, drift: Drift | undefined): number => {
  if (!drift?.evidence) return Math.min(before, after, before - (drift?.deleted ?? 0))
  const { readCreated, unreadCreated, unreadChanged, gone } = drift.evidence
  const unread = unreadCreated + unreadChanged
  const existed = readCreated === undefined ? before - unread : before + readCreated - unreadChanged
  return Math.max(existed, after - unread) - gone
}

/** All of them, the best first. */
export const completenesses: readonly Completeness[] = ['complete', 'drifted', 'unverified', 'short']

/** The first of the worst of several judgements: a result is as complete as each input that it is made from. */
export const worst = <J extends Judged>(judged: readonly [J, ...J[]]): J =>
  judged.reduce((a, b) => (completenesses.indexOf(b.completeness) > completenesses.indexOf(a.completeness) ? b : a))
