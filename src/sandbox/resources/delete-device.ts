import type { Handler } from './call.ts'
import { commit } from './commit.ts'
import { lookUp } from './lookup.ts'
import { readOptions } from './options.ts'
import { demand, deviceWrites } from './permissions.ts'
import { demandDeviceRole } from './privileged.ts'
import { noContent } from './replies.ts'

/** Answers `DELETE /devices/{id}`. Devices have no bin. @see https://learn.microsoft.com/graph/api/device-delete */
export const deleteDevice: Handler = call => {
  readOptions(call.request, [])
  const { caller } = call.request
  demand(caller, caller.delegated ? deviceWrites.byPersons : deviceWrites.delete)
  if (caller.delegated) demandDeviceRole(call)
  const { id } = lookUp(call, 'device', call.keys[0]!)
  return {
    holds: [id],
    apply() {
      commit(call, [{ do: 'delete', kind: 'device', id }])
      return noContent
    },
  }
}
