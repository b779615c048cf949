import { guidBytes } from './guid-bytes.ts'
import { lookUp } from './lookup.ts'
import { plainList, type Plain } from './plain-list.ts'
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

/** A user's licences with their service plans; a plan that was switched off is `Disabled`. */
const details = (call: Call): readonly Entity[] => {
  const user = lookUp(call, 'user', call.keys[0]!)
  const licenses = (user['assignedLicenses'] ?? []) as readonly AssignedLicense[]
  return licenses.flatMap(({ skuId, disabledPlans = [] }) => {
    const sku = call.directory.subscribedSkus.find(one => one['skuId'] === skuId)
    if (!sku) return []
    return {
      // As Microsoft makes it: the bytes of the tenant's and the SKU's GUID, so that a licence has one id for all its holders.
      id: Buffer.concat([guidBytes(call.directory.tenantId), guidBytes(skuId)]).toString('base64url'),
      skuId,
      skuPartNumber: sku['skuPartNumber'],
      servicePlans: (sku['servicePlans'] as readonly ServicePlan[]).map(plan =>
        disabledPlans.includes(plan.servicePlanId) ? { ...plan, provisioningStatus: 'Disabled' } : plan,
      ),
    }
  })
}

/** Answers `GET /users/{id}/licenseDetails`. */
export const licenseDetails: Handler = call => {
  const user = lookUp(call, 'user', call.keys[0]!)
  const plain: Plain = {
    type: 'licenseDetails',
    set: `users('${user.id}')/licenseDetails`,
    properties: ['id', 'servicePlans', 'skuId', 'skuPartNumber'],
    items: details,
    paged: true,
  }
  return plainList(plain)(call)
}
