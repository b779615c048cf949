import t from 'tap'
import { matrix } from '../../src/data/filter-matrix.ts'
import { filterRules, type PropertyRule } from '../../src/data/filter-rules.ts'
import { pageCounts, pageOperators } from '../../src/data/page-operators.ts'
import { propertiesOfType, propertyAt, relationsOfType } from '../../src/data/properties.ts'

const lines = (type: string) =>
  (pageOperators[type] ?? []).map(line => {
    const [operators = '', names = ''] = line.split(': ')
    return { operators: operators.split(' '), names: names.split(' ') }
  })

/** Paths of a property that the generated table, or the schema, has. */
const pathsOf = (type: string, name: string): readonly string[] => {
  const inside = (matrix[type] ?? [])
    .flatMap(line => line.split(' ').slice(1))
    .filter(path => path.startsWith(`${name}/`))
    .map(path => path.replace('#', '1'))
  return inside.length > 0 ? inside : [name]
}

const levels: readonly (readonly [name: keyof PropertyRule, operator: string])[] = [
  ['equal', 'eq'],
  ['startsWith', 'startsWith'],
  ['endsWith', 'endsWith'],
  ['range', 'ge'],
  ['equalNull', 'null'],
]

/** `eq state`: what only the page of the type allows. */
const disputedOf = (type: string, names: readonly string[]): readonly string[] =>
  names
    .flatMap(name => pathsOf(type, name))
    .flatMap(path => {
      const rule = filterRules(type, { deleted: true })?.property(path)
      return levels.filter(([level]) => rule?.[level] === 'disputed').map(([, operator]) => `${operator} ${path}`)
    })

t.test('each property is on the page of its type once, and is in the schema', async t => {
  for (const type of Object.keys(pageOperators)) {
    const names = lines(type).flatMap(line => line.names)
    t.strictSame(
      names.filter((name, at) => names.indexOf(name) !== at),
      [],
      type,
    )
    t.strictSame(
      names.filter(name => !propertyAt(type, [name]) && !relationsOfType(type).has(name)),
      [],
      type,
    )
    const known = new Set(['eq', 'ne', 'not', 'ge', 'le', 'in', 'startsWith', 'endsWith', 'null'])
    t.strictSame(
      lines(type).flatMap(line => line.operators.filter(operator => !known.has(operator))),
      [],
      type,
    )
  }
  for (const [type, names] of Object.entries(pageCounts))
    for (const name of names) {
      const [first = ''] = name.split(' ')
      t.equal(propertiesOfType(type).has(first) || relationsOfType(type).has(first), true, `${type}.${first}`)
    }
})

t.test('no filter that a page lists is refused', async t => {
  for (const type of Object.keys(pageOperators))
    for (const { operators, names } of lines(type))
      for (const path of names.flatMap(name => pathsOf(type, name))) {
        const rule = filterRules(type, { deleted: true })?.property(path)
        t.strictSame(
          levels.filter(([level, operator]) => operators.includes(operator) && rule?.[level] === 'no'),
          [],
          `${type} ${path}`,
        )
      }
})

t.test('the pages allow a known list of filters that the generated table does not', async t => {
  const words = (text: string): readonly string[] => text.trim().split(/\s+/)
  const disputed = (type: string, operator: string): readonly string[] =>
    disputedOf(
      type,
      lines(type).flatMap(({ names }) => names),
    )
      .filter(one => one.startsWith(`${operator} `))
      .map(one => one.slice(operator.length + 1))
      .sort()
  t.strictSame(
    disputed('user', 'eq'),
    words(`customSecurityAttributes employeeLeaveDateTime externalUserStateChangeDateTime onPremisesUserPrincipalName
      passwordPolicies securityIdentifier`),
  )
  t.strictSame(
    disputed('user', 'ge'),
    words(`businessPhones city companyName country department displayName employeeId employeeLeaveDateTime
      employeeOrgData/costCenter employeeOrgData/division employeeType faxNumber givenName imAddresses jobTitle mail
      mailNickname mobilePhone officeLocation onPremisesImmutableId onPremisesProvisioningErrors/category
      onPremisesProvisioningErrors/propertyCausingError onPremisesSamAccountName onPremisesUserPrincipalName otherMails
      postalCode preferredLanguage provisionedPlans/provisioningStatus provisionedPlans/service proxyAddresses
      securityIdentifier state streetAddress surname usageLocation userPrincipalName`),
  )
  t.strictSame(
    disputed('user', 'startsWith'),
    words('customSecurityAttributes onPremisesUserPrincipalName securityIdentifier state'),
  )
  t.strictSame(
    disputed('group', 'ge'),
    words(`classification description displayName mail mailNickname membershipRule onPremisesSamAccountName
      preferredLanguage proxyAddresses`),
  )
  t.strictSame(
    disputed('device', 'ge'),
    words('alternativeSecurityIds/identityProvider displayName operatingSystem operatingSystemVersion physicalIds'),
  )
  t.strictSame(disputed('device', 'startsWith'), words('deviceId mdmAppId'))
  t.strictSame(disputed('device', 'eq'), ['systemLabels'])
})
