import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command, Option } from 'commander'
import t from 'tap'
import { completionScript, completionShells } from '../../src/cli/completion/scripts.ts'
import { suggest } from '../../src/cli/completion/suggest.ts'
import { fakeEnvironment, tenantId } from '../tenants/fake-environment.ts'
import { runCommand } from './tenants-cli.ts'

const program = () => {
  const all = new Command('entrapipe').option('--json', 'for machines').addOption(new Option('--secretly').hideHelp())
  const runs = all.command('runs').summary('what ran')
  runs.command('list').description('all of them')
  runs.command('show').argument('<run>')
  all
    .command('export')
    .argument('<what>')
    .addOption(new Option('--preset <name>', 'columns').choices(['script-users', 'portal-users']))
    .option('--to <file>')
    .option('--for <operation...>')
  all.command('__complete', { hidden: true })
  return all
}

const launcher = fileURLToPath(new URL('../../bin/entrapipe.js', import.meta.url))
const started = async (cwd: string, args: readonly string[]) => {
  const { NODE_OPTIONS: _, ...env } = process.env
  return spawnSync(process.execPath, [launcher, ...args], { cwd, env, encoding: 'utf8' })
}

const asked: [string, readonly string[]][] = []
const values = async (...words: string[]) =>
  (
    await suggest(program(), words, (name, before) => {
      asked.push([name, before])
      return name === 'show run' ? ['r1', 'r2'] : name === '--for' ? ['users', 'groups'] : []
    })
  ).map(({ value }) => value)

t.test('commands and subcommands are completed, without hidden ones', async t => {
  t.strictSame(await values(''), ['runs', 'export'])
  t.strictSame(await values('runs', 'l'), ['list'])
  t.strictSame(await suggest(program(), ['ru'], () => []), [{ value: 'runs', about: 'what ran' }])
})

t.test('options of the command and of the program are completed, without hidden ones', async t => {
  t.strictSame(await values('export', 'x', '--'), ['--preset', '--to', '--for', '--json'])
  t.strictSame(await values('--se'), [])
})

t.test('choices of an option are completed, also after an equals sign', async t => {
  t.strictSame(await values('export', '--preset', 'por'), ['portal-users'])
  t.strictSame(await values('export', '--preset=s'), ['--preset=script-users'])
})

t.test('values that depend on the environment are requested, with the words typed so far', async t => {
  t.strictSame(await values('runs', 'show', 'r2'), ['r2'])
  asked.length = 0
  t.strictSame(await values('export', '--for', 'export', 'g'), ['groups'])
  t.strictSame(await values('export', '--for', 'export,u'), ['export,users'])
  t.strictSame(asked, [
    ['--for', ['export']],
    ['--for', []],
  ])
})

t.test('a file name gets no suggestions, and an option after it is completed again', async t => {
  t.strictSame(await values('export', 'x', '--to', 'a'), [])
  t.strictSame(await values('export', 'x', '--to', 'a.csv', '--pre'), ['--preset'])
  t.strictSame(await values('export', '--for', 'users', '--pre'), ['--preset'])
})

t.test('the program completes its tenants and operations', async t => {
  const work = t.testdir({})
  const tenants = { contoso: { tenantId, credential: { kind: 'azure-cli' } } }
  writeFileSync(join(work, 'entrapipe.config.json'), JSON.stringify({ tenants }))
  const complete = async (...words: string[]) =>
    (await runCommand(fakeEnvironment(work), ['__complete', '--', ...words])).out
  t.equal(await complete('tenants', 'check', '--tenant', ''), 'contoso\t\nsandbox\t\n')
  t.equal(await complete('permissions', 'export', 'mem'), 'members\t\nmemberships\t\n')
  t.equal(await complete('tenants', 'app', '--for', 'memb'), 'members\t\n')
  t.match(await complete('tenants', ''), /^add\tadd a tenant to the configuration\nupdate\t.*\nlist\t/)
  t.equal(await complete('completion', 'z'), 'zsh\t\n')
})

t.test('with an unreadable configuration only built-in names are completed', async t => {
  const work = t.testdir({ 'entrapipe.config.json': '{' })
  t.equal(
    (await runCommand(fakeEnvironment(work), ['__complete', '--', 'tenants', 'check', '--tenant', ''])).out,
    'sandbox\t\n',
  )
})

t.test('every shell has a script that calls the program', async t => {
  for (const shell of completionShells) {
    const { out } = await runCommand(fakeEnvironment('/'), ['completion', shell])
    t.equal(out, completionScript(shell, 'entrapipe'))
    t.match(out, 'entrapipe __complete -- ')
  }
})

t.test('bash accepts the script and completes with it', { skip: process.platform === 'win32' }, async t => {
  const work = t.testdir({ entrapipe: '#!/bin/sh\nshift 2\nfor word; do echo "said-$word\twhat it is"; done\n' })
  chmodSync(join(work, 'entrapipe'), 0o755)
  const text = `${completionScript('bash', 'entrapipe')}
COMP_WORDS=(entrapipe export 'two words' us); COMP_CWORD=3
_entrapipe_complete
printf '%s\\n' "\${COMPREPLY[@]}"
complete -p entrapipe`
  const out = execFileSync('bash', ['--norc', '-c', text], {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${work}${delimiter}${process.env['PATH'] ?? ''}` },
  })
  t.equal(out, 'said-export\nsaid-two words\nsaid-us\ncomplete -o default -F _entrapipe_complete entrapipe\n')
})

t.test('pipelines of the folder and of the package are completed, and then their flags', async t => {
  const work = t.testdir({
    pipelines: {
      'mine.js': `import { flag, pipeline, plan, text } from 'entrapipe'
        export default pipeline({ summary: 'Mine', params: { hireDate: text('when'), dry: flag('only look') }, make: () => plan({}) })`,
      'broken.js': 'export default 1',
    },
  })
  const program = async (...words: string[]) => {
    const { status, stdout } = await started(work, ['__complete', '--', ...words])
    t.equal(status, 0)
    return stdout
  }
  t.match(await program('run', ''), /^broken\t\nbulk-add-members\t\nclean-hr-feed\t\n(.*\n)*mine\t\n/)
  t.equal(await program('check', 'mi'), 'mine\t\n')
  t.match(await program('run', 'mine', '--'), /^--hire-date\twhen \(required\)\n--dry\tonly look\n(.*\n)*--fresh\t/)
  t.match(await program('run', 'mine', '--hire-date', 'x', '--dr'), /^--dry\tonly look\n--dry-run\t/)
  t.notMatch(await program('check', 'mine', '--'), /--fresh/)
  t.equal(await program('run', 'mine', '--tenant', 's'), 'sandbox\t\n')
  t.match(await program('run', 'broken', '--'), /--json/, 'one that cannot be loaded is no error here')
})
