import { chmodSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { asTyped, configFlag, programName } from '../../../src/cli/command-line/program-name.ts'
import { runHere } from '../../programs/in-process.ts'

const launcher = fileURLToPath(new URL('../../../bin/entrapipe.js', import.meta.url))
const named = (...folders: readonly string[]): string =>
  programName({ variable: name => (name === 'PATH' ? folders.join(delimiter) : undefined), platform: 'linux' })

t.test(
  'the program is named entrapipe if that is on the PATH, otherwise npx entrapipe',
  { skip: process.platform === 'win32' },
  async t => {
    const folder = t.testdir({ linked: {}, other: {}, none: {}, node_modules: { '.bin': {} } })
    for (const place of ['linked', join('node_modules', '.bin')])
      symlinkSync(launcher, join(folder, place, 'entrapipe'))
    writeFileSync(join(folder, 'other', 'entrapipe'), '#!/bin/sh\n')
    chmodSync(join(folder, 'other', 'entrapipe'), 0o755)
    t.equal(named(join(folder, 'none'), join(folder, 'linked')), 'entrapipe')
    t.equal(named(join(folder, 'none')), 'npx entrapipe')
    t.equal(named(join(folder, 'node_modules', '.bin')), 'npx entrapipe', 'npx puts it there for as long as it runs')
    t.equal(named(join(folder, 'other')), 'npx entrapipe', 'in a clone another installation is another version')
    t.equal(named(), 'npx entrapipe')
  },
)

t.test('every command in a text begins with the name to type, and other text is unchanged', async t => {
  const typed = (text: string): string => asTyped(text, 'npx entrapipe')
  t.equal(typed('See: entrapipe runs list'), 'See: npx entrapipe runs list')
  t.equal(
    typed('`entrapipe runs resume 1`; `entrapipe runs discard 1`'),
    '`npx entrapipe runs resume 1`; `npx entrapipe runs discard 1`',
  )
  t.equal(
    typed('  entrapipe export users | entrapipe filter x'),
    '  npx entrapipe export users | npx entrapipe filter x',
  )
  for (const same of [
    'entrapipe: Interrupted.',
    'a hanging entrapipe process',
    'entrapipe checks it',
    'npx entrapipe runs list',
    '/opt/entrapipe run',
  ])
    t.equal(typed(same), same)
  t.equal(asTyped('entrapipe runs list', 'entrapipe'), 'entrapipe runs list')
})

t.test('the examples of every command have the name to type', async t => {
  const folder = new URL('../../../src/cli/commands/', import.meta.url)
  for (const file of readdirSync(folder)) {
    const command = file.replace('.ts', '')
    // People do not type it.
    if (!['warm', 'job-child', 'make-queue'].includes(command))
      t.equal(asTyped(`entrapipe ${command} x`, 'npx entrapipe'), `npx entrapipe ${command} x`)
  }
})

t.test('commands that use a configuration have the --config that was given, as a shell and JSON take it', async t => {
  const cli = (config: string, json = false) => ({ config: () => config, json: () => json })
  const flag = configFlag(cli("Ann's.json"))!
  t.equal(
    asTyped('To undo it: entrapipe runs undo 1', 'npx entrapipe', flag),
    String.raw`To undo it: npx entrapipe --config 'Ann'\''s.json' runs undo 1`,
  )
  for (const command of ['apply p.jsonl', 'runs retry 1', 'runs resume 1', 'users create', 'tenants check'])
    t.equal(asTyped(`entrapipe ${command}`, 'entrapipe', flag), `entrapipe ${flag} ${command}`)
  t.equal(asTyped('entrapipe runs results 1', 'entrapipe', flag), 'entrapipe runs results 1')
  const told = JSON.stringify({ fix: 'entrapipe runs undo 1' })
  t.strictSame(JSON.parse(asTyped(told, 'entrapipe', configFlag(cli("Ann's.json", true)))), {
    fix: `entrapipe ${flag} runs undo 1`,
  })
  const folder = t.testdir({ 'own servers.json': '{"tenants":{}}' })
  const run = (...argv: readonly string[]) =>
    runHere(argv, { folder, env: { ...process.env, ENTRAPIPE_STORE: join(folder, 'store') } })
  const { stdout, stderr } = await run('--config', 'own servers.json', 'tenants', 'list')
  t.match(stdout + stderr, /entrapipe --config 'own servers.json' tenants add/)
  const undo = await run('--config', 'own servers.json', 'runs', 'undo', '1')
  t.match(undo.stderr, /Run 1 was not found/, 'a command is accepted as it is printed')
})
