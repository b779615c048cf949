import type { Computed, Content } from '../faces.ts'
import type { Memory } from '../memory/memory.ts'
import type { Records } from '../memory/records.ts'
import type { ObjectTable } from '../object-table.ts'
import type { Population } from '../population.ts'
import type { Users } from '../user.ts'
import { authorList } from '../authors.ts'
import { holdingsOf, type Holdings } from './holdings.ts'
import { licenceProperties, type LicenceProperties } from './properties.ts'
import { queueOf, type Queue } from './queue.ts'
import { licenceReader, type LicenceReader } from './reader.ts'
import { seatsOf, type Seats } from './seats.ts'
import { userKeys, type UserKeys } from './user-keys.ts'

/** The state of licences, and the properties of users and groups that show it. */
export interface LicenceFoundation {
  readonly holdings: Holdings
  readonly keys: UserKeys
  readonly reader: LicenceReader
  readonly seats: Seats
  readonly queue: Queue
  readonly ofUsers: Computed
  readonly ofGroups: Computed
}

interface FoundationOptions {
  readonly users: Users
  readonly groups: Pick<Population, 'idOf'>
  /** Ids of the groups that assign licences from the start. */
  readonly licensing: readonly string[]
  readonly memory: Memory
  readonly records: Records
  readonly objects: ObjectTable
}

/** Creates the state of licences. */
export const licenceFoundation = (options: FoundationOptions): LicenceFoundation => {
  const { users, groups, licensing, memory, records, objects } = options
  const holdings = holdingsOf(memory)
  for (const group of licensing) holdings.addSlot(group)
  const keys = userKeys(users, objects, records)
  const reader = licenceReader({ users, records, holdings, keys })
  const queue = queueOf(memory, authorList(memory, 'licence.job.author'))
  const slotOf = ({ rank, record }: Content): number | undefined =>
    holdings.slotOf(rank >= 0 ? groups.idOf(rank) : String(records.value(record, 'id')))
  /** An object is read property by property. */
  let last: (Content & { readonly revision: number; readonly properties: LicenceProperties }) | undefined
  return {
    holdings,
    keys,
    reader,
    queue,
    seats: seatsOf(users, memory),
    ofUsers: {
      names: new Set(licenceProperties),
      differs: reader.differs,
      value(content, name) {
        const { rank, record } = content
        const isSame = last?.rank === rank && last.record === record && last.revision === holdings.revision
        if (!isSame) last = { rank, record, revision: holdings.revision, properties: reader.properties(content) }
        return last!.properties[name as keyof LicenceProperties]
      },
    },
    ofGroups: {
      names: new Set(['hasMembersWithLicenseErrors', 'licenseProcessingState']),
      differs: content => slotOf(content) !== undefined,
      value(content, name) {
        const slot = slotOf(content)!
        return name === 'licenseProcessingState' ? { state: queue.stateOf(slot) } : holdings.mistakes(slot) > 0
      },
    },
  }
}
