import t from 'tap'
import { onboardDesk } from './onboard-desk.ts'

const desk = await onboardDesk(t)
const header = 'displayName,userPrincipalName,employeeId,UsageLocation,Groups,Role'
const people = (...rows: readonly string[]): string => `${[header, ...rows].join('\n')}\n`
const one = people('Ann Lee,ann.lee@contoso.com,A1,DE,,')
const writes = async (): Promise<object> =>
  JSON.parse(await desk.control('GET', '/counters')).writes.attempted as object

const wrong: readonly (readonly [flags: readonly string[], message: RegExp])[] = [
  [['--role', 'Reports Reader'], /--role is given, and --reason is missing\. .* Add --reason/],
  [['--on-conflict', 'suffix'], /--on-conflict suffix needs --match: .* Add --match/],
  [['--group', 'Nope'], /has no group named "Nope"/],
  [['--group', 'DYN-Marketing-CA'], /DYN-Marketing-CA is a dynamic group/],
  [['--group', 'ROLE-Global-Readers'], /Roles can be assigned to the group .* Add --include-privileged/],
  [['--role', 'Global Reader', '--reason', 'x'], /Global Reader is a privileged role.* Add --include-privileged/],
  [['--role', 'Nope', '--reason', 'x'], /has no role with the id, name or templateId "Nope"/],
  [['--sku', 'NOPE'], /No product has the part number or name "NOPE"/],
  [['--set', 'department'], /Expected --set to be property=value/],
  [['--set', 'department=A,department=B'], /--set names department twice/],
  [['--set', 'nope=1'], /--set: onboard has no column nope/],
  [['--set', 'employeeId=1'], /--set has employeeId, which is different for each person/],
  [['--match', 'mail'], /Expected --match to be a property that people keep/],
  [['--match', 'nope'], /Expected --match to be a property of a user, got nope/],
  [['--pass-minutes', '60'], /have no effect without --access-pass/],
  [['--access-pass', '--pass-minutes', '500'], /allows passes of 60 to 480 minutes, and --pass-minutes is 500/],
  [['--access-pass', '--pass-start', '2020-01-01T00:00:00Z'], /is in the past/],
  [['--usage-location', 'Germany'], /Expected --usage-location to be a two-letter country code/],
  [['--usage-location', 'UK'], /got "UK"\. Write GB/],
  [['--role', 'Reports Reader', '--reason', ' '], /The value of --reason is empty/],
  [
    ['--role', 'Reports Reader', '--reason', 'x', '--role-until', '2020-01-31'],
    /--role-until is 2020-01-31, which is in the past/,
  ],
  [['--role-until', 'soon'], /Expected --role-until to be a day such as 2027-01-31/],
  [['--role', 'Reports Reader', '--role', 'Helpdesk Administrator', '--reason', 'x'], /--role .*(?:twice|once)/],
  [['--on-conflicts', 'skip'], /Did you mean --on-conflict\?/],
]
for (const [flags, message] of wrong)
  t.test(`${flags.join(' ')} is refused before anything is sent`, async t => {
    t.match(await desk.onboard(one, ...flags), { status: 2, stderr: message })
    t.strictSame(await writes(), {})
  })

t.test(
  'a file is refused whose columns mean nothing, that has passwords, or that names roles without a reason',
  async t => {
    t.match(await desk.onboard('displayName,Nope\nA,B\n'), { status: 2, stderr: /onboard has no column Nope/ })
    t.match(await desk.onboard('displayName\nA\n'), { status: 2, stderr: /userPrincipalName/ })
    t.match(await desk.onboard('displayName,userPrincipalName,password\nA,a@contoso.com,Xyz-123456\n'), {
      status: 2,
      stderr: /has initial passwords, and `entrapipe onboard` makes them\. .*--columns/,
    })
    const header = 'Kennwort [passwordProfile] Required'
    const portal = `version:v1.0\nName [displayName] Required,User name [userPrincipalName] Required,${header}\nA,a@contoso.com,Xyz-123456\n`
    const given = await desk.onboard(portal)
    t.match(given, { status: 2, stderr: `--columns "${header}="` })
    const ignored = await desk.onboard(portal, '--columns', `${header}=`, '--dry-run')
    t.equal(ignored.status, 0, ignored.stderr)
    t.match(await desk.onboard(people('A,a@contoso.com,A1,DE,,Reports Reader')), {
      status: 2,
      stderr: /Line 2 names the role Reports Reader, and --reason is missing/,
    })
    t.match(await desk.onboard(people()), { status: 0, stderr: /people\.csv has no rows/ })
    t.strictSame(await writes(), {})
  },
)

t.test('groups with commas between them lead to semicolons', async t => {
  const ran = await desk.onboard(people('A,a@contoso.com,A1,DE,"Sales Team, All Company",'), '--dry-run')
  t.match(ran.results, [{ code: 'OBJECT_NOT_FOUND', message: 'No group has the id or name Sales Team, All Company.' }])
  t.match(ran.stderr, /Several groups are separated by semicolons\./)
})

t.test('passwords need a file', async t => {
  desk.write('people.csv', one)
  t.match(await desk.run('onboard', '--from', 'people.csv', '--tenant', 'contoso', '--yes'), {
    status: 2,
    stderr: /--credentials does not say into which file/,
  })
  const dry = await desk.run('onboard', '--from', 'people.csv', '--tenant', 'contoso', '--dry-run')
  t.match([dry.status, dry.stderr], [0, /Create users/])
})

t.test('a row fails whole for what can be known before, and nobody is half onboarded', async t => {
  const ran = await desk.onboard(
    people(
      'A,a1@contoso.com,E1,DE,Nope,',
      'A,a2@contoso.com,E2,DE,DYN-Marketing-CA,',
      'A,a3@contoso.com,E3,DE,ROLE-Global-Readers,',
      'A,a4@contoso.com,E4,XX,,',
      'A,a5@contoso.com,E5,DE,,Nope',
      'A,a6@contoso.com,E6,DE,,Global Reader',
      'A,a7@contoso.com,,DE,,',
      'A,a8@contoso.com,E8,,,',
      'A,a9@contoso.com,E9,DE,,',
      'A,a10@contoso.com,E9,DE,,',
      'A,a11@contoso.com,E11,DE,7d1a0b2c-0000-4000-8000-000000000001,',
      'A,not a name,E12,DE,,',
    ),
    ...['--match', 'employeeId', '--reason', 'x', '--sku', 'SPE_E3'],
  )
  t.equal(ran.status, 3, ran.stderr)
  t.strictSame(
    ran.results.map(({ key, outcome, code }) => [key, outcome, code]),
    [
      [2, 'failed', 'OBJECT_NOT_FOUND'],
      [3, 'failed', 'GROUP_DYNAMIC'],
      [4, 'failed', 'PROTECTED'],
      [5, 'failed', 'ROW_INVALID'],
      [6, 'failed', 'OBJECT_NOT_FOUND'],
      [7, 'failed', 'PROTECTED'],
      [8, 'failed', 'ROW_INVALID'],
      [9, 'failed', 'USAGE_LOCATION_MISSING'],
      [10, 'failed', 'ROWS_CONFLICT'],
      [11, 'failed', 'ROWS_CONFLICT'],
      [12, 'failed', 'GROUP_UNKNOWN'],
      [13, 'failed', 'ROW_INVALID'],
    ],
  )
  t.strictSame(await writes(), {})
})

t.test('who has a manager that is not created, or is its own, is not created', async t => {
  const ran = await desk.onboard(
    [
      'displayName,userPrincipalName,Manager,Groups',
      'A,m1@contoso.com,m2@contoso.com,',
      'B,m2@contoso.com,m3@contoso.com,',
      'C,m3@contoso.com,,Nope',
      'D,m4@contoso.com,m4@contoso.com,',
      'E,m5@contoso.com,nobody@contoso.com,',
    ].join('\n'),
  )
  t.match(
    ran.results.map(({ key, code, message }) => [key, code, message]),
    [
      [2, 'MANAGER_FAILED', /line 3/],
      [3, 'MANAGER_FAILED', /line 4/],
      [4, 'OBJECT_NOT_FOUND', /Nope/],
      [5, 'OWN_MANAGER', /its own manager/],
      [6, 'OBJECT_NOT_FOUND', /nobody@contoso\.com/],
    ],
  )
  t.strictSame(await writes(), {})
})

t.test('people who would be each other’s managers are not created, and neither are those whom they lead', async t => {
  const ran = await desk.onboard(
    [
      'displayName,userPrincipalName,Manager',
      'A,c1@contoso.com,c2@contoso.com',
      'B,c2@contoso.com,c3@contoso.com',
      'C,c3@contoso.com,c1@contoso.com',
      'D,c4@contoso.com,c1@contoso.com',
      'E,c5@contoso.com,nobody.else@nope.com',
      'F,c6@contoso.com,c7@contoso.com',
      'G,c7@contoso.com,c6@contoso.com',
    ].join('\n'),
  )
  t.match(
    ran.results.map(({ key, code, message }) => [key, code, message]),
    [
      [2, 'MANAGER_CIRCLE', /^Lines 2, 3, 4 make a circle/],
      [3, 'MANAGER_CIRCLE', /^Lines 2, 3, 4 make a circle/],
      [4, 'MANAGER_CIRCLE', /^Lines 2, 3, 4 make a circle/],
      [5, 'MANAGER_FAILED', /line 2/],
      [6, 'OBJECT_NOT_FOUND', /nobody\.else/],
      [7, 'MANAGER_CIRCLE', /^Lines 7, 8 make a circle/],
      [8, 'MANAGER_CIRCLE', /^Lines 7, 8 make a circle/],
    ],
  )
  t.strictSame(await writes(), {})
})

t.test('a usage location that is the name of a country is answered with its code', async t => {
  const ran = await desk.onboard(people('A,u1@contoso.com,U1,UK,,'))
  t.match(ran.results, [{ code: 'ROW_INVALID', message: /got "UK"/ }])
  t.match(ran.stderr, /Write GB/)
})

t.test('options that say nothing about anybody are named in the preview and at the end', async t => {
  const dry = (text: string, ...flags: readonly string[]) => {
    desk.write('people.csv', text)
    return desk.run('onboard', '--from', 'people.csv', '--tenant', 'contoso', '--dry-run', ...flags)
  }
  const role = ['--role-mode', 'eligible', '--role-until', '2040-01-31', '--reason', 'x']
  const idle = /--role-mode and --role-until have no effect: --role is not given, and no row has a role\./
  t.match(await dry(one, ...role), { status: 0, stderr: idle })
  t.match(await dry(people('A,a@contoso.com,A1,DE,,Reports Reader'), ...role), {
    status: 0,
    stderr: /^(?!.*no effect)/s,
  })
  const own = await dry(
    people('A,a@contoso.com,A1,DE,Sales Team,'),
    ...['--group', 'LIC-M365-E3', '--usage-location', 'FR', '--set', 'department=Sales'],
  )
  t.match(own, { status: 0, stderr: /--group has no effect: each row has its own\./ })
  t.match(own.stderr, /--usage-location has no effect: each row has its own\./)
  t.notMatch(own.stderr, /--set department/)
  const done = await desk.onboard(people('Zoe,zoe@contoso.com,Z1,DE,,'), '--match', 'employeeId', ...role)
  t.match(done, { status: 0, stderr: idle })
  const again = await desk.onboard(people('Zoe,zoe@contoso.com,Z1,DE,,'), '--match', 'employeeId', '--access-pass')
  t.match(again, { status: 0, stderr: /--access-pass makes no pass: nobody in the file is new\./ })
})

t.test(
  'a domain that is not verified is found before anything of the row is sent, and the preview counts it',
  async t => {
    const rows = people(
      'A,a@nope.example,A1,DE,,',
      'B,b@unverified-domain@contoso.com,A2,DE,,',
      'C,c@contoso.com,A3,DE,,',
      'D,d@emea.contoso.com,A4,DE,,',
    )
    desk.write('people.csv', rows)
    const dry = await desk.run('onboard', '--from', 'people.csv', '--tenant', 'contoso', '--dry-run')
    t.match(dry.stderr, /nope\.example is not a verified domain of the directory/)
    t.match(dry.stderr, /3 failed/)
    const ran = await desk.onboard(rows)
    t.match(ran, {
      status: 3,
      results: [
        { code: 'DOMAIN_UNVERIFIED', message: /nobody can have the name a@nope\.example/ },
        { code: 'ROW_INVALID' },
        { operation: 'create-user', outcome: 'done' },
        { code: 'DOMAIN_FEDERATED', message: /^emea\.contoso\.com is federated/ },
      ],
    })
  },
)
