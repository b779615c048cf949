import { EntrapipeError } from '../../core/errors.ts'
import { machineTimeZone } from '../../core/time-window.ts'
import type { Pace } from '../../engine/changes/pacing.ts'
import type { ChangeOptions } from './change-options.ts'

/**
 * When the changes of a command are sent.
 *
 * @throws EntrapipeError `USAGE` for options that need each other
 */
export const paceOf = ({ window, timeZone, wait, wave, pause }: ChangeOptions, isContinued: boolean): Pace => {
  if (timeZone !== undefined && !window) throw missing('--time-zone', '--window, such as --window 22:00-05:00')
  // A run that is continued keeps its window.
  if (wait && !window && !isContinued) throw missing('--wait', '--window, such as --window 22:00-05:00')
  if (wave !== undefined && pause === undefined) throw missing('--wave', '--pause, such as --pause 10m')
  if (pause !== undefined && wave === undefined) throw missing('--pause', '--wave, such as --wave 500')
  return {
    ...(window && { window: { ...window, timeZone: timeZone ?? machineTimeZone() } }),
    ...(wave !== undefined && pause !== undefined && { wave: { rows: wave, pauseMs: pause } }),
  }
}

const missing = (option: string, other: string): EntrapipeError =>
  new EntrapipeError('USAGE', `${option} has no effect alone.`, { fix: `Add ${other}, or leave it out.` })
