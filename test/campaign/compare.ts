/** A change of the directory, as the truth records it: the client-request-id of the attempt, null for somebody else. */
export type Deed = string | null

/** A row of a run, with what the truth knows of its object or link. */
export interface CheckedRow {
  readonly key: string
  /** Undefined if the run has no result of the row. */
  readonly outcome: string | undefined
  readonly code: string | undefined
  /** Client-request-ids of its attempts. */
  readonly attempts: readonly string[]
  /** Who made exactly this change to this object or link, in order. */
  readonly deeds: readonly Deed[]
  /** Whether it must be done: nobody disturbed it, and nothing is wrong with it. */
  readonly mustBeDone: boolean
  /** Whether the directory is as the row wants it, at the end. */
  readonly isAsWanted: boolean
}

/** What a comparison found. */
export interface Comparison {
  readonly outcomes: Readonly<Record<string, number>>
  /** Unknown rows that an attempt of this run did, and those that none did. */
  readonly unknown: { readonly done: number; readonly notDone: number }
  /** Each is a fault of the program. */
  readonly wrong: readonly string[]
}

/**
 * Compares the results of a run with the truth, row by row.
 *
 * @param strangers client-request-ids of other runs, whose changes are somebody else's here
 */
export const compare = (rows: readonly CheckedRow[], strangers: ReadonlySet<string>): Comparison => {
  const outcomes: Record<string, number> = {}
  const unknown = { done: 0, notDone: 0 }
  const wrong: string[] = []
  // Rows about the same link have the same deeds.
  const known = new Set(rows.flatMap(({ attempts }) => attempts))
  for (const row of rows) {
    const { key, outcome = 'none', code, attempts, deeds } = row
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
    const own = deeds.filter(deed => deed !== null && attempts.includes(deed)).length
    const fault = (words: string): void =>
      void wrong.push(
        `row ${key} (${outcome}${code === undefined ? '' : ` ${code}`}, ${attempts.length} attempts): ${words}`,
      )
    if (own > 1) fault(`was performed ${own} times`)
    for (const deed of deeds)
      if (deed !== null && !known.has(deed) && !strangers.has(deed))
        fault(`was performed by ${deed}, which is no attempt of the run`)
    if (outcome === 'none') fault('has no result')
    else if (outcome === 'done' && own === 0) fault('was performed by nobody, or by somebody else')
    else if (outcome === 'unknown') unknown[own > 0 ? 'done' : 'notDone']++
    else if (outcome !== 'done' && own > 0) fault('was performed by this run')
    else if (row.mustBeDone && outcome !== 'done' && outcome !== 'unknown') fault('is missing')
    if ((outcome === 'done' || outcome === 'unchanged') && !row.isAsWanted) fault('is not as wanted in the directory')
  }
  return { outcomes, unknown, wrong }
}
