import type { Licences } from './licences.ts'
import type { Entity } from './types.ts'
import type { TenantNames } from './user.ts'
import { guids } from './guids.ts'
import { isoTime } from './iso-time.ts'
import { presentSeconds } from './timeline.ts'
import { roleTemplates } from './vocabulary/role-templates.ts'

const services = ['Email', 'OfficeCommunicationsOnline']

/** `GET /organization`. */
export const organizationOf = ({ tenantId, domain, federatedDomain, initialDomain }: TenantNames): Entity => ({
  id: tenantId,
  deletedDateTime: null,
  assignedPlans: [
    {
      assignedDateTime: '2015-02-02T08:00:00Z',
      capabilityStatus: 'Enabled',
      service: 'exchange',
      servicePlanId: 'efb87545-963c-4e0d-99df-69c6916d9eb0',
    },
  ],
  businessPhones: ['+1 206 555 0100'],
  city: 'Seattle',
  country: null,
  countryLetterCode: 'US',
  createdDateTime: '2015-02-02T08:00:00Z',
  defaultUsageLocation: null,
  displayName: domain.charAt(0).toUpperCase() + domain.slice(1, domain.indexOf('.')),
  marketingNotificationEmails: [],
  mobileDeviceManagementAuthority: 'intune',
  onPremisesLastSyncDateTime: isoTime(presentSeconds - 600),
  onPremisesSyncEnabled: true,
  partnerTenantType: null,
  postalCode: '98052',
  preferredLanguage: 'en',
  privacyProfile: null,
  provisionedPlans: [{ capabilityStatus: 'Enabled', provisioningStatus: 'Success', service: 'exchange' }],
  securityComplianceNotificationMails: [],
  securityComplianceNotificationPhones: [],
  state: 'WA',
  street: '4567 Main St',
  technicalNotificationMails: [`it@${domain}`],
  tenantType: 'AAD',
  verifiedDomains: [
    { capabilities: services.join(', '), isDefault: false, isInitial: true, name: initialDomain, type: 'Managed' },
    { capabilities: services.join(', '), isDefault: true, isInitial: false, name: domain, type: 'Managed' },
    { capabilities: services.join(', '), isDefault: false, isInitial: false, name: federatedDomain, type: 'Federated' },
  ],
})

/** The initial domain, the default domain, a federated one, and an unverified one. */
export const domainsOf = ({ domain, federatedDomain, initialDomain }: TenantNames): readonly Entity[] => {
  const one = (id: string, more: { readonly [property: string]: unknown } = {}): Entity => ({
    id,
    authenticationType: 'Managed',
    availabilityStatus: null,
    isAdminManaged: true,
    isDefault: false,
    isInitial: false,
    isRoot: true,
    isVerified: true,
    manufacturer: null,
    model: null,
    passwordNotificationWindowInDays: null,
    passwordValidityPeriodInDays: null,
    state: null,
    supportedServices: services,
    ...more,
  })
  return [
    one(initialDomain, { isInitial: true }),
    one(domain, { isDefault: true, passwordNotificationWindowInDays: 14, passwordValidityPeriodInDays: 2_147_483_647 }),
    one(federatedDomain, { authenticationType: 'Federated', isRoot: false }),
    one(domain.replace('.', '-new.'), { isVerified: false, supportedServices: [] }),
  ]
}

/** Products without free units. */
const soldOut = new Set(['PROJECTPROFESSIONAL'])

/** The tenant's products. `consumed` and `consumedAtFirst` return the units in use now and before any change. One product has no free units, and one is expiring. */
export const skusOf = (
  { tenantId, domain }: TenantNames,
  { skus }: Licences,
  users: number,
  consumed: (skuId: string) => number,
  consumedAtFirst: (skuId: string) => number,
): readonly Entity[] => {
  const subscriptions = guids(0x7ab)
  return skus.map(({ skuId, skuPartNumber, plans }, index) => {
    const isLegacy = skuPartNumber === 'ENTERPRISEPACK'
    const first = consumedAtFirst(skuId)
    const enabled = isLegacy ? 0 : soldOut.has(skuPartNumber) ? first : first + Math.max(5, Math.ceil(users / 40))
    return {
      id: `${tenantId}_${skuId}`,
      accountId: tenantId,
      accountName: domain.slice(0, domain.indexOf('.')),
      appliesTo: 'User',
      capabilityStatus: isLegacy ? 'Warning' : 'Enabled',
      consumedUnits: consumed(skuId),
      prepaidUnits: { enabled, suspended: 0, warning: isLegacy ? first + 5 : 0, lockedOut: 0 },
      servicePlans: plans.map(({ servicePlanId, servicePlanName }) => ({
        servicePlanId,
        servicePlanName,
        provisioningStatus: 'Success',
        appliesTo: /_FOUNDATION|LOCKBOX|AUDIT_PLATFORM/i.test(servicePlanName) ? 'Company' : 'User',
      })),
      skuId,
      skuPartNumber,
      subscriptionIds: [subscriptions.of(index)],
    }
  })
}

/** `GET /directoryRoleTemplates`. */
export const roleTemplateEntities: readonly Entity[] = roleTemplates.map(({ id, displayName }) => ({
  id,
  deletedDateTime: null,
  description: `Can do what the built-in role ${displayName} allows.`,
  displayName,
}))
