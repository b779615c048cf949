import { EntrapipeError } from '../core/errors.ts'

/** The error of a process that does not hold a run any more, or cannot know whether it does. */
export const leaseLost = (run: string): EntrapipeError =>
  new EntrapipeError(
    'LEASE_LOST',
    `Run ${run} is no longer held by this process, which did not renew its lease in time.`,
    {
      facts: { run },
      fix: `See who continues it with: entrapipe runs show ${run}`,
    },
  )
