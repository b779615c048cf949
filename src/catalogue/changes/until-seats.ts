import { flag } from '../../engine/params.ts'
import type { ChangeSink } from '../../core/parts.ts'
import { optional } from '../optional.ts'

/** The parameter of commands whose changes take units. */
export const untilSeatsParam = optional(flag('if seats are short, serve only the first rows for which there are seats'))

/** How a sink deals with units that are short. */
export const whenShortOf = (untilSeats: boolean | undefined): Required<Pick<ChangeSink<unknown>, 'whenShort'>> => ({
  whenShort: untilSeats ? 'skip' : 'stop',
})
