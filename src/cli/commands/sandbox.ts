import { InvalidArgumentError, Option, type Command } from 'commander'
import { EntrapipeError } from '../../core/errors.ts'
import type { LicenceSettings } from '../../sandbox/directory/licences/settings.ts'
import type { SandboxState } from '../../sandbox/process/state-file.ts'
import type { Cli, CommandModule } from '../cli.ts'
import { examples } from '../command-line/examples.ts'
import { printLines } from '../command-line/print.ts'
import { port, whole } from '../options/values.ts'
import { count } from '../report/words.ts'
import { given } from '../../core/given.ts'

interface SandboxOptions {
  readonly users?: number
  readonly tenants?: number
  readonly seed?: number
  readonly host?: string
  readonly port?: number
  readonly http?: boolean
  readonly latency?: number
  readonly throttle?: 'off' | 'real'
  readonly timeScale?: number
  readonly tokenLifetime?: number
  /** JSON file. */
  readonly licences?: string
}

/** Each has memory of its own, once it is used. */
const mostTenants = 1000

const add: CommandModule = (program, cli) => {
  const sandbox = program
    .command('sandbox')
    .summary('run a local Microsoft Graph with a synthetic tenant')
    .description(
      'Serves a local Microsoft Graph with a synthetic tenant until you stop it. `--tenant sandbox` connects to it.',
    )
    .option('--users <count>', 'number of users in the tenant (100000)', whole('--users', 1))
    .option(
      '--tenants <count>',
      'number of tenants, each with its own users, quota and app; a configuration with all of them is written (1)',
      whole('--tenants', 1, mostTenants),
    )
    .option('--seed <number>', 'seed of the synthetic data; each seed gives another tenant (1)', whole('--seed', 0))
    .option('--host <address>', 'address to listen on (127.0.0.1)')
    .option('--port <number>', 'port to listen on; 0 picks a free one (0)', port)
    .option('--http', 'serve plain http instead of https')
    .addOption(
      new Option('--latency <time>', 'delay before each reply, with its unit: 200ms or 1.5s (0ms)').argParser(
        milliseconds,
      ),
    )
    .addOption(
      new Option('--throttle <mode>', 'real: enforce the documented limits of the service (off)').choices([
        'off',
        'real',
      ]),
    )
    .addOption(
      new Option('--time-scale <factor>', 'speed up the throttling windows by this factor (1)').argParser(factor),
    )
    .option('--licences <file>', 'products of the tenant and who has them, a JSON file (see docs/sandbox.md)')
    .option('--token-lifetime <seconds>', 'lifetime of access tokens (3599)', whole('--token-lifetime', 1))
    .addHelpText(
      'after',
      examples(
        'sandbox --users 1000000 --latency 200ms --throttle real',
        'sandbox --port 0 --http --json',
        'sandbox --licences licences.json',
        'sandbox --tenants 200 --users 500',
        'sandbox status',
      ),
    )
    .action(async ({ http, latency, tokenLifetime, licences, ...rest }: SandboxOptions) => {
      const [{ runSandbox }, { writeSandboxTenants }] = await Promise.all([
        import('../../sandbox/main.ts'),
        import('../tenants/sandbox-tenants.ts'),
      ])
      await runSandbox({
        stateDir: await folderOf(cli),
        foreground: true,
        clock: cli.clock,
        signal: cli.signal,
        settings: {
          ...rest,
          ...(licences === undefined ? {} : { licences: await licencesIn(licences, cli) }),
          ...(http ? { tls: false } : {}),
          ...(latency === undefined ? {} : { latencyMs: latency }),
          ...(tokenLifetime === undefined ? {} : { tokenLifetimeSeconds: tokenLifetime }),
        },
        async onReady(state, folder) {
          const config = state.others && (await writeSandboxTenants(folder, state))
          if (cli.json()) return printLines(cli, [JSON.stringify({ ...publicState(state), ...given({ config }) })])
          lines(state, true, config).forEach(cli.say)
        },
      })
    })
  sandbox
    .command('status')
    .summary('show whether a sandbox is running, and where')
    .description('Shows whether a sandbox is running, its address, and the size of its tenant.')
    .addHelpText('after', examples('sandbox status', 'sandbox status --json'))
    .action(async () => {
      refuseOptions(sandbox, 'status')
      const { sandboxStatus } = await import('../../sandbox/process/commands.ts')
      const state = await sandboxStatus(await folderOf(cli))
      if (cli.json())
        await printLines(cli, [JSON.stringify(state ? { running: true, ...publicState(state) } : { running: false })])
      else
        await printLines(
          cli,
          state ? lines(state, false) : ['No sandbox is running. A command with --tenant sandbox starts one.'],
        )
    })
  sandbox
    .command('stop')
    .summary('stop the sandbox; changes are kept')
    .description('Stops the running sandbox. Changes to its directory are kept for the next start.')
    .addHelpText('after', examples('sandbox stop'))
    .action(async () => {
      refuseOptions(sandbox, 'stop')
      const { stopSandbox } = await import('../../sandbox/process/commands.ts')
      const stopped = await stopSandbox(await folderOf(cli), cli.clock)
      if (cli.json()) await printLines(cli, [JSON.stringify({ stopped })])
      else cli.say(stopped ? 'Stopped the sandbox.' : 'No sandbox was running.')
    })
  sandbox
    .command('reset')
    .summary('stop the sandbox and discard all changes')
    .description('Stops the sandbox and discards all changes. The next start has the original directory.')
    .addHelpText('after', examples('sandbox reset'))
    .action(async () => {
      refuseOptions(sandbox, 'reset')
      const { resetSandbox } = await import('../../sandbox/process/commands.ts')
      await resetSandbox(await folderOf(cli), cli.clock)
      if (cli.json()) await printLines(cli, [JSON.stringify({ reset: true })])
      else cli.say('Reset the sandbox.')
    })
}

/** @throws EntrapipeError `FILE_MISSING`, `FILE_UNREADABLE`, `OPTION_INVALID` */
const licencesIn = async (file: string, cli: Cli): Promise<LicenceSettings> => {
  const [{ readFile }, { absolute }, { readError }, { licenceSettingsIn }] = await Promise.all([
    import('node:fs/promises'),
    import('../../core/absolute.ts'),
    import('../../places/file-errors.ts'),
    import('../../sandbox/directory/licences/settings.ts'),
  ])
  const path = absolute(cli.environment, file)
  const text = await readFile(path, 'utf8').catch(error => {
    throw readError(error, path)
  })
  return licenceSettingsIn(text, file)
}

/** The options for starting a sandbox have no effect on subcommands, so subcommands refuse them. */
const refuseOptions = (sandbox: Command, name: string): void => {
  const given = sandbox.options.filter(option => sandbox.getOptionValue(option.attributeName()) !== undefined)
  if (given.length > 0)
    throw new EntrapipeError(
      'USAGE',
      `${given.map(({ long }) => long).join(', ')} cannot be used with \`sandbox ${name}\`.`,
      {
        fix: `Use ${given.length === 1 ? 'it' : 'them'} to start a sandbox in the foreground: \`entrapipe sandbox ${given[0]!.long} …\`.`,
      },
    )
}

const folderOf = async (cli: Cli): Promise<string> =>
  (await import('../running/embedded-sandbox.ts')).sandboxFolder(cli)

/** The state that other clients need. The control key stays in the state file. */
const publicState = (state: SandboxState): Record<string, unknown> => ({
  baseUrl: state.baseUrl,
  authorityUrl: state.authorityUrl,
  tenantId: state.tenantId,
  clientId: state.clientId,
  secretFile: state.secretFile,
  caFile: state.caFile ?? null,
  domain: state.domain,
  sample: state.sample,
  ...(state.shared ? { shared: state.shared } : {}),
  ...(state.aside ? { aside: true } : {}),
})

const lines = (state: SandboxState, isHere: boolean, config?: string): readonly string[] => [
  `A local Microsoft Graph with ${count(state.settings.users ?? 100_000)} users at ${state.baseUrl}`,
  `  sign-in    ${state.authorityUrl}`,
  `  tenant     ${state.tenantId} (${state.domain})`,
  `  app        ${state.clientId}, with its secret in ${state.secretFile}`,
  ...(state.caFile ? [`  CA         ${state.caFile} (for Node.js clients: NODE_EXTRA_CA_CERTS)`] : []),
  `  a user     ${state.sample.userPrincipalName}`,
  ...(config === undefined
    ? []
    : [`  tenants    sandbox-1 to sandbox-${state.others!.length + 1}, with --config ${config}`]),
  ...(state.shared
    ? [`  one app    ${state.shared.clientId}, for tenants that consent, with its secret in ${state.shared.secretFile}`]
    : []),
  endLine(state, isHere),
]

/** @param isHere whether this process runs the sandbox */
const endLine = (state: SandboxState, isHere: boolean): string => {
  if (!state.foreground) return 'It stops after ten idle minutes. To stop it now: entrapipe sandbox stop'
  if (!isHere) return 'It runs in the foreground of another terminal. To stop it: entrapipe sandbox stop'
  return state.aside
    ? 'Press Ctrl-C to stop it. Another sandbox was started first: --tenant sandbox and `sandbox stop` use that one. Use the address to reach this one.'
    : 'Press Ctrl-C to stop it. entrapipe commands connect to it with --tenant sandbox.'
}

/** Parses `200ms` or `1.5s`. */
const milliseconds = (text: string): number => {
  const read = /^(\d+(?:\.\d+)?)(ms|s)$/.exec(text)
  if (!read) throw new InvalidArgumentError(`Expected a time with its unit, such as 200ms or 1.5s, got "${text}".`)
  return Number(read[1]) * (read[2] === 's' ? 1000 : 1)
}

const factor = (text: string): number => {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError(`Expected a number above 0, got "${text}".`)
  return value
}
export default add
