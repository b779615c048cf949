import t from 'tap'
import { commandBed, summaryOf } from '../command-bed.ts'

const row = (at: number, language = '') => `Person ${at},person${at}@contoso.com,Quiet-Harbour-7${at},${language}\n`
// Graph refuses it.
const noLanguage = 'no language'
const { run, truth, look } = await commandBed(t, {
  'people.csv': `displayName,userPrincipalName,password,preferredLanguage\n${row(1)}${row(2)}${row(3, noLanguage)}${row(4)}`,
})
const nothing = { rows: 0, done: 0, unchanged: 0, waiting: 0, skipped: 0, failed: 0, unknown: 0, pending: 0 }
const create = ['users', 'create', '--tenant', 'sandbox', '--from', 'people.csv', '--yes', '--json']
const { run: id } = summaryOf(await run(...create, '--limit', '2'))
const shown = async () => (await run('runs', 'show', id, '--json')).stdout
const created = async () => (await truth('user')).length

t.test('a dry run of a resume shows what is left, sends nothing, and leaves the run as it was', async t => {
  const before = await shown()
  const dry = await run('runs', 'resume', id, '--dry-run', '--json')
  t.equal(dry.status, 0, dry.stderr)
  t.match(summaryOf(dry).summary, {
    dryRun: true,
    status: 'Succeeded',
    counts: { ...nothing, rows: 2, pending: 2 },
    writes: 2,
    seconds: 0,
  })
  t.not(summaryOf(dry).run, id)
  t.match((await run('runs', 'resume', id, '--dry-run')).stderr, /Create users  2\n/)
  t.strictSame([await shown(), await created()], [before, 2])
  t.notMatch(JSON.stringify(await look(store => store.list())), /Quiet-Harbour/)
})

t.test('a dry run of a retry shows the failed rows that would be sent again', async t => {
  const resumed = await run('runs', 'resume', id, '--yes', '--json')
  t.strictSame(summaryOf(resumed).summary.counts, { ...nothing, rows: 4, done: 3, failed: 1 }, resumed.stderr)
  const before = await shown()
  const dry = await run('runs', 'retry', id, '--dry-run', '--json')
  t.match(summaryOf(dry).summary, { dryRun: true, counts: { ...nothing, rows: 1, pending: 1 }, writes: 1 }, dry.stderr)
  const none = await run('runs', 'retry', id, '--outcome', 'unknown', '--dry-run', '--json')
  t.match(summaryOf(none).summary, { counts: nothing, writes: 0 }, none.stderr)
  t.strictSame([await shown(), await created()], [before, 3])
})

t.test('options that only have an effect when a run begins are refused, with what to do', async t => {
  for (const [verb, flags, fix] of [
    ['resume', ['--fresh'], /run the command of the run again with --fresh/],
    ['resume', ['--plan', 'plan.jsonl'], /use --dry-run/],
    ['retry', ['--columns', 'a=b'], /Leave it out\./],
    ['retry', ['--key', 'mail'], /Leave it out\./],
  ] as const) {
    const ran = await run('runs', verb, id, ...flags)
    t.equal(ran.status, 2)
    t.match(
      ran.stderr,
      new RegExp(
        `^entrapipe: ${flags[0]} has no effect on \`runs ${verb}\`, which continues a run with the rows that were read when it began\\.`,
      ),
    )
    t.match(ran.stderr, fix)
  }
})

t.test('apply and undo refuse the options of rows and say why, and help and completion do not offer them', async t => {
  for (const [words, option, why] of [
    [['apply', 'plan.jsonl'], '--plan', /\`apply`, which makes exactly the changes of its plan\. To see/],
    [['apply', 'plan.jsonl'], '--columns', /\`apply`, which makes exactly the changes of its plan\. Leave it out/],
    [['runs', 'undo', id], '--key', /\`runs undo`, which reverses exactly what its run has changed\. Leave it out/],
  ] as const) {
    const ran = await run(...words, option, 'x')
    t.equal(ran.status, 2)
    t.match(ran.stderr, why)
    const command = words[0] === 'runs' ? words.slice(0, 2) : words.slice(0, 1)
    t.notMatch((await run(...command, '--help')).stdout, new RegExp(`${option} <`))
    const offered = (await run('__complete', '--', ...command, '--')).stdout
    t.match(offered, /--max-removals/)
    t.notMatch(offered, option)
  }
  // A tenant may require a plan for an undo.
  t.match((await run('runs', 'undo', '--help')).stdout, /--plan <file>/)
})
