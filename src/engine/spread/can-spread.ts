import { onlyPhase } from '../../store/types.ts'
import { isTransform } from '../plan.ts'
import type { Started } from '../run-request.ts'

/**
 * Whether several machines can read the rows of a phase and write them: each row is made from one row alone, in any order, and what the
 * output lacks at its end does not depend on rows of other shards.
 */
export const canSpread = ({ name, plan, columns }: Pick<Started, 'name' | 'plan' | 'columns'>): boolean => {
  const { source, transforms, sink } = plan
  return (
    name === onlyPhase &&
    plan.notResumable === undefined &&
    plan.limit === Infinity &&
    sink.spreading !== undefined &&
    source.keys === 'unique' &&
    source.split !== undefined &&
    source.delta === undefined &&
    transforms.every(step => isTransform(step) && step.spreads === true) &&
    // Whether a row has a column that is not known is only seen by who reads all rows.
    [...transforms.map(step => (isTransform(step) ? step.reads : undefined)), sink.reads].every(
      (reads = [], at) => reads.length === 0 || columns[at]?.closed === true,
    )
  )
}
