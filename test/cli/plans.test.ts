import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import t, { type Test } from 'tap'
import { machineUser } from '../../src/core/environment.ts'
import { planHeadLine, planSum, readPlanHead, readPlanRow, type PlanHead } from '../../src/formats/change-plan.ts'
import { commandBed, summaryOf } from './command-bed.ts'

const people = `displayName,userPrincipalName,password
Ann,ann@contoso.com,Quiet-Harbour-71
Bob,bob@contoso.com,Quiet-Harbour-72
`

/** The plan with another first line, and the hash that belongs to it. */
const withHead = (text: string, change: (head: PlanHead) => Partial<PlanHead>): string => {
  const [first, ...rows] = text.trim().split('\n')
  const head = readPlanHead(first!, 'plan')
  const sum = planSum()
  for (const [at, row] of rows.entries()) sum.add(readPlanRow(row, at + 2, 'plan'), `${row}\n`)
  const changed = { ...head, ...change(head) }
  return [planHeadLine({ ...changed, sha256: sum.sha256(changed) }), ...rows.map(row => `${row}\n`)].join('')
}

const planned = async (t: Test) => {
  const bed = await commandBed(t, { 'people.csv': people })
  const ran = await bed.run('users', 'create', '--tenant', 'sandbox', '--from', 'people.csv', '--plan', 'plan.jsonl')
  t.equal(ran.status, 0, ran.stderr)
  return bed
}
const dayMs = 86_400_000

/** Lets the store know nothing of the plan, as if somebody had made it elsewhere. */
const isOfAnotherStore = (folder: string): void => {
  const runs = join(folder, 'store', 'runs')
  for (const run of readdirSync(runs)) {
    const file = new DatabaseSync(join(runs, run, 'run.sqlite'))
    file.exec(`delete from facts where name = 'note/plan'`)
    file.close()
  }
}

t.test('a plan that is old, or of another tenant, is refused, and nothing is sent', async t => {
  const { run, write, textOf, truth } = await planned(t)
  const plan = textOf('plan.jsonl')
  for (const [change, says] of [
    [() => ({ at: new Date(Date.now() - 8 * dayMs).toISOString() }), /more than seven days ago\. Nothing was sent/],
    [
      () => ({ tenant: { id: '11111111-2222-3333-4444-555555555555', name: 'other' } }),
      /is a plan for the tenant other .* and this is sandbox .*\. Nothing was sent/,
    ],
  ] as const) {
    write('wrong.jsonl', withHead(plan, change))
    const ran = await run('apply', 'wrong.jsonl', '--tenant', 'sandbox', '--yes')
    t.equal(ran.status, 5)
    t.match(ran.stderr, says)
  }
  write(
    'same.jsonl',
    withHead(plan, () => ({})),
  )
  t.equal(textOf('same.jsonl'), plan)
  t.strictSame(await truth('user'), [])
})

t.test('a plan with secrets is applied only where its run is', async t => {
  const { textOf } = await planned(t)
  const elsewhere = await commandBed(t, { 'plan.jsonl': textOf('plan.jsonl') })
  const ran = await elsewhere.run('apply', 'plan.jsonl', '--tenant', 'sandbox', '--yes')
  t.equal(ran.status, 2, ran.stderr)
  t.match(ran.stderr, /The secrets of these rows are in run [\d-]+[0-9a-f]+, which is not in this store/)
  t.strictSame(await elsewhere.truth('user'), [])
})

t.test('with approval by a second person, only a plan that somebody else made is applied', async t => {
  const { run, write, textOf, truth, connection, folder } = await planned(t)
  const { baseUrl, authorityUrl, tenantId, clientId, secretFile, caFile } = await connection()
  write(
    'entrapipe.config.json',
    JSON.stringify({
      tenants: {
        contoso: {
          ...{ tenantId, clientId, graphUrl: baseUrl, authorityUrl, caFile, lagBound: 0 },
          credential: { kind: 'secret', secret: { file: secretFile } },
          approval: 'second-person',
        },
      },
    }),
  )
  const on = ['--tenant', 'contoso', '--yes']
  const direct = await run('users', 'create', '--from', 'people.csv', ...on)
  t.equal(direct.status, 5, direct.stderr)
  t.match(direct.stderr, /The tenant contoso requires a second person .* Write the changes to a plan with --plan/)
  const create = ['users', 'create', '--from', 'people.csv', '--tenant', 'contoso']
  const dry = await run(...create, '--dry-run')
  t.match([dry.status, dry.stderr], [5, /\nThe run would stop: The tenant contoso requires a second person /])
  const another = await run(...create, '--plan', 'another.jsonl')
  t.equal(another.status, 0, another.stderr)
  t.notMatch(another.stderr, /would stop/)
  const own = await run('apply', 'plan.jsonl', ...on)
  t.equal(own.status, 5, own.stderr)
  t.match(own.stderr, /You made this plan, and the tenant contoso requires a second person/)
  t.strictSame(await truth('user'), [])
  write(
    'plan.jsonl',
    withHead(textOf('plan.jsonl'), ({ maker }) => ({ maker: { ...maker, user: `not ${machineUser().user}` } })),
  )
  const altered = await run('apply', 'plan.jsonl', ...on)
  t.match([altered.status, altered.stderr], [5, /is not the one that run [\d-]+[0-9a-f]+ wrote\. Nothing was sent/])
  t.strictSame(await truth('user'), [])
  isOfAnotherStore(folder)
  const applied = await run('apply', 'plan.jsonl', ...on, '--limit', '1', '--json')
  t.equal(applied.status, 0, applied.stderr)
  const resumed = await run('runs', 'resume', summaryOf(applied).run, '--yes')
  t.equal(resumed.status, 0, resumed.stderr)
  t.equal((await truth('user')).length, 2)
  const undo = await run('runs', 'undo', summaryOf(applied).run, '--yes')
  t.match([undo.status, undo.stderr], [5, /requires a second person/])
  t.equal((await run('runs', 'undo', summaryOf(applied).run, '--plan', 'undo.jsonl')).status, 0)
})

t.test('a dry run is neither resumed nor retried', async t => {
  const { run, truth } = await commandBed(t, { 'people.csv': people })
  const dry = await run('users', 'create', '--tenant', 'sandbox', '--from', 'people.csv', '--dry-run', '--json')
  const { run: id } = summaryOf(dry)
  for (const verb of ['retry', 'resume']) t.equal((await run('runs', verb, id, '--yes')).status, 2)
  t.match((await run('runs', 'show', id)).stdout, /It was a dry run: nothing was sent\.\nChanges: 2 to be sent/)
  t.strictSame(await truth('user'), [])
})

t.test('neither a plan nor results replace the input, and a plan replaces no file at all', async t => {
  const { run, textOf, truth } = await planned(t)
  const plan = textOf('plan.jsonl')
  const create = ['users', 'create', '--tenant', 'sandbox', '--from', 'people.csv']
  const again = await run(...create, '--plan', 'plan.jsonl')
  t.equal(again.status, 2)
  t.match(again.stderr, /plan\.jsonl already exists\. A plan does not replace a file/)
  t.equal(textOf('plan.jsonl'), plan)
  for (const more of [['--dry-run'], ['--plan', 'other.jsonl'], ['--yes']]) {
    const ran = await run(...create, ...more, '--results', './people.csv')
    t.equal(ran.status, 2)
    t.match(ran.stderr, /Expected --results to be a separate file, got .*people\.csv, which is an input/)
  }
  t.equal(textOf('people.csv'), people)
  t.strictSame(await truth('user'), [])
})

t.test('a plan is not read as rows, and another file is not applied as a plan: both say what to do', async t => {
  const { run, write } = await planned(t)
  const update = ['users', 'update', '--tenant', 'sandbox', '--yes', '--from']
  const says = /plan: it has changes, not rows\. .*`entrapipe apply` with its file and --tenant sandbox\.\n$/
  for (const ran of [
    await run(...update, 'plan.jsonl'),
    await run('filter', 'accountEnabled eq true', '--from', 'plan.jsonl', '--to', '-'),
  ])
    t.match([ran.status, ran.stderr], [1, says])
  await run('export', 'users', '--tenant', 'sandbox', '--limit', '1', '--to', 'users.jsonl')
  write('update.jsonl', '{"id":"nobody","department":"Sales"}\n')
  await run(...update, 'update.jsonl', '--results', 'results.jsonl')
  write('empty.jsonl', '')
  for (const [name, what] of [
    [
      'users.jsonl',
      /users\.jsonl is not a plan: its first line is not the first line of one\. Name the file that --plan wrote/,
    ],
    ['users.jsonl.manifest.json', /manifest\.json is a manifest, not a plan\. Name the file that --plan wrote/],
    ['results.jsonl', /results\.jsonl is a results file, not a plan\. Name the file that --plan wrote/],
    ['empty.jsonl', /empty\.jsonl is empty, so it is not a plan\./],
  ] as const) {
    const ran = await run('apply', name, '--tenant', 'sandbox', '--yes')
    t.match([ran.status, ran.stderr], [1, what])
  }
  const again = await run(...update, 'results.jsonl', '--results', '-')
  t.match(again.stdout, /A results file cannot be the input\. [^"]* --as-input/)
})
