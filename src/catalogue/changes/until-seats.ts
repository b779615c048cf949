import { flag } from '../../engine/params.ts'
import type { ChangeSink } from '../../core/parts.ts'
import { optional } from '../optional.ts'

/** What `--until-seats` is for. */
export const untilSeatsAbout = 'if units are short, serve the first rows for which there are units, and skip the others'

/** The parameter of commands whose changes take units. */
export const untilSeatsParam = optional(flag(untilSeatsAbout))

/** How a sink deals with units that are short. */
export const whenShortOf = (untilSeats: boolean | undefined): Required<Pick<ChangeSink<unknown>, 'whenShort'>> => ({
  whenShort: untilSeats ? 'skip' : 'stop',
})
