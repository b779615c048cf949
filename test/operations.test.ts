import { readFileSync, writeFileSync } from 'node:fs'
import { Command } from 'commander'
import t from 'tap'
import type { Cli } from '../src/cli/cli.ts'
import { commands } from '../src/cli/main.ts'
import { openBed } from './e2e/bed.ts'
import { blocksOf, tableOf, textOf } from './markdown.ts'

const page = 'docs/operations.md'
const bed = await openBed(t, { users: 300 })
const { sandbox } = bed
const desk = bed.desk({
  config: { tenants: {}, defaults: { graphUrl: sandbox.baseUrl, authorityUrl: sandbox.authorityUrl } },
})

t.test('entrapipe accepts every command of the page', async t => {
  const lines = textOf(page)
    .replaceAll(/\\\n */g, '')
    .replace(/^ *args: \[(.*)\]$/m, (_, args: string) => `entrapipe ${args.replaceAll(', ', ' ')}`)
    .split('\n')
  const typed = lines.flatMap(
    line => /(?:^|\s|\/|&& )entrapipe ((?:export|tenants|verify) [^"`<]+)/.exec(line)?.[1] ?? [],
  )
  t.ok(typed.length >= 7, `${typed.length} commands`)
  for (const line of new Set(typed)) {
    const program = await commands(new Command('entrapipe'), { json: () => false } as unknown as Cli)
    const words = line.trim().replace(/,$/, '').split(' ')
    let command: Command = program
    for (const word of words) command = command.commands.find(one => one.name() === word) ?? command
    let isTaken = false
    command.action(() => void (isTaken = true))
    await program.parseAsync(words, { from: 'user' })
    t.ok(isTaken, line)
  }
})

t.test('the cron script signs in with environment variables only, and writes the file', async t => {
  const script = blocksOf(page).find(({ section, text }) => section === 'cron' && text.startsWith('#!'))!.text
  writeFileSync(
    desk.path('entra.env'),
    [
      `AZURE_TENANT_ID=${sandbox.tenantId}`,
      `AZURE_CLIENT_ID=${sandbox.clientId}`,
      `AZURE_CLIENT_SECRET='${readFileSync(sandbox.secretFile, 'utf8').trim()}'`,
    ].join('\n'),
  )
  const run = () =>
    desk.shell(
      script
        .replace('/etc/entrapipe/entra.env', './entra.env')
        .replace('/var/lib/entrapipe', desk.path('store'))
        .replace('/srv/entra', desk.folder),
    )
  t.strictSame(await run(), { status: 0, stdout: '', stderr: '' })
  t.equal(desk.read('users.csv').trimEnd().split('\n').length, 301)
  const { status, stdout } = await desk.run(['verify', 'users.csv'])
  t.equal(status, 0)
  t.match(stdout, /users\.csv/)
})

t.test('the table lists exactly the variables that are read', async t => {
  const { environmentSignIn, environmentAuthority } = await import('../src/tenants/environment-sign-in.ts')
  const read = new Set<string>()
  const seen = (values: Readonly<Record<string, string>>) => ({
    variable: (name: string) => (read.add(name), values[name]),
    cwd: '/',
    home: '/',
    tmp: '/',
    platform: 'linux' as const,
  })
  const names = { AZURE_TENANT_ID: sandbox.tenantId, AZURE_CLIENT_ID: sandbox.clientId }
  environmentSignIn(
    seen({ ...names, AZURE_CLIENT_CERTIFICATE_PATH: 'x', AZURE_CLIENT_CERTIFICATE_PASSWORD: 'y' }),
    undefined,
  )
  environmentSignIn(seen({ ...names, AZURE_FEDERATED_TOKEN_FILE: 'x' }), undefined)
  environmentAuthority(seen({}), {})
  t.strictSame(
    tableOf(page, 'Signing in')
      .map(([cell]) => cell!.replaceAll('`', ''))
      .sort(),
    [...read].sort(),
  )
})
