import type { Operation } from '../../core/operation.ts'
import type { NameColumn } from '../../core/operation-columns.ts'
import { portalCaption, portalTemplates, type PortalTemplate } from '../../data/portal-templates.ts'

/** A template of our own: the columns with an example each. The first example has a value that `csv-header.ts` knows. */
type OwnTemplate = Readonly<Record<string, string>>

/** The portal's templates by operation. */
const ofPortal: Readonly<Record<string, PortalTemplate>> = {
  'create-user': portalTemplates['create-users'],
  'invite-user': portalTemplates['invite-users'],
  'delete-user': portalTemplates['delete-users'],
  'restore-user': portalTemplates['restore-users'],
  'add-member': portalTemplates['import-members'],
  'remove-member': portalTemplates['remove-members'],
}

const anId = '9832aad8-e4fe-496b-a604-95c6eF01ae75'
const owner: OwnTemplate = { owner: 'chris@contoso.com' }
const appOwner: OwnTemplate = { application: anId, ...owner }
const appRole: OwnTemplate = { principal: 'chris@contoso.com', resource: 'Travel Portal', role: 'Reader' }
const role: OwnTemplate = { principal: 'chris@contoso.com', role: 'Helpdesk Administrator', administrativeUnit: '' }
const servicePrincipalOwner: OwnTemplate = { servicePrincipal: anId, ...owner }

/** Templates of operations whose rows have properties, or for which the portal has none. */
const own: Readonly<Record<string, OwnTemplate>> = {
  'update-user': {
    userPrincipalName: 'chris@contoso.com',
    displayName: 'Chris Green',
    givenName: 'Chris',
    surname: 'Green',
    jobTitle: 'Engineer',
    department: 'Sales',
    companyName: 'Contoso',
    officeLocation: '4/1018',
    businessPhones: '+1 425 555 0100',
    mobilePhone: '+1 425 555 0101',
    usageLocation: 'US',
    employeeId: '0012',
  },
  'create-group': {
    displayName: 'Contoso Sales Team',
    description: 'All people of Sales',
    mailNickname: 'sales-team',
    groupTypes: 'Unified',
    visibility: 'Private',
  },
  'update-group': {
    id: anId,
    displayName: 'Contoso Sales Team',
    description: 'All people of Sales',
    visibility: 'Private',
  },
  'update-device': {
    id: anId,
    extensionAttribute1: 'Corporate',
    extensionAttribute2: '',
  },
  'update-application': {
    id: anId,
    displayName: 'Travel Portal',
    description: 'Books all journeys',
    notes: 'Owned by Sales',
  },
  'update-service-principal': {
    id: anId,
    accountEnabled: 'true',
    appRoleAssignmentRequired: 'true',
    notes: 'Owned by Sales',
  },
  'set-manager': { userPrincipalName: 'chris@contoso.com', manager: 'dana@contoso.com' },
  'assign-license': {
    UserPrincipalName: 'chris@contoso.com',
    LicenseSKU: 'SPE_E3',
    DisabledPlans: 'SWAY;YAMMER_ENTERPRISE',
  },
  'modify-license': { UserPrincipalName: 'chris@contoso.com', LicenseSKU: 'SPE_E3' },
  'transfer-license': { UserPrincipalName: 'chris@contoso.com', LicenseSKU: 'SPE_E3', NewLicenseSKU: 'SPE_E5' },
  'remove-license': { UserPrincipalName: 'chris@contoso.com', LicenseSKU: 'SPE_E3' },
  onboard: {
    userPrincipalName: 'chris@contoso.com',
    displayName: 'Chris Green',
    givenName: 'Chris',
    surname: 'Green',
    employeeId: '0012',
    department: 'Sales',
    jobTitle: 'Engineer',
    UsageLocation: 'US',
    LicenseSKU: 'SPE_E3;POWER_BI_PRO',
    Groups: 'Sales Team;All Company',
    Role: '',
    Manager: 'dana@contoso.com',
  },
  offboard: { userPrincipalName: 'chris@contoso.com' },
  'add-owner': owner,
  'remove-owner': owner,
  'keep-member': { member: 'chris@contoso.com' },
  'keep-owner': owner,
  'assign-app-role': appRole,
  'unassign-app-role': appRole,
  'assign-role': role,
  'unassign-role': role,
  'assign-eligible-role': { ...role, until: '2027-01-31', justification: 'Stands in for Dana' },
  'unassign-eligible-role': role,
  'add-app-owner': appOwner,
  'remove-app-owner': appOwner,
  'add-service-principal-owner': servicePrincipalOwner,
  'remove-service-principal-owner': servicePrincipalOwner,
}

const byId = ['id', anId] as const

/** The column that names an object, with an example. */
const named = (as: NameColumn['as']): readonly [header: string, example: string] =>
  as === 'user' ? ['userPrincipalName', 'chris@contoso.com'] : as === 'object' ? ['member', 'chris@contoso.com'] : byId

/** The columns that a row must have, from what the operation says of them. */
const required = ({ columns }: Pick<Operation, 'columns'>): OwnTemplate => {
  const names = Object.entries(columns.names)
  return Object.fromEntries([
    ...names.map(([value, { as }], at) => (at === names.length - 1 ? named(as) : [value, named(as)[1]])),
    ...(columns.required ?? []).map(name => [name, name]),
  ])
}

/**
 * The records of an operation's CSV template. Where the Entra portal has one, it is as downloaded there: version row, captions,
 * example row. Otherwise it is a header and an example row. The reader ignores the example row.
 */
export const templateOf = (operation: Pick<Operation, 'kind' | 'columns'>): readonly (readonly string[])[] => {
  const portal = ofPortal[operation.kind]
  if (portal) {
    const { hasVersionRow, columns, example } = portal
    const version = ['version:v1.0', ...columns.slice(1).map(() => '')]
    return [...(hasVersionRow ? [version] : []), columns.map(portalCaption), ...(example ? [example] : [])]
  }
  const template = own[operation.kind] ?? required(operation)
  const [first, ...others] = Object.values(template)
  return [Object.keys(template), [`Example: ${first}`, ...others]]
}
