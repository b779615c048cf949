import { planIdOf } from './sku-catalogue.ts'

/** A plan that works only beside another one. */
interface Need {
  readonly plan: string
  /** One of these is enough. All plans that may do are listed, so that a change is held back only if it would certainly be refused. */
  readonly anyOf: readonly string[]
  /** `user`: another plan of the user · `tenant`: any product of the tenant must have it. */
  readonly within: 'user' | 'tenant'
  readonly source: string
}

/** Plans of which a user can have one. */
interface Exclusion {
  readonly plans: readonly string[]
  /** Of these, a user can have several. */
  readonly together?: readonly string[]
  readonly source: string
}

const page = 'https://learn.microsoft.com/entra/identity/users'
const prerequisites = `${page}/licensing-groups-resolve-problems#manage-licenses-for-products-with-prerequisites`
const deletedGroup = `${page}/licensing-groups-resolve-problems#when-a-licensed-group-is-deleted`
const exclusive = `${page}/licensing-service-plan-reference#service-plans-that-cannot-be-assigned-at-the-same-time`
const several =
  'https://techcommunity.microsoft.com/blog/exchange/introducing-support-for-concurrent-exchange-online-license-assignments/3721098'
const teams = 'https://learn.microsoft.com/microsoftteams'
const governance = 'https://learn.microsoft.com/entra/id-governance/licensing-fundamentals#prerequisites'

const mailboxes = ['EXCHANGE_S_DESKLESS', 'EXCHANGE_S_STANDARD', 'EXCHANGE_S_ENTERPRISE'] as const
const meetings = [
  ...['MCOIMP', 'MCOIMP_GOV', 'MCOSTANDARD', 'MCOSTANDARD_GOV', 'MCOSTANDARD_MIDMARKET'],
  ...['TEAMS1', 'TEAMS_AR_DOD', 'TEAMS_AR_GCCHIGH', 'TEAMS_GOV', 'TeamsEss'],
] as const
/** Graph's own words, "service plan … depends on the service plan(s) …", as people have published them. */
const message = 'https://learn.microsoft.com/graph/api/user-assignlicense (message)'
const phones = ['MCOEV', 'MCOEVSMB'] as const
const entra = ['AAD_PREMIUM', 'AAD_PREMIUM_P2'] as const

const needs: readonly Need[] = [
  {
    plan: 'WORKPLACE_ANALYTICS',
    anyOf: ['EXCHANGE_S_STANDARD', 'EXCHANGE_S_ENTERPRISE'],
    within: 'user',
    source: prerequisites,
  },
  {
    plan: 'THREAT_INTELLIGENCE',
    anyOf: [...mailboxes, 'EOP_ENTERPRISE'],
    within: 'user',
    source: message,
  },
  {
    plan: 'EXCHANGE_S_ARCHIVE_ADDON',
    anyOf: [...mailboxes, 'EXCHANGE_S_ESSENTIALS', 'EXCHANGE_L_STANDARD'],
    within: 'user',
    source:
      'https://learn.microsoft.com/office365/servicedescriptions/exchange-online-archiving-service-description/exchange-online-archiving-service-description',
  },
  { plan: 'MCOMEETADV', anyOf: meetings, within: 'user', source: deletedGroup },
  {
    plan: 'MCOEV',
    anyOf: meetings,
    within: 'user',
    source: message,
  },
  { plan: 'MCOPSTN1', anyOf: phones, within: 'user', source: `${teams}/calling-plans-for-office-365` },
  { plan: 'MCOPSTN2', anyOf: phones, within: 'user', source: `${teams}/calling-plans-for-office-365` },
  { plan: 'MCOPSTN5', anyOf: phones, within: 'user', source: `${teams}/calling-plans-for-office-365` },
  {
    plan: 'SHAREPOINT_PROJECT',
    anyOf: ['SHAREPOINTENTERPRISE'],
    within: 'user',
    source: message,
  },
  { plan: 'Entra_Identity_Governance', anyOf: entra, within: 'tenant', source: governance },
]

const exclusions: readonly Exclusion[] = [
  {
    plans: [
      'CRMPLAN2',
      'CRMSTANDARD',
      'DYN365_ENTERPRISE_P1_IW',
      'DYN365_ENTERPRISE_SALES',
      'DYN365_ENTERPRISE_TEAM_MEMBERS',
    ],
    source: exclusive,
  },
  {
    plans: [
      'EXCHANGE_B_STANDARD',
      'EXCHANGE_S_ARCHIVE',
      'EXCHANGE_S_DESKLESS',
      'EXCHANGE_S_ESSENTIALS',
      'EXCHANGE_S_STANDARD',
      'EXCHANGE_S_STANDARD_MIDMARKET',
    ],
    // Since January 2023, as Plan 2 with each of them.
    together: ['EXCHANGE_S_DESKLESS', 'EXCHANGE_S_ESSENTIALS', 'EXCHANGE_S_STANDARD'],
    source: `${exclusive} and ${several}`,
  },
  { plans: ['RMS_S_ENTERPRISE', 'RMS_S_ENTERPRISE_GOV'], source: exclusive },
  { plans: ['INTUNE_A', 'INTUNE_A_VL'], source: exclusive },
  {
    plans: [
      'ONEDRIVEENTERPRISE',
      'SHAREPOINT_S_DEVELOPER',
      'SHAREPOINTDESKLESS',
      'SHAREPOINTENTERPRISE',
      'SHAREPOINTENTERPRISE_EDU',
      'SHAREPOINTENTERPRISE_MIDMARKET',
      'SHAREPOINTLITE',
      'SHAREPOINTSTANDARD',
      'SHAREPOINTSTANDARD_EDU',
    ],
    // The page lists these, and says that Plan 1 beside Plan 2 is only not recommended. SharePoint has supported several for longer than Exchange.
    together: ['SHAREPOINTDESKLESS', 'SHAREPOINTENTERPRISE', 'SHAREPOINTSTANDARD'],
    source: `${exclusive} and ${several}`,
  },
  { plans: ['MCOIMP', 'MCOLITE', 'MCOSTANDARD', 'MCOSTANDARD_MIDMARKET'], source: exclusive },
  { plans: ['MCOPSTN1', 'MCOPSTN2', 'MCOPSTN5'], source: exclusive },
  { plans: ['YAMMER_EDU', 'YAMMER_ENTERPRISE', 'YAMMER_MIDSIZE'], source: exclusive },
]

/** Plans by id: the ids of the plans of which one must be there. */
type PlanNeeds = ReadonlyMap<string, readonly string[]>

interface Kept {
  readonly user: PlanNeeds
  readonly tenant: PlanNeeds
  readonly pairs: ReadonlyMap<string, ReadonlySet<string>>
}

let kept: Kept | undefined

/** What plans of a user need beside them, as Microsoft documents it. The service has more rules than it publishes. */
export const planNeeds = (): PlanNeeds => (kept ??= read()).user

/** Plans that can only be assigned if some product of the tenant has one of these. */
export const tenantNeeds = (): PlanNeeds => (kept ??= read()).tenant

/** Plans by id: the ids of those that a user cannot have beside it. */
export const planExclusions = (): ReadonlyMap<string, ReadonlySet<string>> => (kept ??= read()).pairs

const read = (): Kept => {
  const needsOf = (wanted: Need['within']): PlanNeeds =>
    new Map(
      needs.flatMap(({ plan, anyOf, within }) => (within === wanted ? [[planIdOf(plan), anyOf.map(planIdOf)]] : [])),
    )
  const pairs = new Map<string, Set<string>>()
  for (const { plans, together = [] } of exclusions)
    for (const one of plans)
      for (const other of plans) {
        if (one === other || (together.includes(one) && together.includes(other))) continue
        const id = planIdOf(one)
        pairs.set(id, (pairs.get(id) ?? new Set()).add(planIdOf(other)))
      }
  return { user: needsOf('user'), tenant: needsOf('tenant'), pairs }
}
