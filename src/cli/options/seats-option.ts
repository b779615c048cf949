import { Option } from 'commander'

/** `--until-seats`, of commands whose changes take units. */
export const seatsOption = (): Option =>
  new Option('--until-seats', 'if units are short, serve the first rows for which there are units, and skip the others')
