import { guids } from './guids.ts'
import { hierarchy } from './hierarchy.ts'
import { people } from './people.ts'
import { permutation, scatter } from './permutation.ts'
import type { Order } from './population.ts'
import { firstIndex } from './search.ts'
import { growthTimeline } from './timeline.ts'
import { userColumns } from './user-columns.ts'
import type { User, UserOptions, Users, UserWorld } from './user.ts'
import { namings } from './vocabulary/names.ts'
import { offices } from './vocabulary/offices.ts'
import { weightedSlots } from './weights.ts'

const officeSlots = namings.map((_, culture) => {
  const total = offices.reduce((sum, { weight }) => sum + weight, 0)
  const home = offices.reduce((sum, { weight, cultures }) => sum + (cultures.includes(culture) ? weight : 0), 0)
  // Nine in ten work in a country where their name is common.
  return weightedSlots(
    offices.map(
      ({ weight, cultures }) => weight / total / 10 + (cultures.includes(culture) ? (0.9 * weight) / home : 0),
    ),
  )
})

/** The users of a directory. Ranks are in the order of user principal names. */
export const users = (options: UserOptions): Users => {
  const { size, key, tenant } = options
  const names = people({
    size,
    key,
    domains: { main: tenant.domain, federated: tenant.federatedDomain, initial: tenant.initialDomain },
    ...(options.suffix === undefined ? {} : { suffix: options.suffix }),
  })
  const ids = guids(key ^ 0x11)
  const byId = permutation(size, key ^ 0x21)
  const bySeniority = permutation(size, key ^ 0x31)
  const byLicence = permutation(size, key ^ 0x41)
  const byCreation = permutation(size, key ^ 0x51)
  const levels = hierarchy(size, key)
  const probe = names.place()
  const isGuest = (rank: number): boolean => {
    names.locate(rank, probe)
    return names.isGuest(probe)
  }
  const idOf = (rank: number): string => ids.of(byId.forward(rank))
  const world: UserWorld = {
    ...options,
    people: names,
    hierarchy: levels,
    byId,
    bySeniority,
    byLicence,
    byCreation,
    creation: growthTimeline(size, size < 3 ? 0 : Math.max(1, Math.floor(size * 0.003))),
    idOf,
    isGuest,
    managerOf(rank) {
      if (isGuest(rank)) return undefined
      for (let at = levels.above(bySeniority.forward(rank)); at >= 0; at = levels.above(at)) {
        const above = bySeniority.backward(at)
        if (!isGuest(above)) return above
      }
      return undefined
    },
  }

  const subject: User = {
    ...names.place(),
    world,
    listed: 0,
    seniority: 0,
    licence: 0,
    created: 0,
    office: 0,
    guest: false,
    a: 0,
    b: 0,
    c: 0,
  }
  let loaded = -1
  const load = (rank: number): void => {
    if (rank === loaded) return
    loaded = rank
    names.locate(rank, subject)
    subject.listed = byId.forward(rank)
    subject.seniority = bySeniority.forward(rank)
    subject.licence = byLicence.forward(rank)
    subject.created = byCreation.forward(rank)
    subject.guest = names.isGuest(subject)
    subject.a = scatter(rank ^ key)
    subject.b = scatter(subject.a + 0x9e3779b1)
    subject.c = scatter(subject.b + 0x85ebca6b)
    subject.office = officeSlots[subject.culture]?.[subject.a & 0xff] ?? 0
  }

  const upnAt = (rank: number): string => {
    names.locate(rank, probe)
    return names.upnOf(probe).toLowerCase()
  }
  const orders: { [property: string]: Order } = {
    default: { rankAt: byId.backward, positionOf: byId.forward, keyAt: () => '' },
    userPrincipalName: { rankAt: position => position, positionOf: rank => rank, keyAt: upnAt },
    displayName: {
      rankAt: names.rankByDisplay,
      positionOf: names.displayPosition,
      keyAt(position) {
        names.locate(names.rankByDisplay(position), probe)
        return names.displayOf(probe).toLowerCase()
      },
    },
    createdDateTime: {
      rankAt: byCreation.backward,
      positionOf: byCreation.forward,
      keyAt: position => (world.creation.textAt(position) ?? '').toLowerCase(),
    },
  }
  const columns = userColumns(options)
  const rankOfUpn = (value: string): number | undefined => {
    const rank = firstIndex(0, size, at => upnAt(at) >= value)
    return rank < size && upnAt(rank) === value ? rank : undefined
  }
  const addressesAt = (rank: number): readonly string[] => {
    load(rank)
    return columns.columns['proxyAddresses']?.value(subject) as readonly string[]
  }
  return {
    kind: 'user',
    size,
    world,
    ...columns,
    subject,
    load,
    orders,
    idOf,
    rankOf(id) {
      const listed = ids.indexOf(id, size)
      return listed === undefined ? undefined : byId.backward(listed)
    },
    keys: {
      userPrincipalName: rankOfUpn,
      proxyAddresses: value =>
        namesOfAddress(value, tenant)
          .flatMap(name => rankOfUpn(name) ?? [])
          .find(rank => addressesAt(rank).some(one => one.slice('smtp:'.length).toLowerCase() === value)),
      // Synthetic users have random ones, which nobody else chooses.
      onPremisesImmutableId: () => undefined,
    },
  }
}

/** Names of the users that may have an address: an account and its alias in the initial domain, or a guest. */
const namesOfAddress = (address: string, { domain, federatedDomain, initialDomain }: UserOptions['tenant']) => {
  const [local, home] = address.split('@')
  return [
    address,
    ...(home === initialDomain ? [`${local}@${domain}`, `${local}@${federatedDomain}`] : []),
    `${local}_${home}#ext#@${initialDomain}`,
  ]
}
