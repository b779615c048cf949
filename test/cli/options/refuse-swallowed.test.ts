import t from 'tap'
import { optionsOf } from './options-of.ts'

const reset = ['users', 'reset-password', '--from', 'in.csv'] as const

t.test('another option of the command is no value of an option, also with a value of its own', async t => {
  for (const [option, other, written] of [
    ['--recipient', '--tenant', '--tenant'],
    ['--recipient', '--yes', '--yes'],
    ['--max-failed', '--limit', '--limit=5'],
  ] as const)
    await t.rejects(
      optionsOf([...reset, option, written]),
      {
        code: 'USAGE',
        message: `${option} has no value: ${written} after it is another option.`,
        fix: `Write the value after ${option}.`,
        facts: {},
      },
      other,
    )
})

t.test('a value that only looks like an option is kept', async t => {
  t.match(await optionsOf([...reset, '--columns', '--name=displayName', '--passphrase-env', '-x']), {
    columns: ['--name=displayName'],
    passphraseEnv: '-x',
  })
})
