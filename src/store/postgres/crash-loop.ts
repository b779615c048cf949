import { EntrapipeError } from '../../core/errors.ts'
import type { Sql } from './database.ts'
import type { RunLine } from './run-lines.ts'

/** How many workers take a run over in turn, without a new row, before it is failed. */
const mostTakeovers = 3

/** What is different once a run has settled a row, or has made a checkpoint. */
const progressOf = async (sql: Sql, run: number): Promise<string> => {
  const [found] = await sql.rows<{ progress: string }>(
    `select coalesce((select max(sequence) from results where run = $1), 0) || ' ' || coalesce((
       select md5(string_agg(phase || name || value, ' ' order by phase, name)) from facts where run = $1 and name in ('checkpoint', 'end', 'note/shares')
     ), '') as progress`,
    [run],
  )
  return found!.progress
}

/** Counts a takeover of a run whose holder died. Undefined when there were too many in turn. */
export const countTakeover = async (
  sql: Sql,
  { number, takeovers, progress: before }: RunLine,
): Promise<{ readonly takeovers: number; readonly progress: string } | undefined> => {
  const progress = await progressOf(sql, number)
  const inTurn = progress === before ? takeovers : 0
  return inTurn < mostTakeovers ? { takeovers: inTurn + 1, progress } : undefined
}

/** The error of a run that workers take over in turn, and die of. */
export const crashLoop = (run: string): EntrapipeError =>
  new EntrapipeError(
    'CRASH_LOOP',
    `Run ${run} is failed: ${mostTakeovers} workers in turn took it over from one that died, and none of them settled a row.`,
    {
      facts: { run },
      fix: `Look for the cause in the logs of the workers, then resume it with: entrapipe runs resume ${run}`,
    },
  )
