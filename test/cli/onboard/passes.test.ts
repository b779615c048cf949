import t from 'tap'
import { onboardDesk } from './onboard-desk.ts'

const desk = await onboardDesk(t)
const policy = '/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/temporaryAccessPass'
const setPolicy = (values: object) => desk.graph('PATCH', policy, values)
await desk.run(
  ...['export', 'groups', '--tenant', 'contoso', '--to', 'groups.jsonl', '--quiet'],
  ...['--select', 'id,displayName'],
)
const idOf = (name: string): string =>
  String(desk.rowsOf('groups.jsonl').find(({ displayName }) => displayName === name)!['id'])
const [sales, crm, dynamic] = ['Sales Team', 'SG-CRM-Users', 'DYN-Marketing-CA'].map(idOf)
const of = (id: string | undefined) => ({ targetType: 'group', id, isRegistrationRequired: false })
const people = (name: string, groups: string): string =>
  `displayName,userPrincipalName,Groups\n${name},${name}@contoso.com,${groups}\n`
const outcomes = (results: readonly { readonly operation: unknown; readonly outcome: unknown }[]) =>
  results.map(({ operation, outcome }) => `${String(operation)} ${String(outcome)}`)

t.test('who is not in the policy of passes is not created, and the groups of the row count', async t => {
  await setPolicy({ includeTargets: [of(sales)] })
  const outside = await desk.onboard(people('po', 'SG-CRM-Users'), '--access-pass')
  t.match(outside, { status: 3, results: [{ operation: 'create-user', outcome: 'failed', code: 'PASS_NOT_ALLOWED' }] })
  const inside = await desk.onboard(people('pi', 'Sales Team'), '--access-pass')
  t.strictSame(outcomes(inside.results), ['create-user done', 'add-member done', 'create-access-pass done'])
  await setPolicy({ includeTargets: [of('all_users')], excludeTargets: [{ targetType: 'group', id: crm }] })
  t.match(await desk.onboard(people('pe', 'SG-CRM-Users'), '--access-pass'), {
    results: [{ code: 'PASS_NOT_ALLOWED' }],
  })
  await setPolicy({ includeTargets: [of(dynamic)], excludeTargets: [] })
  const unsure = await desk.onboard(people('pd', ''), '--access-pass')
  t.match(
    unsure.results.map(({ operation }) => operation),
    ['create-user', 'create-access-pass'],
    'who becomes a member of a dynamic group, only the directory knows',
  )
})

t.test('passes are valid for an hour, or for as long as the policy and the command say', async t => {
  await setPolicy({ includeTargets: [of('all_users')], excludeTargets: [], isUsableOnce: true })
  await desk.onboard(people('once', ''), '--access-pass')
  const passOf = async (name: string) => {
    const { value } = await desk.graph('GET', `/users/${name}@contoso.com/authentication/temporaryAccessPassMethods`)
    return (value as readonly object[])[0]
  }
  t.match(await passOf('once'), { lifetimeInMinutes: 60, isUsableOnce: true })
  const start = '2040-03-01T08:00:00Z'
  await desk.onboard(people('later', ''), '--access-pass', '--pass-minutes', '240', '--pass-start', start)
  t.match(await passOf('later'), { lifetimeInMinutes: 240, startDateTime: start })
  await setPolicy({ minimumLifetimeInMinutes: 90, defaultLifetimeInMinutes: 120 })
  await desk.onboard(people('least', ''), '--access-pass')
  t.match(await passOf('least'), { lifetimeInMinutes: 90 }, 'an hour is not allowed')
  await setPolicy({ state: 'disabled' })
  t.match(await desk.onboard(people('none', ''), '--access-pass'), {
    status: 2,
    stderr: /The policy of the tenant does not allow Temporary Access Passes/,
  })
})

t.test('a pass that could not be made is owed, and made by the same command', async t => {
  await setPolicy({ state: 'enabled', includeTargets: [of(dynamic)] })
  const flags = ['--access-pass', '--if-not-exists'] as const
  const first = await desk.onboard(people('owed', ''), ...flags)
  t.strictSame(outcomes(first.results), ['create-user done', 'create-access-pass failed'])
  await setPolicy({ includeTargets: [of('all_users')] })
  const second = await desk.onboard(people('owed', ''), ...flags)
  t.strictSame(outcomes(second.results), ['create-access-pass done'])
  t.strictSame([...desk.handedOut(second.credentials).keys()], ['owed@contoso.com'])
  const third = await desk.onboard(people('owed', ''), ...flags)
  t.match(third.results, [{ operation: 'create-user', outcome: 'unchanged', message: /nothing is missing/ }])
})
