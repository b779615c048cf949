import type { Database } from './database.ts'

/** The ordinals of a phase, both inclusive. */
interface Range {
  readonly first: number
  readonly last: number
  /** Whether all of its rows are there, with a state. */
  readonly isComplete: boolean
}

/** Returns how to find the range of a phase: what follows the complete phases belongs to the one whose intake is in progress. */
export const ledgerRange = ({ sql }: Pick<Database, 'sql'>, phase: string): (() => Range) => {
  const complete = sql.prepare('select first, last from intakes where phase = ?')
  const others = sql.prepare('select ifnull(max(last), 0) as last from intakes')
  return () => {
    const found = complete.get(phase) as unknown as Omit<Range, 'isComplete'> | undefined
    if (found) return { ...found, isComplete: true }
    return { first: Number(others.get()!['last']) + 1, last: Number.MAX_SAFE_INTEGER, isComplete: false }
  }
}
