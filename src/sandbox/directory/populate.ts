import { applications } from './applications.ts'
import { dynamicLayer, linkTable } from './base-links.ts'
import { devices as deviceKind } from './devices.ts'
import { eligibilitiesOf } from './eligibilities.ts'
import { grantsOf, type Grants } from './grants.ts'
import { groupNames } from './group-names.ts'
import { dynamicCodeOf, groups as groupKind } from './groups.ts'
import { guids } from './guids.ts'
import { licensingGroups, type LicensingGroup } from './licences/bundles.ts'
import { licenceFoundation } from './licences/foundation.ts'
import { licences, type Licences } from './licences/generated.ts'
import type { LicenceSettings } from './licences/settings.ts'
import type { Memory } from './memory/memory.ts'
import type { Records } from './memory/records.ts'
import type { ObjectTable } from './object-table.ts'
import { scatter } from './permutation.ts'
import type { Population } from './population.ts'
import { realm } from './realms.ts'
import type { RegisteredApp } from './registered-apps.ts'
import { administrativeUnits, directoryRoles, orgContacts } from './small-kinds.ts'
import type { Realms } from './state.ts'
import type { TenantNames } from './user.ts'
import { users as userKind } from './users.ts'

/** Limits a value to the range from `least` to `most`. */
export const clamped = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value))

/** The names of the tenant, after Microsoft's fictional company. Domains depend on the seed, the tenant id on seed and sizes. */
export const tenantOf = (seed: number, key: number): TenantNames => {
  const name = seed === 1 ? 'contoso' : `contoso${seed}`
  const part = (salt: number): number => scatter(key ^ salt)
  return {
    tenantId: guids(0x7e4a).of(key),
    domain: `${name}.com`,
    federatedDomain: `emea.${name}.com`,
    initialDomain: `${name}.onmicrosoft.com`,
    sid: `S-1-5-21-${part(1)}-${part(2)}-${part(3)}`,
  }
}

interface PopulateOptions {
  readonly users: number
  readonly groups: number
  readonly devices: number
  readonly key: number
  readonly tenant: TenantNames
  readonly registered: readonly RegisteredApp[]
  readonly licenceSettings: LicenceSettings | undefined
  readonly records: Records
  readonly memory: Memory
  readonly objects: ObjectTable
}

/** Creates all kinds of a directory and the links between them. */
export const populate = (options: PopulateOptions) => {
  const { users, groups, devices, key, tenant, registered, licenceSettings, records, memory, objects } = options
  const names = groupNames(groups)
  const dynamic = dynamicLayer({ names, users, key })
  const applicationCount = clamped(Math.floor(users / 2000), 12, 400)
  const apps = applications({ size: applicationCount, key, tenant, registered })
  const groupIdOf = (by: LicensingGroup): string => groupPopulation.idOf(names.rankOfStem(by) ?? 0)
  const licensing: Licences = licences(users, groupIdOf, licenceSettings)
  const groupPopulation = groupKind({ key, names, tenant, licences: licensing })
  const userPopulation = userKind({
    size: users,
    key,
    tenant,
    licences: licensing,
    directoryExtension: apps.directoryExtension,
    dynamicCode(rank) {
      const [group] = dynamic.ownersOf(rank)
      return group === undefined ? null : dynamicCodeOf(names, group)
    },
  })
  const licence = licenceFoundation({
    users: userPopulation,
    groups: groupPopulation,
    licensing: licensingGroups.filter(by => licensing.assigns(by)).map(groupIdOf),
    memory,
    records,
    objects,
  })
  const devicePopulation = deviceKind({ size: devices, key, tenant })
  const contacts = orgContacts(clamped(Math.floor(users / 500), 5, 2_000), key, tenant)
  const units = administrativeUnits(key)
  const roles = directoryRoles(key)
  const realms: Realms = {
    user: realm(userPopulation as unknown as Population, records, licence.ofUsers),
    group: realm(groupPopulation as unknown as Population, records, licence.ofGroups),
    device: realm(devicePopulation as unknown as Population, records),
    application: realm(apps.applications, records),
    servicePrincipal: realm(apps.servicePrincipals, records),
    orgContact: realm(contacts, records),
    administrativeUnit: realm(units, records),
    directoryRole: realm(roles, records),
  }
  const table = linkTable({
    names,
    users,
    key,
    dynamic,
    world: userPopulation.world,
    devices: devicePopulation,
    licences: licensing,
    applications: applicationCount,
    servicePrincipals: apps.principals,
    contacts: contacts.size,
    administrativeUnits: units.size,
  })
  const grants: Grants = grantsOf({ apps, registered, users: userPopulation, groups: groupPopulation, key })
  const eligibilities = eligibilitiesOf({
    users: userPopulation,
    groups: groupPopulation,
    names,
    key,
  })
  return {
    realms,
    table,
    userRealm: userPopulation,
    licence,
    directoryExtension: apps.directoryExtension,
    grants,
    eligibilities,
  }
}
