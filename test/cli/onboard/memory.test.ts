import t from 'tap'
import { onboardDesk } from './onboard-desk.ts'

const desk = await onboardDesk(t)
const people = (...rows: readonly string[]): string =>
  `${['displayName,userPrincipalName,employeeId,UsageLocation', ...rows].join('\n')}\n`
const flags = ['--match', 'employeeId', '--on-conflict', 'suffix']
const users = async (name: string): Promise<readonly (readonly [unknown, unknown])[]> => {
  const found = await desk.graph(
    'GET',
    `/users?$select=employeeId,userPrincipalName&$filter=startsWith(userPrincipalName,'${name}')`,
  )
  return (found['value'] as readonly Record<string, unknown>[])
    .map(user => [user['employeeId'], user['userPrincipalName']] as const)
    .toSorted()
}
const idOf = async (name: string): Promise<string> => String((await desk.graph('GET', `/users/${name}`))['id'])
const cohort = (name: string, letter: string) =>
  people(...[1, 2, 3].map(at => `Sam Lee,${name}@contoso.com,${letter}${at},DE`))
const outcomes = (results: readonly { readonly outcome: unknown; readonly code: unknown }[]) =>
  results.map(({ outcome, code }) => [outcome, code])

t.test('people who were purged are created again by the name that they had, and nobody else', async t => {
  await desk.onboard(cohort('sam.lee', 'S'), ...flags)
  const id = await idOf('sam.lee2@contoso.com')
  await desk.graph('DELETE', `/users/${id}`)
  const deleted = await desk.onboard(cohort('sam.lee', 'S'), ...flags)
  t.strictSame(outcomes(deleted.results), [
    ['unchanged', null],
    ['failed', 'USER_DELETED'],
    ['unchanged', null],
  ])
  const first = await idOf('sam.lee@contoso.com')
  for (const each of [id, first]) {
    if (each === first) await desk.graph('DELETE', `/users/${each}`)
    await desk.graph('DELETE', `/directory/deletedItems/${each}`)
  }
  const again = await desk.onboard(cohort('sam.lee', 'S'), ...flags)
  t.strictSame(outcomes(again.results), [
    ['done', null],
    ['done', null],
    ['unchanged', null],
  ])
  t.strictSame(await users('sam.lee'), [
    ['S1', 'sam.lee@contoso.com'],
    ['S2', 'sam.lee2@contoso.com'],
    ['S3', 'sam.lee3@contoso.com'],
  ])
})

t.test('a number that was chosen stays, although lower ones are free since', async t => {
  await desk.onboard(cohort('kit.ray', 'K'), ...flags)
  for (const name of ['kit.ray2', 'kit.ray3']) {
    const id = await idOf(`${name}@contoso.com`)
    await desk.graph('DELETE', `/users/${id}`)
    await desk.graph('DELETE', `/directory/deletedItems/${id}`)
  }
  const third = people('Kit Ray,kit.ray@contoso.com,K3,DE')
  t.strictSame(outcomes((await desk.onboard(third, ...flags)).results), [['done', null]])
  t.strictSame(await users('kit.ray'), [
    ['K1', 'kit.ray@contoso.com'],
    ['K3', 'kit.ray3@contoso.com'],
  ])
})

t.test('who was renamed, and lost the number, is still that person, also after somebody else got the name', async t => {
  await desk.onboard(people('Lea Fox,lea.fox@contoso.com,L1,DE'), ...flags)
  await desk.graph('PATCH', `/users/${await idOf('lea.fox@contoso.com')}`, {
    userPrincipalName: 'lea.wolf@contoso.com',
    employeeId: null,
  })
  // Somebody else gets the name that is free since.
  t.strictSame(outcomes((await desk.onboard(people('Lea Fox,lea.fox@contoso.com,L2,DE'), ...flags)).results), [
    ['done', null],
  ])
  const again = await desk.onboard(people('Lea Fox,lea.fox@contoso.com,L1,DE'), ...flags)
  t.match(again.results, [{ outcome: 'unchanged', message: /has the account lea\.wolf@contoso\.com/ }])
  t.strictSame(await users('lea.fox'), [['L2', 'lea.fox@contoso.com']])
})

t.test('a create that is refused forgets nobody who had the name before', async t => {
  await desk.onboard(people('Moe Orr,moe.orr@contoso.com,M1,DE'), ...flags)
  await desk.graph('PATCH', `/users/${await idOf('moe.orr@contoso.com')}`, {
    userPrincipalName: 'moe.new@contoso.com',
    employeeId: null,
  })
  const refused = await desk.onboard(
    'displayName,userPrincipalName,employeeId,onPremisesImmutableId\nMoe Orr,moe.orr@contoso.com,M2,a_b\n',
    ...flags,
  )
  t.match(refused.results, [{ outcome: 'failed' }])
  const again = await desk.onboard(people('Moe Orr,moe.orr@contoso.com,M1,DE'), ...flags)
  t.match(again.results, [{ outcome: 'unchanged', message: /has the account moe\.new@contoso\.com/ }])
  const done = await desk.onboard(people('Moe Orr,moe.orr@contoso.com,M2,DE'), ...flags)
  t.strictSame(outcomes(done.results), [['done', null]])
})

t.test('a pass that an undo took from an account that stays is owed again', async t => {
  const row = people('Ned Poe,ned.poe@contoso.com,N1,DE')
  const pass = ['--match', 'employeeId', '--access-pass']
  await desk.graceOnly('PROJECTPROFESSIONAL')
  const short = await desk.onboard(row, ...pass, '--sku', 'PROJECTPROFESSIONAL')
  t.match(short.results, [{ outcome: 'done' }, { outcome: 'failed' }, { outcome: 'skipped' }])
  const made = await desk.onboard(row, ...pass)
  t.match(made.results, [{ operation: 'create-access-pass', outcome: 'done' }], made.stderr)
  const [, run] = /runs (?:undo|show|results) (\S+)/.exec(made.stderr) ?? /run (\S+)/.exec(made.stderr)!
  const undone = await desk.run('runs', 'undo', run!, '--tenant', 'contoso', '--yes')
  t.equal(undone.status, 0, undone.stderr)
  const again = await desk.onboard(row, ...pass, '--fresh')
  t.match(again.results, [{ operation: 'create-access-pass', outcome: 'done' }], again.stderr)
})
