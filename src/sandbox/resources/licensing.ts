import { setImmediate } from 'node:timers/promises'
import type { Directory, Mutation } from '../directory/types.ts'
import { freedLicences } from '../directory/licences/changes.ts'
import type { DirectLicence } from '../directory/licences/types.ts'
import type { Fields } from '../../core/json.ts'
import type { Knobs } from './knobs.ts'

/** The knobs of licences. */
type LicenceKnobs = Pick<
  Required<Knobs>,
  'deletedLicences' | 'warningUnitsAssignable' | 'groupLicensingMs' | 'groupLicensingPerSecond'
>

/** Lets group-based licensing do what is due by the directory's clock. A large group is processed in pieces, so that others are answered meanwhile. */
export const runLicensing = async ({ licences }: Directory, knobs: LicenceKnobs): Promise<void> => {
  const pace = {
    delayMs: knobs.groupLicensingMs,
    membersPerSecond: knobs.groupLicensingPerSecond,
    warningUnitsAssignable: knobs.warningUnitsAssignable,
  }
  while (licences.work(pace)) await setImmediate()
}

/**
 * A deletion or restoration with what happens to the licences. Held licences need nothing. Where deletion frees them, a restored user
 * takes them again, and is without those that have no unit left.
 */
export const withLicences = (directory: Directory, knobs: LicenceKnobs, mutation: Mutation): Mutation => {
  if (mutation.kind !== 'user') return mutation
  if (mutation.do === 'delete' && knobs.deletedLicences === 'freed') return { ...mutation, freesLicences: true }
  if (mutation.do !== 'restore') return mutation
  const lost = directory.deleted('user').hidden(mutation.id, freedLicences, 'truth') as
    readonly DirectLicence[] | null | undefined
  if (!lost) return mutation
  const taken = lost
    .filter(({ skuId }) => directory.licences.free(skuId, knobs) > 0)
    .map(({ skuId, disabledPlans }) => ({ skuId, disabledPlans }))
  return { ...mutation, values: { ...mutation.values, assignedLicenses: taken } as unknown as Fields }
}
