import t from 'tap'
import { changeDesk } from '../cli/change-desk.ts'

t.test('people are onboarded in the order of the steps, and their passwords are handed out once', async t => {
  const desk = await changeDesk(t, {}, { users: 300, tls: false })
  const [boss] = await desk.people('userPrincipalName', "userType eq 'Member'")
  desk.write(
    'cohort.csv',
    `displayName,userPrincipalName,employeeId,usageLocation,department,manager
Ann Lee,ann.lee@contoso.com,N1,DE,Sales,${String(boss!['userPrincipalName'])}
Bob Ray,bob.ray@contoso.com,N2,DE,,
Cid Orr,cid.orr@contoso.com,N3,Germany,,
`,
  )
  const ran = await desk.run(
    ...[
      'run',
      'onboard-cohort',
      '--tenant',
      'sandbox',
      '--from',
      'cohort.csv',
      '--sku',
      'SPE_E3',
      '--group',
      'Sales Team',
    ],
    ...['--credentials', 'new.csv', '--plain-credentials', '--yes', '--results', 'results.jsonl'],
  )
  t.equal(ran.status, 3, ran.stderr)
  const results = desk
    .rowsOf('results.jsonl')
    .map(({ key, step, operation, outcome }) => [key, step, operation, outcome])
  t.strictSame(results.toSorted(), [
    [2, 0, 'create-user', 'done'],
    [2, 1, 'assign-license', 'done'],
    [2, 2, 'add-member', 'done'],
    [2, 3, 'set-manager', 'done'],
    [3, 0, 'create-user', 'done'],
    [3, 1, 'assign-license', 'done'],
    [3, 2, 'add-member', 'done'],
    [4, 0, 'validate', 'failed'],
  ])
  t.match(desk.textOf('new.csv'), /^Name,Email\/UPN,Initial Password\nAnn Lee,ann\.lee@.*\nBob Ray,bob\.ray@.*\n$/)
})
