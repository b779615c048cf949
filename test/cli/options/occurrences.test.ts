import { Command } from 'commander'
import t from 'tap'
import { occurrences } from '../../../src/cli/options/occurrences.ts'

t.test('the words of each occurrence are kept apart', async t => {
  const given = async (...words: readonly string[]) => {
    const program = new Command()
    let found: unknown
    program
      .command('show')
      .option('--for <word...>')
      .option('--name <name>')
      .action((_, command: Command) => void (found = occurrences(command, '--for')))
    await program.parseAsync(['show', ...words], { from: 'user' })
    return found
  }
  t.strictSame(await given(), [])
  t.strictSame(await given('--for', 'export', 'users'), [['export', 'users']])
  t.strictSame(await given('--for', 'export', '--name', 'x', '--for', 'users,groups', 'y'), [
    ['export'],
    ['users,groups', 'y'],
  ])
  t.strictSame(await given('--for=export', '--for=users'), [['export'], ['users']])
})
