import { isOfCompany } from './licences/skus.ts'
import type { OwnedSku, PrepaidUnits } from './licences/types.ts'
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

/** The tenant's products, as `GET /subscribedSkus` shows them. */
export const skusOf = ({ tenantId, domain }: TenantNames, skus: readonly OwnedSku[]): readonly Entity[] => {
  const subscriptions = guids(0x7ab)
  return skus.map(({ skuId, skuPartNumber, plans, units, consumed }, index) => ({
    id: `${tenantId}_${skuId}`,
    accountId: tenantId,
    accountName: domain.slice(0, domain.indexOf('.')),
    appliesTo: 'User',
    capabilityStatus: statusOf(units),
    consumedUnits: consumed,
    prepaidUnits: {
      enabled: units.enabled,
      suspended: units.suspended,
      warning: units.warning,
      lockedOut: units.lockedOut,
    },
    servicePlans: plans.map(({ servicePlanId, servicePlanName }) => ({
      servicePlanId,
      servicePlanName,
      provisioningStatus: servicePlanName === 'INTUNE_O365' ? 'PendingActivation' : 'Success',
      appliesTo: isOfCompany(servicePlanName) ? 'Company' : 'User',
    })),
    skuId,
    skuPartNumber,
    subscriptionIds: [subscriptions.of(index)],
  }))
}

/** @see https://learn.microsoft.com/graph/api/resources/subscribedsku */
const statusOf = ({ enabled, warning, suspended, lockedOut }: PrepaidUnits): string => {
  if (enabled > 0) return 'Enabled'
  if (warning > 0) return 'Warning'
  if (suspended > 0) return 'Suspended'
  return lockedOut > 0 ? 'LockedOut' : 'Deleted'
}

/** `GET /directoryRoleTemplates`. */
export const roleTemplateEntities: readonly Entity[] = roleTemplates.map(({ id, displayName }) => ({
  id,
  deletedDateTime: null,
  description: `Can do what the built-in role ${displayName} allows.`,
  displayName,
}))
