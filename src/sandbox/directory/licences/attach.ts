import type { Fields } from '../../../core/json.ts'
import type { Author } from '../author.ts'
import type { Records } from '../memory/records.ts'
import { licenceChanges } from './changes.ts'
import { createDesk, groupLicences, liveVersion, type DeskOptions } from './create-desk.ts'
import { directProperty } from './reader.ts'

interface AttachOptions extends Omit<DeskOptions, 'makeDirect'> {
  readonly records: Records
  /** Changes a user as part of another change, which is journaled. */
  readonly update: (user: string, values: Fields, by: Author, atMs: number) => void
}

/** Attaches licences to a directory: what follows its changes, and the desk. */
export const attachLicences = (options: AttachOptions) => {
  const { realms, truth, reads, reader, update } = options
  return {
    ...licenceChanges({
      ...options,
      groupsOf: user => reads.relating(user, 'members', 'truth'),
      licencesOf: group => groupLicences(realms, group),
      groupRankOf: realms.group.population.rankOf,
    }),
    ...createDesk({
      ...options,
      makeDirect(id, states, atMs, by) {
        const before = reader.direct(liveVersion(realms, truth, { kind: 'user', id })!)
        const added = states
          .filter(({ skuId }) => !before.some(one => one.skuId === skuId))
          .map(({ skuId, disabledPlans }) => ({ skuId, disabledPlans }))
        update(id, { [directProperty]: [...before, ...added] } as unknown as Fields, by, atMs)
      },
    }),
  }
}
