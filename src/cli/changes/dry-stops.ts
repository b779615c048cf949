import { codes } from '../../core/errors.ts'
import type { Stop } from '../../core/stop.ts'
import type { Cli } from '../cli.ts'
import { stopLine, type Previewed } from './preview-lines.ts'

/** The exit status if rows were skipped, nothing could be done about some people, or a group was not made equal to its rows. */
export const someFailed = 3

/**
 * Ends a dry run as the run would end that it previews, and returns what would stop that. With `isQuiet`, nothing else says it.
 *
 * @param shown undefined for a plan: that was asked for, and `apply` judges whether its changes may be made
 */
export const dryStops = (shown: Previewed | undefined, isQuiet: boolean, cli: Cli): readonly Stop[] => {
  const stops = shown?.preview.stops ?? []
  for (const { code } of stops) cli.exit(codes[code].exit)
  if (isQuiet && !cli.json()) stops.map(stopLine).forEach(line => void cli.say(line))
  return stops
}
