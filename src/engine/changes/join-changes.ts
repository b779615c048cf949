import { given } from '../../core/given.ts'
import type { Changed } from '../run-request.ts'
import { joinRemovals } from './count-removals.ts'
import type { Preview } from './tally.ts'
import type { NamedNeed } from './units-in-turn.ts'

const sums = (all: readonly Readonly<Partial<Record<string, number>>>[]): Readonly<Record<string, number>> => {
  const total: Record<string, number> = {}
  for (const [name, count] of all.flatMap(each => Object.entries(each))) total[name] = (total[name] ?? 0) + (count ?? 0)
  return total
}

const joinPreviews = (one: Preview, other: Preview): Preview => ({
  send: sums([one.send, other.send]),
  writes: one.writes + other.writes,
  requests: one.requests + other.requests,
  removals: joinRemovals([...one.removals, ...other.removals]),
  waits: sums([one.waits, other.waits]),
  final: sums([one.final, other.final]),
  units: joinUnits([...one.units, ...other.units]),
  notable: sums([one.notable, other.notable]),
  remarks: sums([one.remarks, other.remarks]),
  samples: [...one.samples, ...other.samples],
  unchecked: [...new Set([...one.unchecked, ...other.unchecked])],
  stops: [...one.stops, ...other.stops],
  notes: [...one.notes, ...other.notes],
  // Two cannot be added: each was judged on what the directory has before both phases.
  impacts: [...one.impacts, ...other.impacts],
})

/** The second phase counts what is free as if the first one had not been sent. */
const joinUnits = (all: readonly NamedNeed[]): readonly NamedNeed[] =>
  [...Map.groupBy(all, ({ id }) => id)].map(([id, needs]) => {
    const sum = (of: (need: NamedNeed) => number): number => needs.reduce((total, need) => total + of(need), 0)
    return {
      id,
      name: needs[0]!.name,
      free: needs[0]!.free,
      takes: sum(({ takes }) => takes),
      frees: sum(({ frees }) => frees),
      short: sum(({ short }) => short),
    }
  })

/** What became of the changes of two phases together. */
export const joinChanges = (one: Changed | undefined, other: Changed | undefined): Changed | undefined => {
  if (!one || !other) return one ?? other
  const preview =
    one.preview && other.preview ? joinPreviews(one.preview, other.preview) : (one.preview ?? other.preview)
  return {
    pending: one.pending + other.pending,
    sent: one.sent + other.sent,
    ...given({ preview, pausedUntil: other.pausedUntil }),
  }
}
