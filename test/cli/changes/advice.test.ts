import t from 'tap'
import { EntrapipeError } from '../../../src/core/errors.ts'
import { giveAppRole } from '../../sandbox/give-app-role.ts'
import { changeDesk } from '../change-desk.ts'
import { summaryOf } from '../command-bed.ts'

const update = ['users', 'update']

t.test('after too many failed rows, the advice is a command that continues', async t => {
  const { people, change, run } = await changeDesk(t)
  const [person] = await people('id', 'onPremisesSyncEnabled ne true')
  const rows = `id,department\n${String(person!['id'])},Advice\n${'nobody@contoso.com,X\n'}${'none@contoso.com,X\n'}`
  const stopped = await change(update, rows, '--max-failed', '1')
  t.equal(stopped.status, 5)
  const command = /`(?:npx )?entrapipe (runs resume (\S+) --max-failed 2)`\.\n$/.exec(stopped.stderr)
  t.ok(command, stopped.stderr)
  const shown = await run('runs', 'show', command![2]!)
  t.match(shown.stdout, new RegExp(`To send the pending rows: (npx )?entrapipe ${command![1]!}\n`))
  const resumed = await run(...command![1]!.split(' '), '--yes', '--json')
  t.match(summaryOf(resumed).summary.counts, { done: 1, failed: 2, pending: 0 })
})

t.test('a retry says what must change first for rows that would fail again', async t => {
  const { people, change, run } = await changeDesk(t)
  const [synced] = await people('id', 'onPremisesSyncEnabled eq true')
  const { stderr } = await change(update, `id,department\n${String(synced!['id'])},Advice\n`)
  const advice =
    /\nRows that change what Active Directory or Exchange masters fail again: [^\n]+\nTo send them again as they are, after that: (?:npx )?entrapipe runs retry (\S+) /
  t.match(stderr, advice)
  t.match((await run('runs', 'show', advice.exec(stderr)![1]!)).stdout, advice)
  const taken = await change(['groups', 'create'], 'displayName,description\nSales Team,other\n')
  t.match(taken.stderr, /\nRows of groups that exist fail again: [^\n]+\nTo send them again as they are, after that: /)
})

t.test('an input without rows succeeds and says so, and one whose lines are all wrong does not', async t => {
  const { change, run, textOf } = await changeDesk(t)
  await run('template', 'users', 'delete', '--to', 'template.csv')
  const example = textOf('template.csv')
  t.match(example, /Example: /)
  for (const text of [example, 'userPrincipalName\n']) {
    const ran = await change(['users', 'delete'], text)
    t.match([ran.status, ran.stderr], [0, /\nin\.csv has no rows, so there is nothing to change\./])
  }
  const wrong = await change(['users', 'delete'], 'userPrincipalName,department\nann\n')
  t.equal(wrong.status, 3)
  t.notMatch(wrong.stderr, /has no rows/)
})

t.test('a dry run says what would stop the run, and that run stops for the same reason', async t => {
  const { people, change, run, connection } = await changeDesk(t)
  await giveAppRole(await connection(), 'Global Administrator')
  const rows = (await people('id', 'onPremisesSyncEnabled ne true')).slice(0, 40)
  const text = `id\n${rows.map(({ id }) => `${String(id)}\n`).join('')}`
  const remove = (...flags: readonly string[]) => change(['users', 'delete'], text, '--include-privileged', ...flags)
  const limit = 'This run would delete 40 users, and the limit is 15.'
  const fix = 'If they are intended, add --max-removals 40.'
  const dry = await remove('--dry-run')
  t.equal(dry.status, 5, 'as the run itself')
  t.ok(dry.stderr.includes(`\nThe run would stop: ${limit} ${fix}\n`), dry.stderr)
  const told = summaryOf(await remove('--dry-run', '--json')).summary
  t.match(told, {
    status: 'Failed',
    reason: 'TOO_MANY_REMOVALS',
    stops: [{ code: 'TOO_MANY_REMOVALS', message: limit, fix }],
  })
  t.equal((await remove('--dry-run', '--quiet')).stderr, `The run would stop: ${limit} ${fix}\n`)
  t.equal((await remove('--plan', 'all.jsonl')).status, 0, 'a plan is what was asked for')
  const stopped = await remove()
  t.equal(stopped.status, 5)
  t.ok(stopped.stderr.includes(`${limit} Nothing was sent.`), stopped.stderr)
  t.notMatch((await remove('--dry-run', '--max-removals', '40')).stderr, /would stop/)
  const sent = summaryOf(await remove('--max-removals', '40', '--limit', '5', '--json'))
  const left = await run('runs', 'resume', sent.run, '--include-privileged', '--dry-run')
  t.match(left.stderr, /Delete users +35\n/)
  t.notMatch(left.stderr, /would stop/, 'the limit that the run was given is kept')
  const less = await run('runs', 'resume', sent.run, '--include-privileged', '--dry-run', '--max-removals', '35')
  const { done } = sent.summary.counts
  const earlier = `This run would delete ${35 + done!} users, ${done} of them earlier, and the limit is 35.`
  t.ok(less.stderr.includes(`would stop: ${earlier}`), less.stderr)
  const braked = await run('runs', 'resume', sent.run, '--include-privileged', '--yes', '--max-removals', '35')
  const command = new RegExp(`runs resume ${sent.run} --max-removals ${35 + done!}\\b`)
  t.match([braked.status, braked.stderr], [5, command])
  t.match((await run('runs', 'show', sent.run)).stdout, command)
  await run('runs', 'resume', sent.run, '--include-privileged', '--yes')
  const purge = await change(['users', 'purge'], text, '--dry-run')
  t.match(purge.stderr, /would stop: These changes cannot be undone: .*\. Add --irreversible if they are intended\.\n/)
})

t.test('an interrupted resume names its run, and how it continues', async t => {
  const { people, change, runWith } = await changeDesk(t)
  const rows = (await people('id', 'onPremisesSyncEnabled ne true')).slice(0, 4)
  const text = `id,department\n${rows.map(({ id }) => `${String(id)},Waves\n`).join('')}`
  const { run } = summaryOf(await change(update, text, '--limit', '1', '--wave', '1', '--pause', '1h', '--json'))
  const stop = new AbortController()
  const resumed = await runWith(
    {
      signal: stop.signal,
      saw(said) {
        if (said.includes('a wave is over')) stop.abort(new EntrapipeError('INTERRUPTED', 'Interrupted.'))
      },
    },
    ...['runs', 'resume', run, '--yes'],
  )
  t.match([resumed.status, resumed.stderr], [130, new RegExp(`Continue with .*runs resume ${run}`)])
  t.notMatch(resumed.stderr, /undefined/)
})

t.test('a resume or retry that is interrupted before it sends anything says how it continues', async t => {
  const { people, change, runWith } = await changeDesk(t)
  const rows = (await people('id', 'onPremisesSyncEnabled ne true')).slice(0, 2)
  const text = `id,department\n${rows.map(({ id }) => `${String(id)},Early\n`).join('')}`
  const { run } = summaryOf(await change(update, text, '--limit', '1', '--json'))
  for (const verb of ['resume', 'retry']) {
    const stop = new AbortController()
    const ended = await runWith(
      { signal: stop.signal, saw: () => stop.abort(new EntrapipeError('INTERRUPTED', 'Interrupted.')) },
      ...['runs', verb, run, '--yes'],
    )
    t.match(
      [ended.status, ended.stderr],
      [130, new RegExp(`Interrupted\\. Continue with \`entrapipe runs re(?:sume|try) ${run}\`\\.\n$`)],
    )
  }
})

t.test('an old workbook as the file of results is refused with the option and what that command has', async t => {
  const { run } = await changeDesk(t, { 'in.csv': 'id\nx\n' })
  const remove = ['users', 'delete', '--tenant', 'sandbox', '--from', 'in.csv', '--yes']
  const { status, stderr } = await run(...remove, '--results', 'r.xls')
  t.equal(status, 2)
  t.match(stderr, /Expected --results to be a file name that ends in .*, got r\.xls/)
  t.notMatch(stderr, /--excel|--to/)
  t.equal((await run('runs', 'list', '--json')).stdout, '', 'no run has begun')
  const plan = await run(...remove, '--plan', 'plan.csv')
  t.match([plan.status, plan.stderr], [2, /Expected --plan to be x\.jsonl, got "plan\.csv"/])
  const audit = await run('audit', '--to', 'r.xlsx')
  t.match([audit.status, audit.stderr], [2, /Expected --to to be x\.jsonl or -, got r\.xlsx/])
})

t.test(
  'a run that failed before it had anything to continue from is not resumed, and its command is named',
  async t => {
    const { run, runWith } = await changeDesk(t)
    const failed = await runWith({ piped: '{"a":1}\n{"a"' }, 'filter', 'a eq 2', '--to', 'kept.jsonl')
    t.not(failed.status, 0)
    const [line] = (await run('runs', 'list', '--json')).stdout.split('\n')
    const { run: id } = JSON.parse(line!) as { readonly run: string }
    const resumed = await run('runs', 'resume', id)
    t.match(
      [resumed.status, resumed.stderr],
      [
        2,
        `Run ${id} cannot be resumed: it failed, and left nothing to continue from. Start over with \`entrapipe filter 'a eq 2' --to kept.jsonl\`.\n`,
      ],
    )
  },
)

t.test('a preview names the manager of each user, and the roles that are assigned', async t => {
  const { people, change } = await changeDesk(t)
  const [one, two] = (await people('id,userPrincipalName', 'onPremisesSyncEnabled ne true')).slice(30) as unknown as [
    Person,
    Person,
  ]
  const managers = `id,manager\n${one.id},${two.userPrincipalName}\n`
  const set = await change(['users', 'set-manager'], managers, '--dry-run')
  t.ok(set.stderr.includes(`${one.id}: ${two.id} (${one.userPrincipalName}, ${two.userPrincipalName})\n`), set.stderr)
  const role = `principal,role\n${one.userPrincipalName},Message Center Reader\n`
  const assigned = await change(['roles', 'assign'], role, '--dry-run')
  t.ok(assigned.stderr.includes(`(Message Center Reader, ${one.userPrincipalName})\n`), assigned.stderr)
})

interface Person {
  readonly id: string
  readonly userPrincipalName: string
}

t.test('the result of a row with a wrong cell names its operation', async t => {
  const { change, rowsOf } = await changeDesk(t)
  const text = 'displayName,userPrincipalName,password,accountEnabled\nA,a@contoso.com,Quiet-Harbour-71,perhaps\n'
  const ran = await change(['users', 'create'], text)
  t.equal(ran.status, 3, ran.stderr)
  t.match(rowsOf('results.jsonl'), [{ operation: 'create-user', code: 'ROW_INVALID', target: 'accountEnabled' }])
})
