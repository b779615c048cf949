import { guidBytes } from '../directory/guid-bytes.ts'
import { lookUp } from './lookup.ts'
import { plainList, plainSingle, type Plain } from './plain-list.ts'
import type { Call, Handler } from './call.ts'
import type { Entity } from '../directory/types.ts'

interface AssignedLicense {
  readonly skuId: string
  readonly disabledPlans?: readonly string[]
}

interface ServicePlan {
  readonly servicePlanId: string
  readonly provisioningStatus: string
}

/** A user's licences with their service plans. Disabled plans have the status `Disabled`. */
const details = (call: Call): readonly Entity[] => {
  const user = lookUp(call, 'user', call.keys[0]!)
  const skus = new Map(call.directory.subscribedSkus.map(sku => [sku['skuId'], sku]))
  const licenses = (user['assignedLicenses'] ?? []) as readonly AssignedLicense[]
  return licenses.flatMap(({ skuId, disabledPlans = [] }) => {
    const sku = skus.get(skuId)
    if (!sku) return []
    return {
      // As in Graph: the bytes of the tenant's and the SKU's GUID, so a licence has the same id for every user.
      id: Buffer.concat([guidBytes(call.directory.tenantId), guidBytes(skuId)]).toString('base64url'),
      skuId,
      skuPartNumber: sku['skuPartNumber'],
      servicePlans: (sku['servicePlans'] as readonly ServicePlan[]).map(plan =>
        disabledPlans.includes(plan.servicePlanId) ? { ...plan, provisioningStatus: 'Disabled' } : plan,
      ),
    }
  })
}

const plainOf = (call: Call): Plain => ({
  type: 'licenseDetails',
  set: `users('${lookUp(call, 'user', call.keys[0]!).id}')/licenseDetails`,
  properties: ['id', 'servicePlans', 'skuId', 'skuPartNumber'],
  items: details,
  paged: true,
  exactIds: true,
})

/** Answers `GET /users/{id}/licenseDetails`. */
export const licenseDetails: Handler = call => plainList(plainOf(call))(call)

/** Answers `GET /users/{id}/licenseDetails/{id}`. @see https://learn.microsoft.com/graph/api/licensedetails-get */
export const singleLicenseDetails: Handler = call => plainSingle(plainOf(call))(call)
