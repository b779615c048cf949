import type { Fields } from '../../core/json.ts'
import type { Entity } from '../directory/types.ts'
import type { Call, Handler } from './call.ts'
import { commit } from './commit.ts'
import { deviceFaults } from './device-faults.ts'
import { faults } from './faults.ts'
import { lookUp } from './lookup.ts'
import { readOptions } from './options.ts'
import { demand, deviceWrites } from './permissions.ts'
import { demandDeviceRole } from './privileged.ts'
import { noContent } from './replies.ts'
import { readBody } from './write-body.ts'
import { writeFaults } from './write-faults.ts'

const writable: ReadonlySet<string> = new Set([
  'accountEnabled',
  'displayName',
  'extensionAttributes',
  'isCompliant',
  'isManaged',
  'operatingSystem',
  'operatingSystemVersion',
])

/** Set by Intune, and for Windows by approved apps for device management, which no app of the sandbox is. */
const ofManagement: readonly string[] = ['isCompliant', 'isManaged']

/** The page of the type calls these required. */
const required: readonly string[] = ['accountEnabled', 'displayName', 'operatingSystem', 'operatingSystemVersion']

/** Most characters of an extension attribute, as of those of users: unconfirmed for devices. */
const longestAttribute = 1024

/**
 * Answers `PATCH /devices/{id}`. What is refused without a documented message is worded here.
 *
 * @see https://learn.microsoft.com/graph/api/device-update
 */
export const updateDevice: Handler = call => {
  readOptions(call.request, [])
  const { directory, request } = call
  const given = readBody(directory, 'device', request.body)
  demand(request.caller, request.caller.delegated ? deviceWrites.byPersons : deviceWrites.update)
  if (request.caller.delegated) demandDeviceRole(call, Object.keys(given))
  const device = lookUp(call, 'device', call.keys[0]!)
  checkValues(call, device, given)
  return {
    holds: [device.id],
    apply() {
      const live = directory.truth(device.id)
      if (live?.state !== 'live' || !live.entity) throw faults.notFound(device.id)
      const values = merged(given, live.entity)
      if (Object.keys(values).length > 0) commit(call, [{ do: 'update', kind: 'device', id: device.id, values }])
      return noContent
    },
  }
}

/** @throws GraphFault 400, 403 */
const checkValues = ({ directory, request: { caller } }: Call, device: Entity, given: Fields): void => {
  const names = Object.keys(given)
  const isExtension = (name: string): boolean =>
    directory.extensions.some(one => one.kind === 'device' && one.name === name)
  for (const name of names) if (!writable.has(name) && !isExtension(name)) throw writeFaults.readOnly(name)
  if (names.some(name => ofManagement.includes(name))) throw faults.denied()
  const isWindows = String(device['operatingSystem']).toLowerCase() === 'windows'
  if (!caller.delegated && !isWindows && names.some(name => name !== 'extensionAttributes'))
    throw deviceFaults.onlyWindows()
  for (const name of required) if (name in given && (given[name] ?? '') === '') throw writeFaults.valueMissing(name)
  const attributes = Object.values((given['extensionAttributes'] ?? {}) as Fields)
  if (attributes.some(value => String(value ?? '').length > longestAttribute))
    throw writeFaults.valueInvalid('extensionAttributes', 'device')
}

/** Extension attributes that a request leaves out keep their values. @see https://learn.microsoft.com/graph/extensibility-overview */
const merged = (given: Fields, device: Entity): Fields => {
  const { extensionAttributes } = given
  if (typeof extensionAttributes !== 'object' || extensionAttributes === null) return given
  return {
    ...given,
    extensionAttributes: { ...(device['extensionAttributes'] as Fields | null), ...extensionAttributes },
  }
}
