import { isoTime } from './iso-time.ts'
import { madePopulation } from './made-population.ts'
import { people } from './people.ts'
import { scatter } from './permutation.ts'
import type { Population } from './population.ts'
import { presentSeconds } from './timeline.ts'
import type { TenantNames } from './user.ts'
import { familyNames, givenNames } from './vocabulary/name-lists.ts'
import { offices } from './vocabulary/offices.ts'
import { externalCompanies, externalDomains } from './vocabulary/partners.ts'
import { templateOf } from './vocabulary/role-templates.ts'

/** Contacts at partners, with mail but without an account. */
export const orgContacts = (size: number, key: number, { domain }: TenantNames): Population => {
  const names = people({
    size,
    key: key ^ 0x16,
    domains: { main: domain, federated: domain, initial: domain },
    guests: 0,
  })
  const place = names.place()
  return madePopulation({
    kind: 'orgContact',
    size,
    key: key ^ 0x16,
    empty: {
      addresses: [],
      onPremisesProvisioningErrors: [],
      phones: [],
      proxyAddresses: [],
      serviceProvisioningErrors: [],
    },
    make(rank) {
      names.locate(rank, place)
      const hash = scatter(rank ^ key ^ 0x6c)
      const partner = hash % externalDomains.length
      const office = offices[(hash >>> 8) % offices.length]
      const account = names.accountOf(place)
      const mail = `${account}@${externalDomains[partner]}`
      const isSynced = hash % 3 > 0
      return {
        addresses: [
          {
            city: office?.city ?? null,
            countryOrRegion: office?.country ?? null,
            officeLocation: null,
            postalCode: office?.postalCode ?? null,
            state: office?.state ?? null,
            street: null,
          },
        ],
        companyName: externalCompanies[partner] ?? null,
        department: null,
        displayName: names.displayOf(place),
        givenName: givenNames[place.given]?.display ?? null,
        jobTitle: hash % 2 === 0 ? 'Account Manager' : null,
        mail,
        mailNickname: account,
        onPremisesLastSyncDateTime: isSynced ? isoTime(presentSeconds - (hash % 1_800)) : null,
        onPremisesProvisioningErrors: [],
        onPremisesSyncEnabled: isSynced ? true : null,
        phones: [
          { language: null, number: `${office?.phone} ${(hash % 9000) + 1000}`, region: null, type: 'business' },
        ],
        proxyAddresses: [`SMTP:${mail}`],
        serviceProvisioningErrors: [],
        surname: familyNames[place.culture]?.displays[place.family] ?? null,
      }
    },
  })
}

const countries = [...new Set(offices.map(({ country }) => country))]

/** One administrative unit per country. */
export const administrativeUnits = (key: number): Population =>
  madePopulation({
    kind: 'administrativeUnit',
    size: countries.length,
    key: key ^ 0x17,
    make: rank => ({
      description: `People and devices in ${countries[rank]}`,
      displayName: `AU ${countries[rank]}`,
      isMemberManagementRestricted: rank === 0,
      membershipRule: null,
      membershipRuleProcessingState: null,
      membershipType: 'Assigned',
      visibility: rank === 1 ? 'HiddenMembership' : null,
    }),
  })

/** Activated roles, with the number of users who have each. */
export const activeRoles: readonly (readonly [name: string, holders: number])[] = [
  ['Application Administrator', 3],
  ['Authentication Administrator', 6],
  ['Directory Readers', 2],
  ['Exchange Administrator', 4],
  ['Global Administrator', 4],
  ['Global Reader', 8],
  ['Groups Administrator', 5],
  ['Helpdesk Administrator', 25],
  ['License Administrator', 3],
  ['Privileged Role Administrator', 2],
  ['Security Reader', 9],
  ['Teams Administrator', 3],
  ['User Administrator', 7],
]

/** The activated roles. */
export const directoryRoles = (key: number): Population => {
  const templates = activeRoles.map(([name]) => templateOf(name))
  return madePopulation({
    kind: 'directoryRole',
    size: activeRoles.length,
    key: key ^ 0x18,
    keys: {
      roleTemplateId(value) {
        const rank = templates.indexOf(value)
        return rank < 0 ? undefined : rank
      },
    },
    make: rank => ({
      description: `Can do what the built-in role ${activeRoles[rank]?.[0]} allows.`,
      displayName: activeRoles[rank]?.[0],
      roleTemplateId: templates[rank],
    }),
  })
}
