import { any, constant, flag, none, plain, plainList, word, type Column } from './column.ts'
import type { GroupNames } from './group-names.ts'
import { guids } from './guids.ts'
import { isoTime } from './iso-time.ts'
import type { LicensingGroup } from './licences/bundles.ts'
import type { Licences } from './licences/generated.ts'
import type { Licence } from './licences/types.ts'
import { permutation, scatter } from './permutation.ts'
import type { Population } from './population.ts'
import { lazyOrder } from './sorted-order.ts'
import { securityIdentifierOf } from './texts.ts'
import { growthTimeline, presentSeconds } from './timeline.ts'
import type { TenantNames } from './user.ts'
import type { GroupStem, GroupType } from './vocabulary/group-stems.ts'

/** A group. All other properties are derived from these. */
interface Group {
  rank: number
  stem: GroupStem
  id: string
  created: number
  a: number
}

interface GroupOptions {
  readonly key: number
  readonly names: GroupNames
  readonly tenant: TenantNames
  readonly licences: Licences
}

const day = 86_400
const unified: ReadonlySet<GroupType> = new Set(['everyone', 'microsoft365', 'hidden', 'dynamic365'])
const withMail: ReadonlySet<GroupType> = new Set([...unified, 'mailSecurity', 'distribution'])
const is = (...types: readonly GroupType[]): ((group: Group) => boolean) => {
  const set = new Set(types)
  return group => set.has(group.stem.type)
}
const isUnified = (group: Group): boolean => unified.has(group.stem.type)
const isDynamic = is('dynamic', 'dynamic365')
const isSynced = is('synced')
const isLicensing = is('licensing')

/** The value of `extensionAttribute15` that the rule of a dynamic group requires. Exactly its members have it. */
export const dynamicCodeOf = (names: GroupNames, rank: number): string =>
  `${names.stemOf(rank).type === 'dynamic' ? 'D' : 'M'}${String(names.indexOf(rank)).padStart(5, '0')}`

/** The groups of a directory. Ranks are in the order of display names. Members are in `base-links.ts`. */
export const groups = ({ key, names, tenant, licences }: GroupOptions): Population<Group> => {
  const { size } = names
  const ids = guids(key ^ 0x12)
  const byId = permutation(size, key ^ 0x22)
  const byCreation = permutation(size, key ^ 0x52)
  const creation = growthTimeline(size, 0)
  const createdAt = (group: Group): number => creation.at(group.created) ?? 0
  const subject: Group = { rank: 0, stem: names.stemOf(0), id: '', created: 0, a: 0 }
  const mailOf = (group: Group): string | null =>
    withMail.has(group.stem.type) ? `${names.nicknameOf(group.rank)}@${tenant.domain}` : null
  const renewedAt = (group: Group): number => Math.max(createdAt(group), presentSeconds - (group.a % (300 * day)))
  const licencesOf = (group: Group): readonly Licence[] =>
    isLicensing(group) ? licences.licencesOf(group.stem.name as LicensingGroup) : []
  const isLicensed = (group: Group): boolean => licencesOf(group).length > 0
  const synced = (text: (group: Group) => string): Column<Group> =>
    plain(group => (isSynced(group) ? text(group) : null))
  const nothing = constant([])
  const uniqueNameOf = (group: Group): string | null =>
    is('everyone', 'licensing', 'role')(group) ? names.nicknameOf(group.rank) : null

  const columns: { readonly [property: string]: Column<Group> } = {
    id: plain(group => group.id),
    deletedDateTime: none,
    accessType: none,
    allowExternalSenders: flag(group => (isUnified(group) ? false : null)),
    assignedLabels: nothing,
    assignedLicenses: any(group => licencesOf(group).map(({ skuId, disabledPlans }) => ({ disabledPlans, skuId }))),
    autoSubscribeNewMembers: flag(group => (isUnified(group) ? group.a % 5 === 0 : null)),
    classification: word(['Confidential', 'Internal', 'Public'], group =>
      isUnified(group) && group.a % 3 === 0 ? (group.a >>> 8) % 3 : -1,
    ),
    createdDateTime: plain(group => isoTime(createdAt(group))),
    description: plain(group => (group.a % 7 === 0 ? null : `${describe[group.stem.type]} ${group.stem.name}`)),
    displayName: plain(group => names.nameOf(group.rank)),
    expirationDateTime: plain(group =>
      is('microsoft365')(group) && group.a % 4 === 0 ? isoTime(renewedAt(group) + 365 * day) : null,
    ),
    groupTypes: plainList(group => [
      ...(isDynamic(group) ? ['DynamicMembership'] : []),
      ...(isUnified(group) ? ['Unified'] : []),
    ]),
    hasMembersWithLicenseErrors: flag(group => (isLicensed(group) ? false : null)),
    hideFromAddressLists: flag(group => (isUnified(group) ? group.a % 6 === 0 : null)),
    hideFromOutlookClients: flag(group => (isUnified(group) ? group.a % 2 === 0 : null)),
    infoCatalogs: nothing,
    isArchived: flag(group => (hasTeam(group) ? group.a % 11 === 0 : null)),
    isAssignableToRole: flag(group => (is('role')(group) ? true : null)),
    isFavorite: none,
    isManagementRestricted: none,
    isSubscribedByMail: flag(group => (isUnified(group) ? false : null)),
    licenseProcessingState: any(group => (isLicensed(group) ? { state: 'ProcessingComplete' } : null)),
    mail: plain(mailOf),
    mailEnabled: flag(group => withMail.has(group.stem.type)),
    mailNickname: plain(group => names.nicknameOf(group.rank)),
    membershipRule: any(group =>
      isDynamic(group) ? `(user.extensionAttribute15 -eq "${dynamicCodeOf(names, group.rank)}")` : null,
    ),
    membershipRuleProcessingState: word(['On'], group => (isDynamic(group) ? 0 : -1)),
    onPremisesDomainName: synced(() => `corp.${tenant.domain}`),
    onPremisesExtensionAttributes: none,
    onPremisesLastSyncDateTime: synced(group => isoTime(presentSeconds - (group.a % 1_800))),
    onPremisesNetBiosName: synced(() => 'CORP'),
    onPremisesProvisioningErrors: nothing,
    onPremisesSamAccountName: synced(group => names.nameOf(group.rank)),
    onPremisesSecurityIdentifier: synced(group => `${tenant.sid}-${50_000_000 + group.rank}`),
    onPremisesSyncEnabled: flag(group => (isSynced(group) ? true : null)),
    organizationId: constant(tenant.tenantId),
    preferredDataLocation: none,
    preferredLanguage: none,
    proxyAddresses: plainList(group => {
      const mail = mailOf(group)
      return mail === null ? [] : [`SMTP:${mail}`, `smtp:${names.nicknameOf(group.rank)}@${tenant.initialDomain}`]
    }),
    renewedDateTime: plain(group => isoTime(isUnified(group) ? renewedAt(group) : createdAt(group))),
    resourceBehaviorOptions: plainList(group => (hasTeam(group) ? ['HideGroupInOutlook', 'WelcomeEmailDisabled'] : [])),
    resourceProvisioningOptions: plainList(group => (hasTeam(group) ? ['Team'] : [])),
    securityEnabled: flag(group => group.stem.type !== 'distribution' && !isUnified(group)),
    securityIdentifier: plain(group => securityIdentifierOf(group.id)),
    serviceProvisioningErrors: nothing,
    theme: word(['Blue', 'Green', 'Purple', 'Teal'], group =>
      isUnified(group) && group.a % 4 === 1 ? (group.a >>> 5) % 4 : -1,
    ),
    uniqueName: plain(uniqueNameOf),
    unseenConversationsCount: none,
    unseenCount: none,
    unseenMessagesCount: none,
    visibility: word(['Public', 'Private', 'HiddenMembership'], group => (isUnified(group) ? visibilityOf(group) : -1)),
    welcomeMessageEnabled: flag(group => (isUnified(group) ? !hasTeam(group) : null)),
  }

  const load = (rank: number): void => {
    subject.rank = rank
    subject.stem = names.stemOf(rank)
    subject.id = ids.of(byId.forward(rank))
    subject.created = byCreation.forward(rank)
    subject.a = scatter(rank ^ key ^ 0x77)
  }
  let unique: Map<string, number> | undefined
  const uniqueNames = (): Map<string, number> => {
    unique ??= new Map(
      (['everyone', 'licensing', 'role'] as const).flatMap(type =>
        Array.from({ length: names.count(type) }, (_, index) => {
          const rank = names.rankAt(type, index)
          return [names.nicknameOf(rank), rank] as const
        }),
      ),
    )
    return unique
  }
  return {
    kind: 'group',
    size,
    columns,
    empty: emptyGroup,
    subject,
    load,
    orders: {
      default: { rankAt: byId.backward, positionOf: byId.forward, keyAt: () => '' },
      displayName: {
        rankAt: position => position,
        positionOf: rank => rank,
        keyAt: rank => names.nameOf(rank).toLowerCase(),
      },
      mailNickname: lazyOrder(size, rank => names.nicknameOf(rank).toLowerCase()),
    },
    idOf: rank => ids.of(byId.forward(rank)),
    rankOf(id) {
      const listed = ids.indexOf(id, size)
      return listed === undefined ? undefined : byId.backward(listed)
    },
    keys: { uniqueName: value => uniqueNames().get(value) },
  }
}

const hasTeam = (group: Group): boolean => group.stem.type === 'microsoft365' && group.a % 5 < 3
const visibilityOf = (group: Group): number =>
  group.stem.type === 'hidden' ? 2 : group.stem.type === 'everyone' || group.a % 3 === 0 ? 0 : 1

const describe: { readonly [type in GroupType]: string } = {
  everyone: 'Everybody:',
  team: 'People of the',
  licensing: 'Members get a licence:',
  microsoft365: 'Team space of',
  hidden: 'Members are not shown:',
  dynamic365: 'Kept by a rule:',
  dynamic: 'Kept by a rule:',
  security: 'Access to',
  synced: 'From Active Directory:',
  devices: 'Devices of',
  mailSecurity: 'Access and mail for',
  distribution: 'Mail to',
  role: 'Holds a directory role:',
}

const lists =
  'assignedLabels assignedLicenses groupTypes infoCatalogs onPremisesProvisioningErrors proxyAddresses resourceBehaviorOptions resourceProvisioningOptions serviceProvisioningErrors'

const emptyGroup: { readonly [property: string]: unknown } = {
  ...Object.fromEntries(lists.split(' ').map(name => [name, []])),
  mailEnabled: false,
  securityEnabled: true,
}
