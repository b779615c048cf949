import type { Ledger, Settlement } from '../../store/ledger-types.ts'

const hasSucceeded = (outcome: string | undefined): boolean => outcome === 'done' || outcome === 'unchanged'

/** The operations, in order, each once: `create-user, assign-license (2)`. */
const listed = (kinds: readonly string[]): string =>
  [...new Set(kinds)]
    .map(kind => {
      const many = kinds.filter(each => each === kind).length
      return many === 1 ? kind : `${kind} (${many})`
    })
    .join(', ')

/**
 * The result of a step at which a row ends, with the steps that were done before it. Those after it say which one that was. The steps of a
 * row follow one another in the ledger.
 */
export const withStepsBefore = async (ledger: Pick<Ledger, 'entries'>, settlement: Settlement): Promise<Settlement> => {
  const { ordinal, result } = settlement
  const { step = 0, outcome, message } = result
  if (step === 0 || message === undefined || hasSucceeded(outcome) || outcome === 'waiting') return settlement
  const before = await ledger.entries({ after: ordinal - step - 1, limit: step })
  const done = before.filter(entry => entry.outcome === 'done').map(({ row }) => row.kind)
  if (done.length === 0 || !before.every(entry => hasSucceeded(entry.outcome))) return settlement
  return { ...settlement, result: { ...result, message: `${message} Done before it: ${listed(done)}.` } }
}
