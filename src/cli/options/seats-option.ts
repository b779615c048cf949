import { Option } from 'commander'
import { untilSeatsAbout } from '../../catalogue/changes/until-seats.ts'

/** `--until-seats`, of commands whose changes take units. */
export const seatsOption = (): Option => new Option('--until-seats', untilSeatsAbout)
