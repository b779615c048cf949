import { EntrapipeError } from '../core/errors.ts'
import type { Fields } from '../core/json.ts'
import type { PageStep, Transform } from '../core/parts.ts'
import type { Row } from '../core/row.ts'
import { expectOptions } from '../data/expect-options.ts'
import { staleAfterDays, staleColumn, stalenessOf, successfulSince, type Staleness } from '../data/presets/stale.ts'

/** Options of `stale`. */
export interface StaleOptions {
  /** Days without a successful sign-in. @default 90 */
  readonly days?: number
}

/** The end of the time that counts, in milliseconds since 1970, and the users found so far. */
type Saved = { readonly sinceMs: number; readonly found: Readonly<Record<Staleness, number>> }

const dayMs = 86_400_000

/**
 * Keeps users who are stale: members and guests whose last successful sign-in, and whose creation, is so many days ago or more. Adds the
 * column `reason`: `inactive`, `neverSignedIn`, or `invitationPending` for a guest who has not accepted the invitation. Rows need
 * `signInActivity`, `createdDateTime` and `externalUserState`. Attempts that failed do not count. The days are counted from the start of
 * the run, also once it is resumed.
 *
 * @throws EntrapipeError `OPTION_INVALID`, also for days before December 2023, since when Graph records successful sign-ins
 * @see https://learn.microsoft.com/graph/api/resources/signinactivity
 */
export const stale = <T extends Fields>(options: StaleOptions = {}): Transform<T, Fields> => {
  const isDays = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 1
  expectOptions('stale', options, { days: { mustBe: 'a whole number of 1 or more', fits: isDays } })
  const { days = staleAfterDays } = options
  return {
    kind: 'stale',
    spreads: true,
    describe: async () => ({ days }),
    async check({ clock }) {
      const most = Math.floor((clock.now() - Date.parse(successfulSince)) / dayMs)
      if (days > most)
        throw new EntrapipeError(
          'OPTION_INVALID',
          `Expected days to be ${most} at most, since Graph records successful sign-ins since ${successfulSince.slice(0, 10)}, got ${days}`,
        )
    },
    reads: [{ name: 'signInActivity' }, { name: 'createdDateTime' }, { name: 'externalUserState' }],
    columns: ({ names, ...known }) => ({
      ...known,
      names: [...names.filter(name => name !== staleColumn), staleColumn],
    }),
    open({ clock }, saved): PageStep<T, Fields> {
      const { sinceMs, found: before } = (saved as Saved | undefined) ?? {
        sinceMs: clock.now() - days * dayMs,
        found: { inactive: 0, neverSignedIn: 0, invitationPending: 0 },
      }
      const found = { ...before }
      return {
        page: rows =>
          rows.flatMap(({ key, value }): readonly Row<Fields>[] => {
            const reason = stalenessOf(value, sinceMs)
            if (reason === undefined) return []
            found[reason]++
            return [{ key, value: { ...value, [staleColumn]: reason } }]
          }),
        save: () => ({ sinceMs, found: { ...found } }),
        notes: () => [
          `Stale users are older than ${new Date(sinceMs).toISOString().slice(0, 10)} and have not signed in successfully since: ${found.inactive} inactive, ${found.neverSignedIn} never signed in, ${found.invitationPending} with a pending invitation. Failed attempts do not count.`,
        ],
      }
    },
  }
}
