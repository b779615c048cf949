import type { Reply } from './call.ts'
import { verdictOf } from './verdict.ts'

/** What one round trip says of a request of a unit. `skipped`: the one before it in the chain did not succeed. */
export type Fate = 'answered' | 'not-done' | 'skipped' | 'undecided'

interface Judged {
  readonly repeatable: boolean
  /** It was sent again for a refused token once. */
  readonly renewed: boolean
  /** Undefined where the reply lacks the request, or there is none. */
  readonly reply: Reply | undefined
}

/** What becomes of the requests of one unit, in their order. */
interface UnitVerdict {
  readonly fates: readonly Fate[]
  /** Requests from here on are sent again together, in their order; their number when none is. */
  readonly again: number
}

/**
 * Judges the requests of one unit after a round trip. Of a chain the requests are sent again from the first that was not
 * answered, provided that none of them can have been carried out, or may be carried out again: else a change would come
 * after one that was meant to follow it.
 */
export const unitVerdict = (requests: readonly Judged[]): UnitVerdict => {
  const isChain = requests.length > 1
  const fates = requests.map(request => fateOf(request, isChain))
  const open = fates.findIndex(fate => fate !== 'answered')
  const canRepeat = (at: number): boolean =>
    fates[at] === 'undecided' ? requests[at]!.repeatable : fates[at] !== 'answered'
  const isRepeated = open >= 0 && fates[open] !== 'skipped' && fates.every((_, at) => at < open || canRepeat(at))
  return { fates, again: isRepeated ? open : requests.length }
}

const fateOf = ({ reply, renewed }: Judged, isChain: boolean): Fate => {
  if (!reply) return 'undecided'
  if (isChain && reply.status === 424) return 'skipped'
  if (reply.status === 401 && !renewed) return 'not-done'
  const verdict = verdictOf(reply)
  return verdict === 'final' ? 'answered' : verdict
}
