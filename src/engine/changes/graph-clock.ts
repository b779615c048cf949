import type { Clock } from '../../core/clock.ts'
import type { Graph } from '../../core/graph.ts'
import type { RunPhase } from '../../store/store.ts'

/** The note of a phase with the least difference that was measured. */
const note = 'graph-ahead'

interface Clocks {
  readonly graph: Pick<Graph, 'attempt'>
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly run: Pick<RunPhase, 'loadNote' | 'saveNote'>
}

/**
 * Returns a function that measures by how many milliseconds Graph's clock is ahead of ours, rounded down: a time of ours plus this is
 * not later than Graph's time at that moment. Graph's `Date` has whole seconds. Our clock may be set in the middle of a run, and between
 * two processes of one, so the least of all measurements counts.
 */
export const graphClock = ({ graph, clock, signal, run }: Clocks) => {
  let least: number | undefined
  return async (): Promise<number> => {
    const known = least ?? ((await run.loadNote(note)) as number | undefined)
    const { headers } = await graph.attempt({ method: 'GET', url: '/organization?$select=id' }, signal)
    const theirs = Date.parse(headers['date'] ?? '')
    const ahead = Number.isNaN(theirs) ? 0 : theirs - clock.now()
    least = Math.min(known ?? ahead, ahead)
    if (least !== known) await run.saveNote(note, least)
    return least
  }
}
