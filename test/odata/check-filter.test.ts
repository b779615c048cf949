import t from 'tap'
import type { EntrapipeError } from '../../src/core/errors.ts'
import { filterRules } from '../../src/data/filter-rules.ts'
import { checkFilter } from '../../src/odata/check-filter.ts'
import { describeFinding, filterRows, refuse } from '../../src/odata/describe-finding.ts'
import { refusals } from '../../src/odata/findings.ts'
import { parseFilter } from '../../src/odata/parse-filter.ts'

const check = (text: string, type = 'user') => checkFilter(parseFilter(text), type)
/** Kind, property and operator of each finding; `+` if advanced query parameters solve it. */
const found = (text: string, type = 'user'): readonly string[] =>
  check(text, type).findings.map(
    ({ kind, property, operator, advanced }) => `${kind} ${property} ${operator}${advanced ? ' +' : ''}`,
  )

const sku = '184efa21-98c3-4e5d-95ab-d07053a96e67'
const many = (count: number, text: (at: number) => string, between: string): string =>
  Array.from({ length: count }, (_, at) => text(at)).join(between)

t.test('a filter that works by default has no findings', async t => {
  for (const [text, type] of [
    ["department eq 'Sales' and startsWith(displayName,'A')", 'user'],
    ["id in ('a', 'b') or userPrincipalName eq 'x'", 'user'],
    ['createdDateTime ge 2024-01-01T00:00:00Z and createdDateTime le 2024-12-31T00:00:00Z', 'user'],
    [`assignedLicenses/any(x:x/skuId eq ${sku})`, 'user'],
    ["proxyAddresses/any(p:startsWith(p,'smtp:a'))", 'user'],
    ["identities/any(i:i/issuer eq 'contoso.com' and i/issuerAssignedId eq 'a')", 'user'],
    ["extension_0123456789abcdef0123456789abcdef_cost eq '7'", 'user'],
    ['signInActivity/lastSignInDateTime le 2024-01-01T00:00:00Z', 'user'],
    ["groupTypes/any(c:c eq 'Unified') and securityEnabled eq true", 'group'],
    ['approximateLastSignInDateTime le 2024-01-01T00:00:00Z', 'device'],
    ["roleTemplateId eq 'x'", 'directoryRole'],
    ["appId eq 'x'", 'servicePrincipal'],
    ['isVerified eq true', 'domain'],
    ["remoteDesktopSecurityConfiguration/targetDeviceGroups/any(x:x/id eq 'x')", 'servicePrincipal'],
    ["isof('microsoft.graph.user')", 'directoryObject'],
    ['anything/at_all ne 3 and all/all(x:x eq 1)', 'riskDetection'],
  ] as const)
    t.strictSame(check(text, type), { needsAdvanced: false, findings: [] }, text)
})

t.test('each operator that requires advanced query parameters is found', async t => {
  for (const [text, findings, type] of [
    ["department ne 'x'", ['needsAdvanced department ne +']],
    ["not (department eq 'x')", ['needsAdvanced department not +']],
    ["not groupTypes/any(c:c eq 'Unified')", ['needsAdvanced groupTypes not +'], 'group'],
    [
      "endsWith(mail,'x') and endsWith(displayName,'y')",
      ['needsAdvanced mail endsWith +', 'operatorUnsupported displayName endsWith'],
    ],
    ["proxyAddresses/any(p:endsWith(p,'x'))", ['needsAdvanced proxyAddresses endsWith +']],
    ["companyName eq 'x'", ['needsAdvanced companyName eq +']],
    ["companyName in (null, 'x')", ['needsAdvanced companyName in +']],
    ['createdDateTime eq null', ['needsAdvanced createdDateTime eq +']],
    ['city ne null', ['needsAdvanced city ne +']],
    ["startsWith(employeeId,'x')", ['needsAdvanced employeeId startsWith +']],
    [
      "startsWith(extension_0123456789abcdef0123456789abcdef_cost,'7')",
      ['needsAdvanced extension_0123456789abcdef0123456789abcdef_cost startsWith +'],
    ],
    ["ext1a2b3c4d_hr/cost eq '7'", ['needsAdvanced ext1a2b3c4d_hr/cost eq +']],
    [
      "onPremisesExtensionAttributes/extensionAttribute15 eq '7'",
      ['needsAdvanced onPremisesExtensionAttributes/extensionAttribute15 eq +'],
    ],
    [
      "extensionAttributes/extensionAttribute1 eq '7'",
      ['needsAdvanced extensionAttributes/extensionAttribute1 eq +'],
      'device',
    ],
    ['assignedLicenses/$count eq 0', ['needsAdvanced assignedLicenses $count +']],
    ['ownedObjects/$count ne 1', ['needsAdvanced ownedObjects $count +']],
    ['alternativeSecurityIds/any(a:a/type ge 2)', ['needsAdvanced alternativeSecurityIds/type ge +'], 'device'],
    [`displayName eq '${'x'.repeat(121)}'`, ['needsAdvanced displayName eq +']],
    [`id in (${many(16, at => `'${at}'`, ',')})`, ['tooManyOrs id in +']],
  ] as const) {
    t.strictSame(found(text, type), findings, text)
    t.equal(check(text, type).needsAdvanced, true)
  }
})

t.test('a filter that Graph always refuses is found', async t => {
  for (const [text, findings, type] of [
    ["departement eq 'x'", ['unknownProperty departement eq']],
    ['assignedLicenses/any(x:x/skuid eq 1)', ['unknownProperty assignedLicenses/skuid eq']],
    ['licences/any(x:x/skuId eq 1)', ['unknownProperty licences any']],
    ["manager/id eq 'x'", ['unfilterable manager/id eq']],
    ['createdDateTime ge 2024-01-01T00:00:00Z', ['unfilterable createdDateTime ge'], 'group'],
    [`skuId eq ${sku}`, ['unfilterable skuId eq'], 'subscribedSku'],
    ["microsoft.graph.user/department eq 'x'", ['unfilterable microsoft.graph.user/department eq']],
    ['deletedDateTime ge 2024-01-01T00:00:00Z', ['unfilterable deletedDateTime ge']],
    ['userPrincipalName eq null', ['operatorUnsupported userPrincipalName eq']],
    ['createdDateTime gt 2024-01-01T00:00:00Z', ['operatorUnsupported createdDateTime gt']],
    ["contains(displayName,'x')", ['operatorUnsupported displayName contains']],
    ["proxyAddresses eq 'x'", ['operatorUnsupported proxyAddresses eq']],
    ["groupTypes/any(c:c ne 'Unified')", ['operatorUnsupported groupTypes ne'], 'group'],
    ["proxyAddresses/all(p:p eq 'x')", ['operatorUnsupported proxyAddresses all']],
    ['proxyAddresses/any()', ['operatorUnsupported proxyAddresses any']],
    [
      'remoteDesktopSecurityConfiguration/targetDevice/any(x:x/id eq 1)',
      ['unknownProperty remoteDesktopSecurityConfiguration/targetDevice any'],
      'servicePrincipal',
    ],
    ["displayName/any(x:x eq 'a')", ['operatorUnsupported displayName any']],
    ['assignedLicenses/$count eq 2', ['operatorUnsupported assignedLicenses $count']],
    ['displayName/$count eq 0', ['operatorUnsupported displayName $count']],
    ["isof('microsoft.graph.user')", ['operatorUnsupported microsoft.graph.user isof']],
    ["accountEnabled eq 'true'", ['typeMismatch accountEnabled eq']],
    [`id eq ${sku}`, ['typeMismatch id eq']],
    [`assignedLicenses/any(x:x/skuId eq '${sku}')`, ['typeMismatch assignedLicenses/skuId eq']],
    ["createdDateTime ge '2024-01-01'", ['typeMismatch createdDateTime ge']],
    ['createdDateTime ge 2024-01-01', ['typeMismatch createdDateTime ge']],
    ["isVerified eq 'yes'", ['typeMismatch isVerified eq'], 'domain'],
    [
      'signInActivity/lastSignInDateTime le 2024-01-01T00:00:00Z and accountEnabled eq true',
      ['operatorUnsupported signInActivity/lastSignInDateTime and'],
    ],
    [many(16, at => `id eq '${at}'`, ' or '), ['tooManyOrs id or']],
    [`id in (${many(9, at => `'${at}'`, ',')}) or mail in (${many(7, at => `'${at}'`, ',')})`, ['tooManyOrs id or']],
  ] as const) {
    t.strictSame(found(text, type), findings, text)
    t.equal(check(text, type).needsAdvanced, false)
  }
  t.strictSame(found(many(15, at => `id eq '${at}'`, ' or ')), [])
  t.strictSame(found('assignedLicenses/any()', 'group'), [])
  t.match(check("accountEnabled eq 'true'").findings, [{ type: 'Boolean', literal: 'string' }])
})

t.test("a filter that only one of Microsoft's pages allows is sent as an advanced query", async t => {
  for (const [text, findings, type] of [
    ["userPrincipalName ge 'x'", ['disputed userPrincipalName ge +']],
    ["passwordPolicies ne 'None'", ['disputed passwordPolicies ne +']],
    ['employeeLeaveDateTime le 2024-01-01T00:00:00Z', ['disputed employeeLeaveDateTime le +']],
    ["identities/any(i:i/signInType eq 'federated')", ['disputed identities/signInType eq +']],
    [
      "customSecurityAttributes/Engineering/Project eq 'Baker'",
      ['disputed customSecurityAttributes/Engineering/Project eq +'],
    ],
    ["proxyAddresses/any(p:p ge 'smtp:m')", ['disputed proxyAddresses ge +']],
    ['owners/$count eq 0', ['disputed owners $count +'], 'group'],
    ["startsWith(deviceId,'a')", ['disputed deviceId startsWith +'], 'device'],
  ] as const) {
    t.strictSame(found(text, type), findings, text)
    t.equal(check(text, type).needsAdvanced, true)
    t.doesNotThrow(() => refuse(check(text, type), type ?? 'user'))
  }
  const [finding] = check("displayName ge 'm'").findings
  t.equal(
    finding && describeFinding(finding, 'user'),
    "Microsoft's pages disagree about ge on 'displayName' of user: https://learn.microsoft.com/graph/api/resources/user lists it, https://learn.microsoft.com/graph/aad-advanced-queries does not.",
  )
})

t.test(
  'listings of members require an advanced query for every filter, and only deleted objects can be filtered by deletedDateTime',
  async t => {
    const filter = parseFilter("startsWith(displayName,'a')")
    t.equal(checkFilter(filter, 'user', filterRules('user', { relation: true })).needsAdvanced, true)
    t.strictSame(
      checkFilter(
        parseFilter('deletedDateTime ge 2024-01-01T00:00:00Z'),
        'user',
        filterRules('user', { deleted: true }),
      ).findings,
      [{ kind: 'needsAdvanced', property: 'deletedDateTime', operator: 'ge', at: 0, advanced: true }],
    )
  },
)

t.test('findings that advanced query parameters solve are distinguished from the others', async t => {
  const both = check("department ne 'x' and manager/id eq 'y'")
  t.strictSame(
    refusals(both, true).map(({ kind }) => kind),
    ['unfilterable'],
  )
  t.strictSame(
    refusals(both, false).map(({ kind }) => kind),
    ['needsAdvanced', 'unfilterable'],
  )
})

t.test('each finding is described by a sentence that says what to write', async t => {
  for (const [text, sentence, type] of [
    ["departement eq 'x'", "'departement' is not a property of user. Did you mean 'department'?"],
    [
      "employeeOrgData/divison eq 'x'",
      "'employeeOrgData/divison' is not a property of user. Did you mean 'employeeOrgData/division'?",
    ],
    [
      "extensionAttribute1 eq 'x'",
      "'extensionAttribute1' is not a property of user. Did you mean 'onPremisesExtensionAttributes/extensionAttribute1'?",
    ],
    ['dirSyncEnabled eq true', "'dirSyncEnabled' is not a property of user. Did you mean 'onPremisesSyncEnabled'?"],
    ["qqqq eq 'x'", "'qqqq' is not a property of user."],
    [
      "proxyAddresses ne 'x'",
      "Microsoft does not document ne for 'proxyAddresses' of user (https://learn.microsoft.com/graph/api/resources/user). Write not (proxyAddresses/any(x:x eq 'x')).",
    ],
    [
      `assignedLicenses/skuId eq ${sku}`,
      `Microsoft does not document eq for 'assignedLicenses/skuId' of user (https://learn.microsoft.com/graph/api/resources/user). Write assignedLicenses/any(x:x/skuId eq ${sku}).`,
    ],
    [
      'createdDateTime lt 2024-01-01T00:00:00Z',
      "Microsoft does not document lt for 'createdDateTime' of user (https://learn.microsoft.com/graph/api/resources/user). Write createdDateTime le 2024-01-01T00:00:00Z.",
    ],
    [
      'userPrincipalName eq null',
      "Microsoft does not document eq null for 'userPrincipalName' of user (https://learn.microsoft.com/graph/api/resources/user).",
    ],
    [
      'createdDateTime ge 2024-01-01T00:00:00Z',
      "Microsoft does not document $filter for 'createdDateTime' of group (https://learn.microsoft.com/graph/api/resources/group).",
      'group',
    ],
    [
      'deletedDateTime ge 2024-01-01T00:00:00Z',
      'Only deleted objects have a deletedDateTime. Use `entrapipe export deleted-users` to list them.',
    ],
    ["accountEnabled eq 'true'", "'accountEnabled' is true or false, without quotes."],
    [
      "endsWith(mail,'x')",
      "endsWith on 'mail' of user requires an advanced query (ConsistencyLevel: eventual and $count=true).",
    ],
    [many(18, at => `id eq '${at}'`, ' or '), 'The filter has 18 conditions joined by or. Graph accepts at most 15.'],
    [
      `id in (${many(16, at => `'${at}'`, ',')})`,
      "The in list for 'id' has 16 values. Graph accepts at most 15 without an advanced query.",
    ],
  ] as const) {
    const [first] = check(text, type).findings
    t.equal(first && describeFinding(first, type ?? 'user'), sentence)
  }
})

t.test('only findings that advanced query parameters do not solve throw', async t => {
  refuse(check("department ne 'x'"), 'user')
  t.throws(() => refuse(check("departement ne 'x'"), 'user'), {
    code: 'PROPERTY_UNKNOWN',
    message: "'departement' is not a property of user. Did you mean 'department'?",
    facts: { type: 'user', property: 'departement', kind: 'unknownProperty' },
  })
  t.throws(() => refuse(check("manager/id eq 'x'"), 'user'), { code: 'FILTER_INVALID' })
})

t.test(
  'a condition that Graph does not support names the way out, unless it can be written in another way',
  async t => {
    const fixOf = (text: string, type = 'user'): string | undefined => {
      try {
        refuse(check(text, type), type)
      } catch (error) {
        return (error as EntrapipeError).fix
      }
      throw new Error(`${text} was accepted`)
    }
    t.equal(fixOf('signInActivity/lastSignInDateTime eq null'), filterRows)
    t.equal(fixOf('userPrincipalName eq null'), filterRows)
    t.equal(fixOf('createdDateTime ge 2024-01-01T00:00:00Z', 'group'), filterRows)
    t.equal(fixOf("proxyAddresses ne 'x'"), undefined)
    t.equal(fixOf("departement eq 'x'"), undefined)
  },
)
