import { systemClock } from '../../src/core/clock.ts'

/** Another process needs the core that looking without a pause takes. */
const pauseMs = 5

/** Looks until this holds of what another process does, however long that takes. */
export const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await holds())) await systemClock.sleep(pauseMs)
}
