import t from 'tap'
import { changeDesk, type Line } from './change-desk.ts'
import { summaryOf } from './command-bed.ts'

const desk = await changeDesk(
  t,
  {},
  {
    users: 300,
    tls: false,
    licences: {
      skus: [
        // Only users with a licence have a usage location at first.
        { sku: 'AAD_PREMIUM', enabled: 400, direct: 1 },
        { sku: 'SPE_E3', enabled: 200 },
        { sku: 'SPB', enabled: 50 },
      ],
    },
  },
)
const names = (await desk.people('id,userPrincipalName,userType'))
  .filter(user => user['userType'] === 'Member')
  .slice(40)
  .map(user => String(user['userPrincipalName']))
const licenses = async (verb: string, users: readonly string[], ...flags: readonly string[]) => {
  desk.write('results.jsonl', '')
  const ran = await desk.run(
    ...['licenses', verb, '--tenant', 'sandbox', ...users.flatMap(user => ['--id', user])],
    ...['--results', 'results.jsonl', '--max-failed', '500', '--max-removals', '500', '--include-privileged', ...flags],
  )
  return { ...ran, results: desk.rowsOf('results.jsonl') }
}
const now = ['--yes', '--json'] as const
const rules = (...flags: readonly string[]) => desk.run('licenses', 'rules', '--tenant', 'sandbox', ...flags)
// Only the sandbox knows that Office for the web needs SharePoint.
const off = ['--sku', 'SPE_E3', '--disable-plans', 'SHAREPOINTENTERPRISE'] as const
const codes = (results: readonly Line[]) => results.map(({ outcome, code }) => [outcome, code])

t.test('without refusals there are no rules', async t => {
  const { status, stderr } = await rules()
  t.match([status, stderr], [0, /No refusal has taught a rule/])
})

t.test('a refusal teaches a rule, by which later rows are skipped before they are sent', async t => {
  const [one, two, three] = names as [string, string, string]
  await licenses('assign', names.slice(0, 100), '--sku', 'SPE_E3', ...now)
  const first = await licenses('modify', [one], ...off, ...now)
  t.match(first.results, [{ outcome: 'failed', code: 'PLAN_LACKING', message: /SHAREPOINTWAC without/ }])
  const dry = await licenses('modify', [two, three], ...off, '--dry-run')
  t.match(dry.stderr, /Conflicts known +2/)
  await desk.writes()
  const later = await licenses('modify', [two, three], ...off, ...now)
  t.strictSame(codes(later.results), [
    ['skipped', 'PLANS_CONFLICT'],
    ['skipped', 'PLANS_CONFLICT'],
  ])
  t.match(later.results, [{ message: /SHAREPOINTWAC without .*SHAREPOINTENTERPRISE/ }])
  t.strictSame(await desk.writes(), {}, 'nothing is sent')
  const both = await licenses('modify', [two], ...off.slice(0, 3), 'SHAREPOINTENTERPRISE,SHAREPOINTWAC', ...now)
  t.strictSame(codes(both.results), [['done', null]], both.stderr)
})

t.test('rules are listed with their plans and the run, and can be forgotten', async t => {
  const { stdout } = await rules()
  t.match(stdout, /PLAN +RULE +PLANS +LEARNED +RUN\nSHAREPOINTWAC +needs one of +.*SHAREPOINTENTERPRISE/)
  const [rule] = (await rules('--json')).stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Line)
  t.match(rule, { plan: 'SHAREPOINTWAC', needs: /./, run: /./, at: /Z$/ })
  t.match((await desk.run('runs', 'forget')).stdout, /learned-rules +tenant /)
  const forgotten = await desk.run('runs', 'forget', 'learned-rules', '--yes')
  t.equal(forgotten.status, 0, forgotten.stderr)
  t.match((await rules()).stderr, /No refusal/)
  const again = await licenses('modify', [names[2]!], ...off, ...now)
  t.match(again.results, [{ outcome: 'failed', code: 'PLAN_LACKING' }])
})

t.test('in one run, rows after a refusal are skipped or refused, and none is performed', async t => {
  await desk.run('runs', 'forget', 'learned-rules', '--yes')
  const users = names.slice(10, 100)
  const ran = await licenses('modify', users, ...off, ...now)
  const { skipped, failed, done } = summaryOf(ran).summary.counts as unknown as Readonly<Record<string, number>>
  t.strictSame([Number(skipped) + Number(failed), done], [users.length, 0], ran.stderr)
  t.ok(Number(failed) >= 1)
})
