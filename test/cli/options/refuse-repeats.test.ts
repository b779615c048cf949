import { Command } from 'commander'
import t from 'tap'
import { addParamOptions } from '../../../src/cli/options/param-options.ts'
import { refuseRepeats } from '../../../src/cli/options/refuse-repeats.ts'
import { flag, list, readParams, text } from '../../../src/engine/params.ts'
import { optionsOf } from './options-of.ts'

for (const [option, value] of [
  ['--filter', "startswith(displayName,'a')"],
  ['--preset', 'portal-users'],
  ['--to', 'x.csv'],
  ['--limit', '5'],
  ['--tenant', 'contoso'],
  ['--auth', 'azure-cli'],
  ['--checkpoint-rows', '10'],
  ['--config', 'x.json'],
] as const)
  t.test(`${option} given twice is refused, however it is written`, async t => {
    const error = { code: 'USAGE', message: `${option} can be given only once.` }
    await t.rejects(optionsOf(['export', 'users', option, value, option, value]), error)
    await t.rejects(optionsOf(['export', 'users', `${option}=${value}`, option, value]), error)
  })

t.test('a repeated option is refused in every command', async t => {
  for (const argv of [
    ['filter', 'a eq 1', '--to', 'a.csv', '--to', 'b.csv'],
    ['runs', 'list', '--status', 'done', '--status', 'failed'],
    ['runs', 'results', '20261121', '--outcome', 'failed', '--outcome', 'done'],
    ['tenants', 'check', '--tenant', 'a', '--tenant', 'b'],
    ['sandbox', '--users', '5', '--users', '6'],
    ['check', '--tenant', 'a', '--tenant', 'b'],
  ])
    await t.rejects(optionsOf(argv), { code: 'USAGE', message: /can be given only once/ }, argv.join(' '))
})

t.test('a flag without a value means the same twice, in every command', async t => {
  for (const [command, flags] of [
    [
      ['export', 'users'],
      ['--delta', '--transitive', '--advanced', '--allow-empty', '--no-trailer', '--fresh', '--quiet'],
    ],
    [
      ['filter', 'a eq 1'],
      ['--no-trailer', '--quiet'],
    ],
    [
      ['users', 'update', '--from', 'x.csv'],
      ['--dry-run', '--yes'],
    ],
    [['verify', 'x.csv'], ['--json']],
    [['runs', 'list'], ['--json']],
  ] as const)
    for (const flag of flags)
      t.strictSame(
        await optionsOf([...command, flag, flag]),
        await optionsOf([...command, flag]),
        `${command[0]} ${flag}`,
      )
})

t.test('lists accumulate, and a repeated value is not an error', async t => {
  t.match(await optionsOf(['export', 'users', '--select', 'id,mail', '--select', 'city', '--quiet', '--quiet']), {
    select: ['id', 'mail', 'city'],
    quiet: true,
  })
  t.match(await optionsOf(['tenants', 'check', '--for', 'export users', '--for', 'members']), {
    for: ['export users', 'members'],
  })
})

t.test('parameters of a pipeline accumulate or are refused too', async t => {
  const params = { only: list('which'), from: text('a file'), loud: flag('says more') }
  const read = (...argv: readonly string[]) => {
    const command = refuseRepeats(addParamOptions(new Command().exitOverride(), params))
    return readParams(params, command.parse([...argv], { from: 'user' }).opts())
  }
  t.strictSame(read('--only', 'a, b', '--from', 'x', '--only=c', '--loud', '--loud'), {
    only: ['a', 'b', 'c'],
    from: 'x',
    loud: true,
  })
  t.throws(() => read('--only', 'a', '--from', 'x', '--from', 'y'), {
    code: 'USAGE',
    message: /^--from can be given only once/,
  })
})
