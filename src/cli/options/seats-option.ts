import { Option } from 'commander'

/** `--until-seats`, of commands whose changes take units. */
export const seatsOption = (): Option =>
  new Option('--until-seats', 'if seats are short, serve the first rows for which there are seats, and skip the others')
