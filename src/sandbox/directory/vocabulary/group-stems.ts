import { asciiOf } from './ascii.ts'
import { departments } from './departments.ts'
import { offices } from './offices.ts'

/** The kind of group. Its other properties are derived from it. */
export type GroupType =
  | 'everyone'
  | 'licensing'
  | 'microsoft365'
  | 'hidden'
  | 'dynamic365'
  | 'dynamic'
  | 'team'
  | 'security'
  | 'synced'
  | 'devices'
  | 'mailSecurity'
  | 'distribution'
  | 'role'

/** The name with which one or more groups begin. */
export interface GroupStem {
  readonly name: string
  readonly nickname: string
  readonly type: GroupType
}

/** Shares of the types in percent. Types that are not listed have one group per stem. */
export const groupShares: readonly (readonly [type: GroupType, share: number])[] = [
  ['microsoft365', 34],
  ['security', 26],
  ['synced', 15],
  ['distribution', 9],
  ['dynamic', 5],
  ['mailSecurity', 4],
  ['devices', 3],
  ['dynamic365', 2],
  ['hidden', 1],
  ['role', 1],
]

const departmentNames = departments.map(({ name }) => name)
const cities = offices.map(({ city }) => city)
const countries = [...new Set(offices.map(({ usageLocation }) => usageLocation))]
const applications =
  'CRM ERP Jira Confluence GitHub SAP Salesforce ServiceNow Workday PowerBI DataLake VPN Citrix Oracle Tableau Snowflake Databricks Miro Figma Zoom Docusign Concur Coupa Okta Splunk Grafana Jenkins Sharefile Printing Badge'.split(
    ' ',
  )
const roles = 'Readers Users Contributors Approvers Admins'.split(' ')
const projects =
  'Apollo Aurora Borealis Cascade Comet Dune Eclipse Ember Falcon Fjord Gemini Glacier Harbor Horizon Iris Jupiter Kestrel Lighthouse Magnolia Meridian Mistral Nebula Nimbus Oasis Orion Osprey Pegasus Phoenix Quartz Redwood Sequoia Sierra Solstice Tundra Vega Voyager Willow Yukon Zephyr Zéphyrine'.split(
    ' ',
  )

const stems = (type: GroupType, names: readonly string[]): GroupStem[] =>
  names.map(name => ({ name, nickname: asciiOf(name.replace(/[^\p{L}\p{N}]+/gu, '-')).replace(/^-|-$/g, ''), type }))
const crossed = (ones: readonly string[], others: readonly string[], name: (one: string, other: string) => string) =>
  ones.flatMap(one => others.map(other => name(one, other)))

const all: readonly GroupStem[] = [
  ...stems('everyone', ['All Company']),
  ...stems('licensing', ['LIC-M365-E3', 'LIC-M365-F3']),
  ...stems('team', ['Sales Team']),
  ...stems('security', [...crossed(applications, roles, (app, role) => `SG-${app}-${role}`)]),
  ...stems('microsoft365', [
    ...projects.map(project => `Project ${project}`),
    ...crossed(departmentNames, cities, (department, city) => `${department} ${city}`),
  ]),
  ...stems(
    'synced',
    crossed(departmentNames, cities, (department, city) => `GG_${department}_${city}`),
  ),
  ...stems(
    'distribution',
    crossed(departmentNames, countries, (department, country) => `DL-${department}-${country}`),
  ),
  ...stems(
    'dynamic',
    crossed(departmentNames, countries, (department, country) => `DYN-${department}-${country}`),
  ),
  ...stems(
    'dynamic365',
    countries.map(country => `Everyone in ${country}`),
  ),
  ...stems(
    'mailSecurity',
    departmentNames.map(department => `MSG-${department}`),
  ),
  ...stems(
    'devices',
    cities.map(city => `DEV-${city}`),
  ),
  ...stems(
    'hidden',
    countries.map(country => `HR Confidential ${country}`),
  ),
  ...stems('role', ['ROLE-Exchange-Admins', 'ROLE-Global-Readers', 'ROLE-Helpdesk', 'ROLE-User-Admins']),
]

const seen = new Set<string>()

/** In the order of their names (lower case, by code units). */
export const groupStems: readonly GroupStem[] = all
  .filter(({ name }) => !seen.has(name.toLowerCase()) && seen.add(name.toLowerCase()))
  .sort((one, other) => (one.name.toLowerCase() < other.name.toLowerCase() ? -1 : 1))
