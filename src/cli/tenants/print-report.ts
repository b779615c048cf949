import { joined } from '../../core/joined.ts'
import type { MissingRight } from '../../tenants/rights.ts'
import type { TenantReport } from '../../tenants/inspect-tenant.ts'
import type { DelegatedAccess } from '../../tenants/partner-access.ts'
import { count } from '../report/words.ts'

const missing = ({ permission, wider, operations, enough }: MissingRight): readonly string[] => [
  `  missing   ${permission}, for ${operations.join(', ')}`,
  ...(wider.length > 0 ? [`            or, with more power than needed: ${wider.join(', ')}`] : []),
  ...(enough ? [`            you have ${enough.permission}, which is enough ${enough.when}`] : []),
]

/** `Contoso (contoso.com)`, or the tenant's id if its name is not known. */
const whose = ({ organization, tenant }: TenantReport): string =>
  organization
    ? `${organization.displayName}${organization.defaultDomain ? ` (${organization.defaultDomain})` : ''}`
    : `tenant ${tenant.id}`

/** A sentence about the tenant that a sign-in reached. */
export const signedIn = (report: TenantReport): string =>
  `Signed in to ${whose(report)}${report.users === undefined ? '' : `: ${count(report.users)} users, size ${report.size}`}.`

const quotaWords = ({ size, share, quotas, users }: TenantReport): string => {
  const per = (name: 'read' | 'write', unit: string) => {
    const quota = quotas[name]
    return quota ? `${count(quota.capacity)} ${unit} in ${quota.windowMs / 1000} s` : `${unit} without a limit`
  }
  const how = users === undefined ? 'assumed' : `${count(users)} users`
  return `size ${size} (${how}): ${per('read', 'resource units')}, ${per('write', 'writes')}${
    share < 1 ? `, ${Math.round(share * 100)} % of the published quotas` : ''
  }`
}

/** The result of a check as text. */
export const printReport = (report: TenantReport): readonly string[] => {
  const { tenant, token, organization, rights, operations, unread, delegatedAccess } = report
  const isApp = token.kind === 'application'
  return [
    `${tenant.name}: ${whose(report)}`,
    `  tenant    ${tenant.id}`,
    ...(organization ? [`  domains   ${organization.verifiedDomains.join(', ')}`] : []),
    `  token     valid until ${token.expiresAt}, for the app ${token.appId}`,
    `  rights    ${isApp ? 'app roles' : 'delegated, of a signed-in person'}: ${token.rights.join(', ') || 'none'}`,
    ...(isApp ? [] : [`            limited by the person's directory roles (${token.directoryRoles.length})`]),
    `  quotas    ${quotaWords(report)}`,
    ...(delegatedAccess ? accessWords(delegatedAccess) : []),
    ...unread.map(what => `  unread    ${what}`),
    ...(operations.length > 0 ? rightsWords(report) : []),
    ...(isApp && token.rights.length === 0
      ? [
          '  The token has no app role: add application permissions and grant admin consent; `entrapipe tenants app` shows how.',
        ]
      : []),
    ...(rights.missing.length > 0 && token.rights.length > 0 ? [`  What to do: ${remedy(report)}`] : []),
  ]
}

/** A relationship is renewed by people of two companies, who need time. */
const soonDays = 30

const accessWords = ({ relationship, endsAt, isExtended, daysLeft }: DelegatedAccess): readonly string[] => {
  const day = endsAt.slice(0, 10)
  if (isExtended) return [`  access    delegated by "${relationship}", extended by itself on ${day}`]
  return [
    `  access    delegated by "${relationship}", until ${day}`,
    ...(daysLeft < soonDays
      ? [
          `  WARNING   this access ends in ${daysLeft === 1 ? '1 day' : `${daysLeft} days`}: request a new relationship in Partner Center, and have the customer approve it`,
        ]
      : []),
  ]
}

const rightsWords = ({ operations, rights }: TenantReport): readonly string[] => [
  `For ${operations.join(', ')}:`,
  ...(rights.missing.length === 0
    ? ['  enough    the token has all required permissions']
    : rights.missing.flatMap(missing)),
  ...rights.optional.map(({ permission, when }) => `  optional  ${permission}, ${when}`),
  ...rights.wide.flatMap(({ permission, least, optional }) => [
    `  wide      ${permission}; ${joined(least)} ${least.length === 1 ? 'is' : 'are'} enough`,
    ...optional.map(({ permission: name, when }) => `            and ${name}, ${when}`),
  ]),
  ...(rights.excess.length > 0 ? [`  excess    ${rights.excess.join(', ')}: not needed`] : []),
]

const remedy = ({ token, rights }: TenantReport): string => {
  const names = rights.missing.map(({ permission }) => permission).join(', ')
  return token.kind === 'application'
    ? `add the application permission ${names} to the app ${token.appId} and grant admin consent; a new token has it within minutes.`
    : `add the delegated permission ${names} to the app ${token.appId}, consent, and sign in again.`
}
