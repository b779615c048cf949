import { Command } from 'commander'
import t from 'tap'
import { builtInNames } from '../../src/catalogue/built-in.ts'
import { loadNoted, loadPipeline } from '../../src/catalogue/load-pipeline.ts'
import { makePlan } from '../../src/catalogue/make-plan.ts'
import type { Cli } from '../../src/cli/cli.ts'
import { commands } from '../../src/cli/main.ts'
import { flagOf } from '../../src/cli/options/param-options.ts'
import { processEnvironment } from '../../src/core/environment.ts'
import { readyPhases } from '../../src/engine/phases.ts'
import { pipelineNames } from '../../src/catalogue/pipeline-file.ts'

/** Flags of a command that say how its pipeline is run, and with which tenant. */
const ofRuns = [
  ...['--tenant', '--auth', '--fresh', '--quiet', '--checkpoint-rows', '--force', '--max-failed', '--max-drift'],
  ...['--dry-run', '--plan', '--yes', '--max-removals', '--include-privileged', '--irreversible', '--results'],
  ...['--quota-share', '--reason', '--ticket', '--exit-code'],
  ...['--window', '--wave', '--pause', '--wait'],
]

/** Of a run with changes, a limit says how it is run; of an export, what it reads. */
const isOfRun = (name: string, flag: string): boolean =>
  ofRuns.includes(flag) ||
  (flag === '--limit' && !name.startsWith('export')) ||
  // What a change of licences costs is shown before it.
  (['--prices', '--report'].includes(flag) && name.startsWith('licenses ')) ||
  // Of a feed, it is that of people too.
  (flag === '--time-zone' && name !== 'hr-feed')

t.test('a command has a flag for each parameter of its pipeline, and no others', async t => {
  const program = await commands(new Command('entrapipe'), { json: () => false } as unknown as Cli)
  for (const name of await builtInNames()) {
    const { pipeline, arguments: words, found } = await loadNoted(name)
    const command = name
      .split(' ')
      .reduce<Command>((group, word) => group.commands.find(one => one.name() === word) ?? group, program)
    const wanted = Object.entries(pipeline.params!)
      .filter(([param]) => ![...words, ...found].includes(param))
      // The reason of a role, for example, is also that of the run.
      .filter(([param]) => !isOfRun(name, flagOf(param)))
      .map(([param, { fallback }]) => (fallback === true ? `--no-${flagOf(param).slice(2)}` : flagOf(param)))
      .sort()
    t.strictSame(
      command.options
        .map(({ long, hidden }) => ({ flag: long!, hidden }))
        // Hidden ones of other commands are refused with a reason.
        .filter(({ flag, hidden }) => wanted.includes(flag) || (!isOfRun(name, flag) && !hidden))
        .map(({ flag }) => flag)
        .sort(),
      wanted,
      name,
    )
  }
})

t.test('the defaults of parameters are values that a resumed run can be given again', async t => {
  for (const name of await builtInNames())
    for (const [param, { fallback, parse }] of Object.entries((await loadNoted(name)).pipeline.params!))
      if (fallback !== undefined && fallback !== null)
        t.strictSame(parse(fallback, param), fallback, `${param} of ${name}`)
})

t.test('the progress of a command has its words, and that of an export what is exported', async t => {
  const labels = await Promise.all(
    ['users disable', 'members add', 'runs undo', 'filter', 'export users'].map(
      async name => (await loadNoted(name)).label,
    ),
  )
  t.strictSame(labels, ['users disable', 'members add', 'runs undo', 'filter', 'users'])
})

t.test("a pipeline's name and recorded parameters make the same plan again", async t => {
  const given = {
    select: ['id', 'displayName'],
    filter: "startswith(displayName,'a')",
    limit: 5,
    to: 'x.csv',
    bom: true,
  }
  const first = await makePlan(await loadNoted('export users'), given)
  t.strictSame(first.params, { ...given, trailer: true })
  const noted = JSON.parse(JSON.stringify(first.params)) as Record<string, unknown>
  const again = await makePlan(await loadNoted('export users'), noted)
  t.strictSame(again.params, first.params)
  const told = ({ plan }: typeof first): unknown => {
    const { source, sink, limit } = readyPhases(plan)[0]!.plan
    return [source.kind, sink.kind, limit]
  }
  t.strictSame(
    [told(first), told(again)],
    [
      ['users', 'csv', 5],
      ['users', 'csv', 5],
    ],
  )
})

t.test('parameters are validated in the same way from every origin', async t => {
  const users = await loadNoted('export users')
  for (const [given, message] of [
    [{ limit: 0 }, 'Expected limit to be a whole number from 1, got 0'],
    [{ pageSize: '1000' }, 'Expected pageSize to be a whole number from 1 to 999, got 1000'],
    [{ format: 'xls' }, 'Expected format to be one of csv, jsonl, json, parquet, got "xls"'],
    [{ bom: 'yes' }, 'Expected bom to be true or false, got "yes"'],
  ] as const)
    await t.rejects(makePlan(users, given), { code: 'OPTION_INVALID', message })
})

t.test("a user's pipeline takes precedence over a built-in one with the same name", async t => {
  const cwd = t.testdir({ pipelines: { 'clean-hr-feed.mjs': "export default { summary: 'mine', make: () => ({}) }" } })
  const here = { ...processEnvironment(), cwd }
  t.equal((await loadPipeline('clean-hr-feed', here)).pipeline.summary, 'mine')
  t.not((await loadNoted('clean-hr-feed')).pipeline.summary, 'mine', 'what a run has noted means ours for ever')
  t.strictSame(
    (await pipelineNames(here)).filter(name => name === 'clean-hr-feed'),
    ['clean-hr-feed'],
    'once',
  )
})

t.test("no file in pipelines has the name of a command's pipeline", async t => {
  const names = await builtInNames()
  t.strictSame(
    (await pipelineNames({ ...processEnvironment(), cwd: t.testdir({}) })).filter(name => names.includes(name)),
    [],
  )
})
