import type { Fields } from '../../core/json.ts'
import { isActive, type DirectLicence, type Licence, type LicenceState } from '../directory/licences/types.ts'
import { isSoldIn } from '../directory/licences/plan-rules.ts'
import { defaultProperties } from '../../data/listing.ts'
import type { SandboxReply } from '../protocol.ts'
import type { Call, Handler } from './call.ts'
import { commit } from './commit.ts'
import { faults } from './faults.ts'
import { licenceBody, type LicenceBody } from './licence-body.ts'
import { checkOwned, checkPlans } from './licence-checks.ts'
import { licenceFaults } from './licence-faults.ts'
import { lookUp } from './lookup.ts'
import { readOptions } from './options.ts'
import { demandLicenceRole } from './privileged.ts'
import { entityReply } from './replies.ts'
import { written } from './schema.ts'

/**
 * Answers `POST /users/{id}/assignLicense`: adds, changes and removes direct licences, all or none.
 *
 * @see https://learn.microsoft.com/graph/api/user-assignlicense
 */
export const assignLicense: Handler = call => {
  readOptions(call.request, [])
  demandLicenceRole(call, 'user')
  const { id } = lookUp(call, 'user', call.keys[0]!)
  const body = licenceBody(call)
  return {
    holds: [id],
    apply() {
      const states = call.directory.licences.states(id)
      const after = changed(call, id, body, states)
      const before = states.filter(({ by }) => by === null)
      if (!isSame(before, after)) commit(call, [{ do: 'update', kind: 'user', id, values: valuesOf(after) }])
      return userReply(call, id)
    },
  }
}

/** The direct licences after the request. @throws GraphFault 400 */
const changed = (
  call: Call,
  id: string,
  { add, remove }: LicenceBody,
  states: readonly LicenceState[],
): readonly (Licence & Partial<DirectLicence>)[] => {
  const { directory, knobs } = call
  checkOwned(directory, add)
  // A location that is not replicated yet does not count.
  const user = directory.collection('user').get(id)
  const location = user?.['usageLocation']
  if (add.length > 0 && (typeof location !== 'string' || !isSoldIn(location))) throw licenceFaults.usageLocation()
  const direct = states.filter(({ by }) => by === null)
  for (const skuId of remove) {
    if (direct.some(one => one.skuId === skuId)) continue
    if (!directory.licences.sku(skuId)) throw licenceFaults.notOwned(skuId)
    throw states.some(one => one.skuId === skuId) ? licenceFaults.inherited() : licenceFaults.notHeld()
  }
  const kept = direct.filter(one => !remove.includes(one.skuId))
  const after = [
    ...kept.map(({ skuId, disabledPlans, at }) => {
      const again = add.find(one => one.skuId === skuId)
      return again && !isSame([{ skuId, disabledPlans }], [again]) ? again : { skuId, disabledPlans, at }
    }),
    ...add.filter(({ skuId }) => !kept.some(one => one.skuId === skuId)),
  ]
  const inherited = states.filter(one => one.by !== null && isActive(one))
  checkPlans([...after, ...inherited])
  const had = states.filter(isActive)
  for (const { skuId } of add)
    if (!had.some(one => one.skuId === skuId) && directory.licences.free(skuId, knobs) <= 0)
      throw licenceFaults.noUnits(skuId)
  return after
}

const setOf = (licences: readonly Licence[]): string =>
  licences
    .map(({ skuId, disabledPlans }) => `${skuId}/${[...disabledPlans].sort().join()}`)
    .sort()
    .join()

const isSame = (one: readonly Licence[], other: readonly Licence[]): boolean => setOf(one) === setOf(other)

const valuesOf = (after: readonly Licence[]): Fields => ({ assignedLicenses: after }) as unknown as Fields

/** The user with its default properties, as it is: a view may lag behind. */
export const userReply = (call: Call, id: string): SandboxReply => {
  const users = call.directory.collection('user')
  const user = users.get(id, 'truth')
  if (!user) throw faults.notFound(id)
  const columns = { names: defaultProperties('user'), nulls: '', context: '' }
  return entityReply(call.request.root, 'users/$entity', written(users, user, columns))
}
