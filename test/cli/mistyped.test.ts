import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import t, { type Test } from 'tap'
import { runHere } from '../programs/in-process.ts'
import { presetNames } from '../../src/catalogue/exports/preset-names.ts'
import { commands } from '../../src/cli/main.ts'
import type { Cli } from '../../src/cli/cli.ts'
import { presets } from '../../src/data/presets/presets.ts'

const deskOf = (t: Test, files: Readonly<Record<string, string>> = {}) => {
  const folder = t.testdir({})
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const env = { ...process.env, ENTRAPIPE_STORE: join(folder, 'store') }
  return (...argv: readonly string[]) => runHere(argv, { folder, env })
}

t.test('a mistyped argument is reported in one sentence, once, with what was expected', async t => {
  const run = deskOf(t)
  for (const [typed, says] of [
    ['export users --limit ten', 'Expected --limit to be a whole number from 1, got "ten".'],
    ['export users --select a,,b', 'Expected --select to be names separated by commas, got "a,,b".'],
    [
      'export users --format cvs',
      'Expected --format to be one of csv, jsonl, json, parquet, got "cvs". Did you mean csv?',
    ],
    ['completion bsh', 'Expected <shell> to be one of bash, zsh, fish, powershell, got "bsh". Did you mean bash?'],
    ['exprt users', "Unknown command 'exprt'. Did you mean export? --help lists what is supported."],
    ['sandbox stauts', "Unknown command 'sandbox stauts'. Did you mean status? --help lists what is supported."],
    [
      'sandbox --users 5 stauts',
      "Unknown command 'sandbox stauts'. Did you mean status? --help lists what is supported.",
    ],
    ['run clean-hr-feed --form x', "Unknown option '--form'. Did you mean --from? --help lists what is supported."],
    ['check clean-hr-feed --form x', "Unknown option '--form'. Did you mean --from? --help lists what is supported."],
    ['run clean-hr-feed', 'Missing the required option --from <text>. --help lists what is supported.'],
    ['tenants app --fro x', "Unknown option '--fro'. Did you mean --for? --help lists what is supported."],
    ['tenants app', 'Missing the required option --for <operation...>. --help lists what is supported.'],
    ['sandbox --usres 5', "Unknown option '--usres'. Did you mean --users? --help lists what is supported."],
    [
      'run --form x clean-hr-feed',
      'Expected the name or path of a pipeline before its options, got --form. For example: npx entrapipe run clean-hr-feed --help.',
    ],
    [
      'check --tenat=x',
      'Expected the name or path of a pipeline before its options, got --tenat. Did you mean --tenant?',
    ],
    ['runs lst --help', "Unknown command 'runs lst'. Did you mean list? --help lists what is supported."],
  ] as const) {
    const { status, stdout, stderr } = await run(...typed.split(' '))
    t.strictSame({ status, stdout, stderr }, { status: 2, stdout: '', stderr: `entrapipe: ${says}\n` }, typed)
  }
  const far = await run('tenants', 'frobnicate', '--help')
  t.equal(far.status, 2)
  t.match(far.stderr, /^entrapipe: Unknown command 'tenants frobnicate'\. Commands: add, update, list, [^\n]+\.\n$/)
  const user = await run('export', 'user')
  t.match(user.stderr, /^entrapipe: Expected <what> to be one of users, [^\n]+, got "user"\. Did you mean users\?\n$/)
  const json = await run('runs', 'lst', '--json')
  t.match(JSON.parse(json.stderr), {
    error: { code: 'USAGE', message: "Unknown command 'runs lst'. Did you mean list?" },
  })
})

t.test('an empty value of an option or an argument is refused, except for --nulls', async t => {
  const run = deskOf(t, { 'feed.csv': 'a,b\n1,\n' })
  for (const [argv, name] of [
    [['export', 'users', '--tenant', ''], '--tenant'],
    [['export', 'users', '--filter='], '--filter'],
    [['export', 'members', '--group', ''], '--group'],
    [['export', 'graph', ''], '<path>'],
    [['filter', '', '--from', 'feed.csv'], '<odata>'],
    [['verify', ''], '<file>'],
    [['check', ''], '<pipeline>'],
    [['run', ''], '<pipeline>'],
    [['run', 'clean-hr-feed', '--from', ''], '--from'],
    [['runs', 'show', ' '], '<run>'],
    [['permissions', ''], '<operation>'],
    [['tenants', 'app', '--for', ''], '--for'],
    [['tenants', 'remove', ''], '<name>'],
  ] as const) {
    const ran = await run(...argv)
    const stderr = `entrapipe: The value of ${name} is empty. Is a shell variable not set?\n`
    t.strictSame([ran.status, ran.stdout, ran.stderr], [2, '', stderr], argv.join(' '))
  }
  const nulls = await run('filter', 'a eq 1', '--from', 'feed.csv', '--format', 'csv', '--nulls', '', '--quiet')
  t.match(nulls, { status: 0, stdout: 'a,b\n1,\n' })
})

t.test('an option without effect is refused, in one sentence that names it', async t => {
  const run = deskOf(t, { 'feed.csv': 'a\n1\n', 'rows.jsonl': '{"a":1}\n' })
  const feed = ['filter', "a eq '1'", '--from', 'feed.csv'] as const
  for (const [argv, says] of [
    [
      ['export', 'users', '--to', 'x.jsonl', '--no-trailer'],
      '--no-trailer applies only to JSON lines on stdout, but the output is a file.',
    ],
    [
      ['export', 'users', '--format', 'csv', '--no-trailer'],
      '--no-trailer applies only to JSON lines on stdout, but the output is csv.',
    ],
    [
      [...feed, '--to', 'x.jsonl', '--no-trailer'],
      '--no-trailer applies only to JSON lines that are read, or written to stdout.',
    ],
    [[...feed, '--excel', '--to', 'x.jsonl'], '--excel applies only to CSV, but the output is jsonl.'],
    [[...feed, '--formula-guard'], '--formula-guard applies only to CSV, but the output is jsonl.'],
    [
      ['filter', 'a eq 1', '--from', 'rows.jsonl', '--from-single-header'],
      '--from-single-header applies only to CSV and xlsx, but the input is jsonl.',
    ],
    [
      [...feed, '--fresh'],
      '--fresh has no effect on this run, which makes no checkpoints, so it always starts over: the output of its sink (jsonl) cannot be truncated.',
    ],
    [
      [...feed, '--checkpoint-rows', '5'],
      '--checkpoint-rows has no effect on this run, which makes no checkpoints: the output of its sink (jsonl) cannot be truncated.',
    ],
    [
      ['run', 'clean-hr-feed', '--from', 'feed.csv', '--to', 'x.csv', '--tenant', 'contoso'],
      '--tenant has no effect on this run, which makes no use of a directory.',
    ],
    ...(['--key', '--max-removals', '--irreversible'] as const).map(
      flag =>
        [
          ['users', 'create', '--from', 'new.csv', flag, ...(flag === '--irreversible' ? [] : ['5'])],
          `${flag} has no effect on \`users create\`, since what is new has no name in the directory yet, and nothing is taken away.`,
        ] as const,
    ),
    [
      ['export', 'users', '--tenant', 'sandbox', '--auth', 'azure-cli'],
      '--auth azure-cli does not apply to the sandbox, which has a sign-in of its own.',
    ],
  ] as const) {
    const { status, stdout, stderr } = await run(...argv)
    t.strictSame([status, stdout], [2, ''], argv.join(' '))
    t.match(
      stderr,
      new RegExp(`^entrapipe: ${says.replaceAll(/[.()]/g, '\\$&')} [Ll]eave (?:it|--auth) out\\.\n$`),
      argv.join(' '),
    )
  }
})

t.test('a plus in --select requires a name after it', async t => {
  const run = deskOf(t)
  for (const select of ['+', 'id,+', '+manager,+'])
    t.match(
      (await run('export', 'users', '--select', select)).stderr,
      /^entrapipe: A plus in --select has no name after it. /,
    )
})

t.test('a usage error is reported before a directory is contacted', async t => {
  const run = deskOf(t, { 'feed.csv': 'a\n' })
  for (const [argv, says] of [
    [['users', '--select', 'id', '--preset', 'portal-users'], /--preset and --select cannot be combined/],
    [['users', '--preset', 'nope'], /Preset nope does not exist for users/],
    [['users', '--filter', 'displayName eq'], /\$filter, at character/],
    [
      ['users', '--select', 'id,nope,alsoNot'],
      /'nope' is not a property of user\..* 'alsoNot' is not a property of user\./,
    ],
    [['users', '--to', 'x.xls'], /Expected --to to be a file name that ends in .*x\.xls/],
    [['users', '--to', ''], /The value of --to is empty\. Is a shell variable not set\?/],
    [['users', '--to', 'feed.csv/x.csv'], /x\.csv cannot be written: part of its path is a file/],
    [['users', '--array-separator', '', '--to', 'x.csv'], /The value of --array-separator is empty/],
    [['members'], /--group is missing\. Name the group/],
  ] as const) {
    const { status, stderr } = await run('export', ...argv, '--tenant', 'nowhere')
    t.equal(status, 2)
    t.match(stderr, /^entrapipe: [^\n]+\n$/)
    t.match(stderr, says, argv.join(' '))
  }
})

const own = `import { choice, flag, number, pipeline, plan, text } from 'entrapipe'
import { csv } from 'entrapipe/sinks/csv'
import { csv as fromCsv } from 'entrapipe/sources/csv'
import { pick } from 'entrapipe/transforms/pick'
export default pipeline({
  summary: 'Some columns.',
  params: {
    from: text('the feed'),
    minAge: number('from this age'),
    order: choice('in which order', ['up', 'down']),
    loud: flag('says more'),
    to: text('file to write', { default: 'out.csv' }),
  },
  make: ({ from, to }) => plan({ source: fromCsv({ from, delimiter: ';' }), transforms: [pick('a', 'b')], sink: csv({ to, bom: true }) }),
})
`

t.test('messages and help of a pipeline use its flags', async t => {
  const run = deskOf(t, { 'own.ts': own, 'in.csv': 'a;b\n1;2\n' })
  const age = await run('run', './own.ts', '--from', 'in.csv', '--order', 'up', '--min-age', 'old')
  t.strictSame([age.status, age.stderr], [2, 'entrapipe: Expected --min-age to be a number, got "old".\n'])
  const help = await run('run', './own.ts', '--help')
  t.equal(help.status, 0)
  t.match(help.stdout, /\nExamples:\n {2}(?:npx )?entrapipe run \.\/own\.ts --from in\.csv --min-age 10 --order up\n/)
  t.match(help.stdout, /also needs --tenant, such as --tenant sandbox\./)
})

t.test('the findings of a check are described in words', async t => {
  const run = deskOf(t, { 'own.ts': own, 'in.csv': 'a;b\n1;2\n' })
  const { status, stdout, stderr } = await run(
    'check',
    './own.ts',
    '--from',
    'in.csv',
    '--order',
    'up',
    '--min-age',
    '3',
  )
  t.equal(status, 0, stderr)
  const told = stdout + stderr
  t.match(
    told,
    /\n {2}reads +csv: from in\.csv, delimiter ";", bytes 8\n {2}then +pick: columns a b\n {2}writes +csv: to out\.csv, bom\n/,
  )
  t.notMatch(told, /[{}]/)
})

t.test('help lists the layouts, the operators of filters, and the flags of every pipeline', async t => {
  const named = Object.entries(presetNames).flatMap(([of, names]) => names.map(name => `${of} ${name}`))
  t.strictSame(named.sort(), presets.map(({ of, name }) => `${of} ${name}`).sort())
  const program = await commands(new Command('entrapipe'), {
    json: () => false,
    environment: { variable: () => undefined, platform: process.platform },
  } as unknown as Cli)
  const helpOf = (...path: readonly string[]): string => {
    let command = program
    for (const name of path) command = command.commands.find(one => one.name() === name)!
    let text = ''
    command.configureOutput({ writeOut: more => void (text += more) })
    command.outputHelp()
    return text.replace(/\s+/g, ' ')
  }
  for (const { name } of presets) t.match(helpOf('export'), name)
  t.match(helpOf('filter'), / eq, ne, gt, ge, lt, le, in, /)
  for (const flag of ['-h, --help', '--tenant', '--fresh', '--quiet', '--checkpoint-rows', '--force', '--json'])
    t.match(helpOf('run'), flag, `run ${flag}`)
  for (const flag of ['-h, --help', '--tenant', '--auth']) t.match(helpOf('check'), flag, `check ${flag}`)
  for (const verb of ['list', 'show', 'results', 'resume', 'discard', 'prune', 'forget'])
    t.match(
      helpOf('runs', verb),
      /^Usage: \S*(?: \S+)*? \[options\](?: <run>| \[name\])? [A-Z][^.]+\. /,
      `runs ${verb}`,
    )
})
