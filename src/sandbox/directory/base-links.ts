import type { Devices } from './devices.ts'
import type { GroupNames } from './group-names.ts'
import { edges, sieve, single, slots, type Layer } from './layers.ts'
import { licensingGroups } from './licences/bundles.ts'
import type { Licences } from './licences/generated.ts'
import { scatter } from './permutation.ts'
import { activeRoles } from './small-kinds.ts'
import type { Kind, Relation } from './types.ts'
import type { UserWorld } from './user.ts'
import { sharedOut } from './weights.ts'

/** The links of one relation of one kind to targets of one kind. */
export interface BaseLinks {
  readonly owner: Kind
  readonly relation: Relation
  readonly target: Kind
  readonly layer: Layer
}

/** Every link of the synthetic directory. An owner's targets are in the order of the list. */
export type LinkTable = readonly BaseLinks[]

interface GroupSlotOptions {
  readonly names: GroupNames
  readonly users: number
  readonly key: number
}

/** Group sizes follow a power law, from 3 to a tenth of the users. Some types have their own sizes. */
const sizeOf = (names: GroupNames, rank: number, users: number, key: number): number => {
  const hash = scatter(rank ^ key ^ 0x6d5)
  const free = Math.min(Math.max(3, Math.floor(users / 10)), Math.floor(2 + 30 * ((hash + 1) / 2 ** 32) ** -0.72))
  switch (names.stemOf(rank).type) {
    // The security group that examples are about.
    case 'team':
      return Math.min(users, 600)
    case 'everyone':
      return Math.max(1, users - Math.floor(users / 50))
    case 'role':
      return Math.min(users, 2 + (hash % 6))
    case 'hidden':
      return Math.min(users, 4 + (hash % 30))
    case 'dynamic':
    case 'dynamic365':
    case 'licensing':
    case 'devices':
      return 0
    default:
      return Math.min(users, free)
  }
}

const startsOf = (count: number, size: (rank: number) => number): Float64Array => {
  const starts = new Float64Array(count + 1)
  for (let rank = 0; rank < count; rank++) starts[rank + 1] = (starts[rank] ?? 0) + size(rank)
  return starts
}

/** Members of dynamic groups. No user is in two of them, so that one attribute can name the group. */
export const dynamicLayer = ({ names, users, key }: GroupSlotOptions): Layer => {
  const count = names.count('dynamic') + names.count('dynamic365')
  const share = Math.max(1, Math.floor((users * 0.6) / count))
  let left = users
  return slots({
    targets: users,
    key: key ^ 0x201,
    starts: startsOf(names.size, rank => {
      const { type } = names.stemOf(rank)
      if (type !== 'dynamic' && type !== 'dynamic365') return 0
      const size = Math.min(left, Math.max(1, Math.floor((share * (1 + (scatter(rank ^ key) % 100))) / 50)))
      left -= size
      return size
    }),
  })
}

interface LinkOptions extends GroupSlotOptions {
  readonly dynamic: Layer
  readonly world: UserWorld
  readonly devices: Devices
  readonly servicePrincipals: number
  readonly applications: number
  readonly contacts: number
  readonly administrativeUnits: number
  readonly licences: Licences
}

/** Nested groups: some security groups contain others, three form a cycle, and two contain each other. */
const nested = (names: GroupNames, key: number): Layer =>
  edges(function* () {
    const count = names.count('security')
    const at = (index: number): number => names.rankAt('security', index % count)
    const ring = [0, 1, 2].map(at)
    if (count >= 3) for (const [place, owner] of ring.entries()) yield [owner, ring[(place + 1) % 3] ?? owner]
    if (count >= 5) {
      yield [at(3), at(4)]
      yield [at(4), at(3)]
    }
    for (let index = 5; index < count; index++) {
      const hash = scatter(index ^ key ^ 0x301)
      if (hash % 5 > 0) continue
      for (let child = 0; child <= (hash >>> 8) % 3; child++) {
        const target = at(scatter(hash + child))
        if (target !== at(index)) yield [at(index), target]
      }
    }
  })

/** Adds one of `targets` to every n-th group of a type. */
const sprinkled = (names: GroupNames, type: 'security' | 'distribution', every: number, targets: number, key: number) =>
  edges(function* () {
    for (let index = 0; index < names.count(type); index += every)
      yield [names.rankAt(type, index), scatter(index ^ key) % targets]
  })

const isMastered = (names: GroupNames, rank: number): boolean =>
  ['synced', 'licensing', 'everyone'].includes(names.stemOf(rank).type)

/** All links of a synthetic directory. Holds two arrays with a number per group; the rest is computed. */
export const linkTable = (options: LinkOptions): LinkTable => {
  const { names, users, key, dynamic, world, devices, licences } = options
  const units = options.administrativeUnits
  const links = (owner: Kind, relation: Relation, target: Kind, layer: Layer): BaseLinks => ({
    owner,
    relation,
    target,
    layer,
  })
  const groupSlots = (salt: number, targets: number, size: (rank: number) => number): Layer =>
    slots({ targets, key: key ^ salt, starts: startsOf(names.size, size) })
  const licensing = licensingGroups.map(by =>
    links(
      'group',
      'members',
      'user',
      sieve({
        owner: names.rankOfStem(by) ?? -1,
        interval: licences.interval(by),
        order: world.byLicence,
        passes: rank => !world.isGuest(rank),
      }),
    ),
  )
  const deviceShare = Math.max(1, Math.floor(devices.size / Math.max(1, names.count('devices')) / 2))
  const owned = (rank: number): boolean => devices.modelOf(rank).owned
  return [
    links(
      'group',
      'members',
      'user',
      groupSlots(0x101, users, rank => sizeOf(names, rank, users, key)),
    ),
    links('group', 'members', 'user', dynamic),
    ...licensing,
    links('group', 'members', 'group', nested(names, key)),
    links(
      'group',
      'members',
      'device',
      groupSlots(0x102, devices.size, rank =>
        names.stemOf(rank).type === 'devices' ? Math.min(devices.size, deviceShare) : 0,
      ),
    ),
    links(
      'group',
      'members',
      'servicePrincipal',
      sprinkled(names, 'security', 12, options.servicePrincipals, key ^ 0x303),
    ),
    links('group', 'members', 'orgContact', sprinkled(names, 'distribution', 3, options.contacts, key ^ 0x304)),
    links(
      'group',
      'owners',
      'user',
      groupSlots(0x105, users, rank =>
        isMastered(names, rank) ? 0 : Math.min(users, 1 + (scatter(rank ^ key ^ 0x106) % 2)),
      ),
    ),
    links('application', 'owners', 'user', single(options.applications, users, key ^ 0x107)),
    links(
      'servicePrincipal',
      'owners',
      'user',
      single(options.servicePrincipals, users, key ^ 0x108, rank => rank % 3 === 2),
    ),
    links('device', 'registeredOwners', 'user', single(devices.size, users, key ^ 0x109, owned)),
    links('device', 'registeredUsers', 'user', single(devices.size, users, key ^ 0x109, owned)),
    links(
      'administrativeUnit',
      'members',
      'user',
      slots({
        targets: users,
        key: key ^ 0x10a,
        starts: sharedOut(
          Array.from({ length: units }, (_, rank) => 1 / (1 + rank)),
          Math.floor(users / 3),
        ),
      }),
    ),
    links(
      'administrativeUnit',
      'members',
      'group',
      edges(function* () {
        for (let rank = 0; rank < units; rank++) yield [rank, scatter(rank ^ key ^ 0x10b) % names.size]
      }),
    ),
    links(
      'directoryRole',
      'members',
      'user',
      slots({
        targets: users,
        key: key ^ 0x10c,
        starts: startsOf(activeRoles.length, rank => Math.min(users, activeRoles[rank]?.[1] ?? 0)),
      }),
    ),
    links(
      'directoryRole',
      'members',
      'group',
      edges(function* () {
        for (let index = 0; index < Math.min(names.count('role'), 40); index++)
          yield [scatter(index ^ key ^ 0x10d) % activeRoles.length, names.rankAt('role', index)]
      }),
    ),
    links(
      'directoryRole',
      'members',
      'servicePrincipal',
      edges(() => [
        [2, 8],
        [0, 9],
      ]),
    ),
    links('user', 'manager', 'user', managers(world)),
  ]
}

const managers = (world: UserWorld): Layer => {
  const { bySeniority, isGuest, managerOf, people } = world
  // Guests are no managers: their reports go to the next person above.
  const reports = (seniority: number): number[] => {
    const found: number[] = []
    for (let at = seniority * 8 + 1; at <= seniority * 8 + 8 && at < people.size; at++) {
      const rank = bySeniority.backward(at)
      if (isGuest(rank)) found.push(...reports(at))
      else found.push(rank)
    }
    return found
  }
  const list = (owner: number): readonly number[] => {
    const manager = managerOf(owner)
    return manager === undefined ? [] : [manager]
  }
  return {
    size: owner => list(owner).length,
    list: (owner, from, limit) => list(owner).slice(from, from + limit),
    has: (owner, target) => managerOf(owner) === target,
    ownersOf: target => (isGuest(target) ? [] : reports(bySeniority.forward(target))),
  }
}
