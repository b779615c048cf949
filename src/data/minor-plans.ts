import { planIdOf } from './sku-catalogue.ts'

/** Plans that no product is bought for, each with the reason. */
const reasons: readonly (readonly [plan: string, because: string])[] = [
  ['Bing_Chat_Enterprise', 'retired'],
  ['DYN365BC_MS_INVOICING', 'retired'],
  ['O365_SB_Relationship_Management', 'retired'],
  ['M365_LIGHTHOUSE_PARTNER_PLAN1', 'for the partner who manages the tenant, not for its users'],
  ['MESH_AVATARS_FOR_TEAMS', 'comes with Teams; the catalogue lists it in some products only'],
  ['MESH_AVATARS_ADDITIONAL_FOR_TEAMS', 'comes with Teams; the catalogue lists it in some products only'],
  ['MESH_IMMERSIVE_FOR_TEAMS', 'comes with Teams; the catalogue lists it in some products only'],
]

let kept: ReadonlySet<string> | undefined

/** Ids of plans that decide nothing where two products are compared. A transfer still keeps them off where they are off. */
export const minorPlans = (): ReadonlySet<string> => (kept ??= new Set(reasons.map(([plan]) => planIdOf(plan))))
