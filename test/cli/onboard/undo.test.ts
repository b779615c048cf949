import t, { type Test } from 'tap'
import { onboardDesk } from './onboard-desk.ts'

const desk = await onboardDesk(t)
const header = 'displayName,userPrincipalName,employeeId,UsageLocation,LicenseSKU,Groups,Role,Manager'
const people = (...rows: readonly string[]): string => `${[header, ...rows].join('\n')}\n`
const undo = async (run: string) => {
  desk.write('undone.jsonl', '')
  const ran = await desk.run(
    ...['runs', 'undo', run, '--tenant', 'contoso', '--yes', '--max-removals', '50', '--results', 'undone.jsonl'],
  )
  const outcomes = Map.groupBy(desk.rowsOf('undone.jsonl'), ({ outcome }) => String(outcome))
  return {
    ...ran,
    counts: Object.fromEntries([...outcomes].map(([outcome, rows]) => [outcome, rows.length])),
    results: desk.rowsOf('undone.jsonl'),
  }
}
const onboarded = async (t: Test, id: string) => {
  const ran = await desk.onboard(
    people(
      `Ann Lee,ann.${id}@contoso.com,A${id},DE,SPE_E3,Sales Team,Reports Reader,bob.${id}@contoso.com`,
      `Bob Ray,bob.${id}@contoso.com,B${id},DE,POWER_BI_PRO,Sales Team,,`,
    ),
    ...['--match', 'employeeId', '--reason', 'x', '--role-mode', 'eligible', '--access-pass'],
  )
  t.equal(ran.status, 0, ran.stderr)
  return /runs undo (\S+)/.exec(ran.stderr)![1]!
}

t.test('a second undo finds everything taken back', async t => {
  const run = await onboarded(t, '1')
  t.match(await undo(run), { status: 0, counts: { done: 10 } })
  const twice = await undo(run)
  t.match(twice, { status: 0, counts: { unchanged: 10 } }, twice.stderr)
  t.match(twice.results[0], { message: /It was deleted since, so nothing is left to undo/ })
})

t.test('the undo takes what is left where somebody else has deleted an account, or purged it', async t => {
  for (const [id, isPurged] of [
    ['2', false],
    ['3', true],
  ] as const) {
    const run = await onboarded(t, id)
    const ann = await desk.graph('GET', `/users/ann.${id}@contoso.com`)
    await desk.graph('DELETE', `/users/${String(ann['id'])}`)
    if (isPurged) await desk.graph('DELETE', `/directory/deletedItems/${String(ann['id'])}`)
    const undone = await undo(run)
    t.match(undone, { status: 0, counts: { unchanged: 6, done: 4 } }, undone.stderr)
  }
})

t.test('an undo goes on where another one ended', async t => {
  const run = await onboarded(t, '4')
  const bob = await desk.graph('GET', '/users/bob.4@contoso.com')
  const group = await desk.graph('GET', `/groups?$filter=displayName eq 'Sales Team'`)
  const [{ id }] = group['value'] as [{ readonly id: string }]
  await desk.graph('DELETE', `/groups/${id}/members/${String(bob['id'])}/$ref`)
  await desk.graph('DELETE', '/users/ann.4@contoso.com/manager/$ref')
  const undone = await undo(run)
  t.match(undone, { status: 0, counts: { unchanged: 2, done: 8 } }, undone.stderr)
})

t.test('memberships of a group that was deleted since are not left to take', async t => {
  const made = await desk.graph('POST', '/groups', {
    ...{ displayName: 'Cohort', mailEnabled: false, securityEnabled: true, mailNickname: 'cohort' },
  })
  const ran = await desk.onboard(people('Cy Doe,cy@contoso.com,C1,DE,,Cohort,,'))
  t.equal(ran.status, 0, ran.stderr)
  await desk.graph('DELETE', `/groups/${String(made['id'])}`)
  const undone = await undo(/runs undo (\S+)/.exec(ran.stderr)![1]!)
  t.match(undone, { status: 0, counts: { unchanged: 1, done: 1 } }, undone.stderr)
})
