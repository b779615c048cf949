import t from 'tap'
import type { EntrapipeError } from '../../src/core/errors.ts'
import { column, constant } from '../../src/hr/values.ts'
import { generated } from '../../src/hr/generated.ts'
import { hrFeed } from '../../src/hr/hr-feed.ts'
import { isMapping, type HrFeedOptions } from '../../src/hr/mapping.ts'
import { sample, sampleOptions } from './sample.ts'

const mistakesOf = (changes: object): string => {
  try {
    hrFeed({ ...sampleOptions, ...changes } as HrFeedOptions)
    return ''
  } catch (error) {
    t.equal((error as EntrapipeError).code, 'MAPPING_INVALID')
    return (error as EntrapipeError).message
  }
}

const account = (changes: object): object => ({ account: { ...sampleOptions.account, ...changes } })

t.test('a mapping has its defaults, and knows all columns that it reads', async t => {
  const mapping = sample()
  t.ok(isMapping(mapping))
  t.match(mapping, {
    joiners: { createDaysBefore: 14, disabledUntilHireDate: true },
    onLeave: 'keep',
    leavers: { revokeSessions: true, groups: 'keep' },
    renames: false,
  })
  t.strictSame(mapping.columns.map(({ name }) => name).sort(), [
    'Boss',
    'CostCentre',
    'Dept',
    'EmpNo',
    'First',
    'Hired',
    'Kind',
    'Last',
    'LastDay',
    'Main',
    'Mobile',
    'Status',
    'Type',
    'ValidFrom',
    'Zone',
  ])
  t.ok(mapping.scope.owns({ employeeType: 'employee' }))
  t.notOk(mapping.scope.owns({ employeeType: null }))
})

t.test('a pattern can name a column of the feed', async t => {
  const names = generated(['{Short}'], { domain: 'contoso.com' })
  t.ok(sample(account({ userPrincipalName: names })).columns.some(({ name }) => name === 'Short'))
})

t.test('mistakes are reported with their file and line', async t => {
  for (const [changes, message] of [
    [
      { name: 'two words' },
      /^name has 1 to 50 lower-case letters, digits and hyphens.*got "two words" \(hr-feed\.test\.ts:\d+\)\.$/,
    ],
    [{ scope: undefined }, /^scope needs a filter/],
    [{ scope: 'department eq' }, /^scope is not a filter/],
    [{ scope: "departement eq 'Sales'" }, /^scope reads departement, which no user has/],
    [{ scope: "aboutMe eq 'x'" }, /^scope reads aboutMe, which no listing of users has/],
    [{ person: undefined }, /^person needs the key of a person/],
    [{ person: column('Emp').is('1') }, /^person needs the key of a person/],
    [{ match: [] }, /^match needs the properties/],
    [{ match: ['mail'] }, /^match names mail, which account does not have/],
    [{ match: ['userPrincipalName'] }, /^match names userPrincipalName, which is generated/],
    [{ rows: {} }, /^rows needs effective or primary/],
    [{ rows: { effective: column('From') } }, /^effective of rows needs a date with its order/],
    [{ rows: { newest: 'x' } }, /^rows has no option newest/],
    [{ status: { from: 'S', active: ['A'], leaver: ['a'] } }, /^The status "a" is both active and leaver/],
    [{ status: { from: 'S', active: ['A'], left: ['T'] } }, /^status has no option left/],
    [{ status: { from: 'S', active: [] } }, /^status needs the words of active people/],
    [{ hireDate: column('H').date('ydm' as 'ymd') }, /^A date needs its order/],
    [{ lastDay: 'LastDay' }, /^lastDay needs a date with its order/],
    [{ timeZone: constant('Berlin') }, /^"Berlin" is not a time zone/],
    [{ joiners: { createDaysBefore: -1 } }, /^createDaysBefore of joiners is a number of days/],
    [{ onLeave: 'off' }, /^onLeave is "keep" or "disable"; got "off"/],
    [{ leaver: {} }, /^hrFeed has no option leaver. Did you mean leavers/],
    [{ groups: [{ when: { city: 'Rome' }, group: 'G' }] }, /^Rule 1 of groups names city, which account does not have/],
    [{ groups: [{ group: 'G' }] }, /^Rule 1 of groups needs when and group/],
    [account({ departement: 'Dept' }), /^A user has no property departement. Did you mean department/],
    [account({ 'employeeOrgData/devision': 'D' }), /Did you mean employeeOrgData\/division/],
    [account({ employeeOrgData: 'D' }), /^employeeOrgData has members/],
    [account({ id: 'Id' }), /^id is read-only/],
    [
      account({ employeeHireDate: column('H').date('dmy') }),
      /^employeeHireDate cannot be written by a feed. Graph refuses it from an app/,
    ],
    [account({ password: 'P' }), /^password cannot be written by a feed/],
    [account({ accountEnabled: 'E' }), /^accountEnabled cannot be written by a feed/],
    [account({ userType: constant('Guest') }), /^userType cannot be written by a feed/],
    [account({ aboutMe: 'A' }), /^aboutMe cannot be written by a feed. SharePoint/],
    [account({ department: generated(['{surname}']) }), /^department cannot be generated/],
    [account({ department: column('Dept').is('S') }), /^department is not true or false/],
    [account({ showInAddressList: 'Show' }), /^showInAddressList is true or false. Use .is/],
    [account({ displayName: column('N').orClear() }), /^displayName cannot be cleared/],
    [account({ usageLocation: constant('Germany') }), /^Expected usageLocation to be a two-letter country code/],
    [account({ userPrincipalName: generated(['{surname}']) }), /needs a domain/],
    [account({ userPrincipalName: generated(['{surname']) }), /brace/],
    [account({ mailNickname: generated(['{surname}@contoso.com']) }), /^A mailNickname has no domain/],
    [account({ department: 5 }), /^department needs a column, an expression, or generated/],
    [{ account: {}, match: ['employeeId'] }, /account needs displayName.*\n.*account needs userPrincipalName/],
    [{ account: undefined }, /account needs the properties of an account/],
  ] as const) {
    const told = mistakesOf(changes)
    t.match(told, new RegExp(message.source.replace(/^\^/, '(?:^|\\n  )'), 's'))
    t.match(told, /\(hr-feed\.test\.ts:\d+\)|\(sample\.ts:\d+\)/, told)
  }
})

t.test('all mistakes are reported at once', async t => {
  const told = mistakesOf({ name: '', onLeave: 'x', hireDate: 5 })
  t.match(told, /^The mapping has 3 mistakes:\n {2}name .*\n {2}hireDate .*\n {2}onLeave .*$/)
})
