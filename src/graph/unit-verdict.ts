import type { Reply } from './call.ts'
import { verdictOf } from './verdict.ts'

/**
 * The result of a round trip for a request of a unit. `skipped`: the request before it in the chain did not succeed · `no-token`: a new
 * token was refused, too.
 */
export type Fate = 'answered' | 'not-done' | 'skipped' | 'undecided' | 'no-token'

interface Answered {
  readonly repeatable: boolean
  /** It was already retried because of a refused token. */
  readonly renewed: boolean
  /** Undefined without a reply, or if the reply lacks the request. */
  readonly reply: Reply | undefined
}

/** The fates of the requests of one unit, in order. */
interface UnitVerdict {
  readonly fates: readonly Fate[]
  /** Index of the first request to retry; all after it are retried too, in order. The number of requests if none is. */
  readonly again: number
}

/**
 * Judges the requests of one unit after a round trip. A chain is retried from the first request that was not answered,
 * provided that none of these can have been carried out, or all may be repeated. Otherwise changes could be applied out of
 * order.
 */
export const unitVerdict = (requests: readonly Answered[]): UnitVerdict => {
  const isChain = requests.length > 1
  const fates = requests.map(request => fateOf(request, isChain))
  const open = fates.findIndex(fate => fate !== 'answered')
  const canRepeat = (at: number): boolean =>
    fates[at] === 'undecided' ? requests[at]!.repeatable : fates[at] === 'not-done' || fates[at] === 'skipped'
  const isRepeated = open >= 0 && fates[open] !== 'skipped' && fates.every((_, at) => at < open || canRepeat(at))
  return { fates, again: isRepeated ? open : requests.length }
}

const fateOf = ({ reply, renewed }: Answered, isChain: boolean): Fate => {
  if (!reply) return 'undecided'
  if (isChain && reply.status === 424) return 'skipped'
  if (reply.status === 401) return renewed ? 'no-token' : 'not-done'
  const verdict = verdictOf(reply)
  return verdict === 'final' ? 'answered' : verdict
}
