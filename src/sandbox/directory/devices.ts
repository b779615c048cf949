import { any, constant, flag, none, plain, plainList, word, integer, type Column } from './column.ts'
import { guids } from './guids.ts'
import { isoTime } from './iso-time.ts'
import { permutation, scatter } from './permutation.ts'
import type { Population } from './population.ts'
import { firstIndex } from './search.ts'
import { base64Of16, lastFour } from './texts.ts'
import { growthTimeline, presentSeconds, recentTimeline } from './timeline.ts'
import type { TenantNames } from './user.ts'
import { models, type DeviceModel } from './vocabulary/device-models.ts'
import { sharedOut } from './weights.ts'

/** A device. All other properties are derived from these. */
interface Device {
  rank: number
  model: DeviceModel
  listed: number
  registered: number
  seen: number
  a: number
  b: number
}

interface DeviceOptions {
  readonly size: number
  readonly key: number
  readonly tenant: TenantNames
}

/** The population of devices, and the model of each by rank. */
export interface Devices extends Population<Device> {
  modelOf(rank: number): DeviceModel
}

const noAttributes = Object.fromEntries(Array.from({ length: 15 }, (_, at) => [`extensionAttribute${at + 1}`, null]))

const suffixes = 36 ** 7
const entraJoined = (device: Device): boolean => device.model.trust === 'AzureAd'
const isHybrid = (device: Device): boolean => device.model.trust === 'ServerAd'

/** The devices of a directory. Ranks are in the order of display names: the prefix of the model, then seven letters and digits. */
export const devices = ({ size, key, tenant }: DeviceOptions): Devices => {
  const ids = guids(key ^ 0x13)
  const deviceIds = guids(key ^ 0x63)
  const byId = permutation(size, key ^ 0x23)
  const byRegistration = permutation(size, key ^ 0x53)
  const bySignIn = permutation(size, key ^ 0x73)
  const registration = growthTimeline(size, 0)
  const signIn = recentTimeline(size, Math.floor(size * 0.02), 700)
  const starts = sharedOut(
    models.map(({ weight }) => weight),
    size,
  )
  const modelAt = (rank: number): number => firstIndex(0, models.length, model => (starts[model + 1] ?? 0) > rank)
  const modelOf = (rank: number): DeviceModel => models[modelAt(rank)] as DeviceModel
  const nameOf = (rank: number): string => {
    const model = modelAt(rank)
    const start = starts[model] ?? 0
    const count = (starts[model + 1] ?? 0) - start
    // Each device has its own range of the names of the prefix, and a place in it: names are in order and look random.
    const place = (rank - start + scatter(rank ^ key) / 2 ** 32) / count
    return (
      models[model]?.prefix +
      Math.floor(place * suffixes)
        .toString(36)
        .padStart(7, '0')
        .toUpperCase()
    )
  }
  const registeredAt = (device: Device): number => registration.at(device.registered) ?? 0
  const nothing = constant([])
  const gid = (device: Device): string => `g:${6_755_400_000_000_000 + device.listed * 977}`
  const columns: { readonly [property: string]: Column<Device> } = {
    id: plain(device => ids.of(device.listed)),
    deletedDateTime: none,
    accountEnabled: flag(device => device.a % 33 !== 0),
    alternativeSecurityIds: any(device => [
      { type: 2, identityProvider: null, key: base64Of16(device.a, device.b, device.listed) },
    ]),
    approximateLastSignInDateTime: plain(device => signIn.textAt(device.seen)),
    complianceExpirationDateTime: plain(device =>
      device.model.managed && device.b % 3 === 0 ? isoTime(presentSeconds + (device.b % 2_592_000)) : null,
    ),
    deviceCategory: word(['Shared', 'Kiosk', 'Office'], device => (device.a % 4 === 0 ? device.b % 3 : -1)),
    deviceId: plain(device => deviceIds.of(device.listed)),
    deviceMetadata: none,
    deviceOwnership: word(['Company', 'Personal'], device =>
      device.model.managed ? (device.model.personal && device.a % 3 > 0 ? 1 : 0) : -1,
    ),
    deviceVersion: integer(() => 2),
    displayName: plain(device => nameOf(device.rank)),
    enrollmentProfileName: word(['Autopilot-Standard', 'Autopilot-Kiosk'], device =>
      entraJoined(device) && device.model.system === 'Windows' ? (device.b % 9 === 0 ? 1 : 0) : -1,
    ),
    enrollmentType: plain(device => (device.model.managed ? device.model.enrollment : null)),
    extensionAttributes: any(device => ({
      ...noAttributes,
      ...(device.b % 8 === 0 && { extensionAttribute1: device.model.personal ? 'BYOD' : 'Corporate' }),
    })),
    isCompliant: flag(device => (device.model.managed ? device.a % 10 > 0 : null)),
    isManaged: flag(device => (device.model.managed ? true : null)),
    isManagementRestricted: none,
    isRooted: flag(device =>
      device.model.system === 'Android' || device.model.system === 'iOS' ? device.b % 200 === 0 : null,
    ),
    managementType: word(['MDM'], device => (device.model.managed ? 0 : -1)),
    manufacturer: plain(device => device.model.maker),
    mdmAppId: word(['0000000a-0000-0000-c000-000000000000'], device => (device.model.managed ? 0 : -1)),
    model: plain(device => device.model.models[device.b % device.model.models.length] ?? null),
    onPremisesLastSyncDateTime: plain(device =>
      isHybrid(device) ? isoTime(presentSeconds - (device.b % 1_800)) : null,
    ),
    onPremisesSecurityIdentifier: plain(device =>
      isHybrid(device) ? `${tenant.sid}-${20_000_000 + device.listed}` : null,
    ),
    onPremisesSyncEnabled: flag(device => (isHybrid(device) ? true : null)),
    operatingSystem: plain(device => device.model.system),
    operatingSystemVersion: plain(device => device.model.versions[device.a % device.model.versions.length] ?? null),
    physicalIds: plainList(device => [
      `[USER-GID]:${ids.of(device.listed)}:${6_755_400_000_000_000 + device.listed}`,
      `[GID]:${gid(device)}`,
      ...(device.model.system === 'Windows' ? [`[HWID]:h:${6_755_500_000_000_000 + device.a}`] : []),
      ...(entraJoined(device) && device.b % 9 === 0 ? [`[OrderId]:Kiosk-${lastFour(device.b).slice(2)}`] : []),
    ]),
    profileType: word(['RegisteredDevice'], device => (device.a % 50 === 1 ? -1 : 0)),
    registrationDateTime: plain(device => isoTime(registeredAt(device))),
    systemLabels: nothing,
    trustType: plain(device => device.model.trust),
  }
  const subject: Device = { rank: 0, model: modelOf(0), listed: 0, registered: 0, seen: 0, a: 0, b: 0 }
  const order = (
    map: { forward(rank: number): number; backward(position: number): number },
    key: (at: number) => string,
  ) => ({
    rankAt: map.backward,
    positionOf: map.forward,
    keyAt: key,
  })
  return {
    kind: 'device',
    size,
    columns,
    empty: {
      accountEnabled: true,
      alternativeSecurityIds: [],
      extensionAttributes: noAttributes,
      physicalIds: [],
      systemLabels: [],
    },
    subject,
    modelOf,
    load(rank) {
      subject.rank = rank
      subject.model = modelOf(rank)
      subject.listed = byId.forward(rank)
      subject.registered = byRegistration.forward(rank)
      subject.seen = bySignIn.forward(rank)
      subject.a = scatter(rank ^ key ^ 0x99)
      subject.b = scatter(subject.a + 0x9e3779b1)
    },
    orders: {
      default: order(byId, () => ''),
      displayName: { rankAt: at => at, positionOf: rank => rank, keyAt: rank => nameOf(rank).toLowerCase() },
      registrationDateTime: order(byRegistration, at => (registration.textAt(at) ?? '').toLowerCase()),
      approximateLastSignInDateTime: order(bySignIn, at => (signIn.textAt(at) ?? '').toLowerCase()),
    },
    idOf: rank => ids.of(byId.forward(rank)),
    rankOf(id) {
      const listed = ids.indexOf(id, size)
      return listed === undefined ? undefined : byId.backward(listed)
    },
    keys: {
      deviceId(value) {
        const listed = deviceIds.indexOf(value, size)
        return listed === undefined ? undefined : byId.backward(listed)
      },
    },
  }
}
