import t from 'tap'
import { filterRules } from '../../src/data/filter-rules.ts'
import { checkOrderBy, checkQuery, checkSearch } from '../../src/odata/check-query.ts'
import { checkSelect } from '../../src/odata/check-select.ts'
import { describeFinding } from '../../src/odata/describe-finding.ts'
import { parseFilter } from '../../src/odata/parse-filter.ts'
import { parseOrderBy } from '../../src/odata/parse-orderby.ts'
import { parseSearch } from '../../src/odata/parse-search.ts'

t.test('a listing requires an advanced query for single options, and for a filter with an order', async t => {
  const filter = parseFilter("department eq 'x'")
  const orderby = parseOrderBy('displayName')
  t.equal(checkQuery({ filter }, 'user').needsAdvanced, false)
  t.equal(checkQuery({ orderby }, 'user').needsAdvanced, false)
  t.strictSame(checkQuery({ filter, orderby }, 'user'), {
    needsAdvanced: true,
    findings: [{ kind: 'needsAdvanced', property: 'displayName', operator: '$orderby', at: 0, advanced: true }],
  })
  t.equal(checkQuery({ search: parseSearch('"displayName:a"') }, 'user').needsAdvanced, true)
  t.equal(checkQuery({ count: true }, 'user').needsAdvanced, true)
  t.equal(checkQuery({ filter, orderby, count: true }, 'riskDetection').needsAdvanced, false)
})

t.test('an order by a property that Graph does not sort by is found', async t => {
  const kinds = (text: string, type: string): readonly string[] =>
    checkOrderBy(parseOrderBy(text), type).map(({ kind }) => kind)
  t.strictSame(kinds('displayName,userPrincipalName desc', 'user'), [])
  t.strictSame(kinds('createdDateTime', 'user'), ['needsAdvanced'])
  t.strictSame(kinds('createdDateTime', 'device'), ['needsAdvanced'])
  t.strictSame(kinds('mail', 'user'), ['unsortable'])
  t.strictSame(kinds('displyName', 'user'), ['unknownProperty'])
  t.strictSame(kinds('deletedDateTime', 'user'), ['unsortable'])
  t.strictSame(kinds('id', 'domain'), [])
  t.strictSame(kinds('idd', 'domain'), ['unknownProperty'])
  t.strictSame(
    checkOrderBy(parseOrderBy('deletedDateTime desc'), 'user', filterRules('user', { deleted: true })).map(
      ({ kind }) => kind,
    ),
    ['needsAdvanced'],
  )
})

t.test('a search clause with an unknown property is found', async t => {
  t.strictSame(checkSearch(parseSearch('"displayName:a" OR "mial:b"'), 'user'), [
    { kind: 'unknownProperty', property: 'mial', operator: '$search', at: 19, advanced: false, suggestion: 'mail' },
  ])
})

t.test('a selected name that no listing returns is found', async t => {
  const said = (names: readonly string[], type = 'user'): readonly string[] =>
    checkSelect(names, type).map(finding => describeFinding(finding, type))
  t.strictSame(
    said([
      'id',
      'signInActivity',
      'onPremisesExtensionAttributes',
      'extension_0123456789abcdef0123456789abcdef_x',
      'ext1a2b3c4d_hr',
      'ext1a2b3c4d_hr/grade',
      'onPremisesExtensionAttributes/extensionAttribute1',
      'customSecurityAttributes/Engineering/Project',
    ]),
    [],
  )
  t.strictSame(said(['departement', 'mySite', 'zzz', 'manager']), [
    "'departement' is not a property of user. Did you mean 'department'?",
    "Graph does not return 'mySite' in listings. It can only be read for one user at a time.",
    "'zzz' is not a property of user.",
    "'manager' is not a property of user.",
  ])
  t.strictSame(
    said([
      'objectId',
      'lastSignInDateTime',
      'department/x',
      'assignedLicenses/skuId',
      'onPremisesExtensionAttributes/extensionAttribut1',
      'onPremisesExtensionAttributes/extensionAttribute1/x',
      'manager/id',
    ]),
    [
      "'objectId' is not a property of user. Did you mean 'id'?",
      "'lastSignInDateTime' is not a property of user. Did you mean 'signInActivity/lastSignInDateTime'?",
      "'department/x' is not a property of user. Did you mean 'department'?",
      "'assignedLicenses/skuId' is not a property of user. Did you mean 'assignedLicenses'?",
      "'onPremisesExtensionAttributes/extensionAttribut1' is not a property of user. Did you mean 'onPremisesExtensionAttributes/extensionAttribute1'?",
      "'onPremisesExtensionAttributes/extensionAttribute1/x' is not a property of user. Did you mean 'onPremisesExtensionAttributes/extensionAttribute1'?",
      "'manager/id' is not a property of user.",
    ],
  )
  t.strictSame(said(['*', '@odata.type']), [
    '$select does not accept *. Name the properties of user, or use --preset all for every property that Graph lists.',
    "'@odata.type' is not a property of user. Only members of a group have it.",
  ])
  t.strictSame(said(['isArchived'], 'group'), ["Graph returns 'isArchived' for one group at a time, not in a listing."])
  t.strictSame(said(['extensionAttributes', 'hostnames'], 'device'), ["'hostnames' is not a property of device."])
  t.strictSame(said(['anything'], 'riskDetection'), [])
})
