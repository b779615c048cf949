import { InvalidArgumentError, Option } from 'commander'
import type { SandboxState } from '../../sandbox/process/state-file.ts'
import type { Cli, CommandModule } from '../cli.ts'
import { examples } from '../examples.ts'
import { whole } from '../values.ts'
import { count } from '../words.ts'

interface SandboxOptions {
  readonly users?: number
  readonly seed?: number
  readonly host?: string
  readonly port?: number
  readonly http?: boolean
  readonly latency?: number
  readonly throttle?: 'off' | 'real'
  readonly timeScale?: number
  readonly tokenLifetime?: number
}

const add: CommandModule = (program, cli) => {
  const sandbox = program
    .command('sandbox')
    .summary('a local Microsoft Graph with a synthetic tenant')
    .description(
      'Serves a local Microsoft Graph with a synthetic tenant until it is ended. `--tenant sandbox` then means this one.',
    )
    .option('--users <count>', 'how many users the tenant has (100000)', whole('--users', 1))
    .option('--seed <number>', 'another seed is another tenant (1)', whole('--seed', 0))
    .option('--host <address>', 'where to listen (127.0.0.1)')
    .option('--port <number>', 'where to listen; 0 is any free one (0)', whole('--port', 0))
    .option('--http', 'plain http instead of https')
    .addOption(new Option('--latency <time>', 'before every reply, such as 200ms (0)').argParser(milliseconds))
    .addOption(new Option('--throttle <mode>', 'real: the service’s documented limits (off)').choices(['off', 'real']))
    .addOption(
      new Option('--time-scale <factor>', 'how many times faster the windows of throttling run (1)').argParser(factor),
    )
    .option('--token-lifetime <seconds>', 'how long a token is good for (3599)', whole('--token-lifetime', 1))
    .addHelpText(
      'after',
      examples(
        'sandbox --users 1000000 --latency 200ms --throttle real',
        'sandbox --port 0 --http --json',
        'sandbox status',
      ),
    )
    .action(async ({ http, latency, tokenLifetime, ...rest }: SandboxOptions) => {
      const { runSandbox } = await import('../../sandbox/main.ts')
      await runSandbox({
        stateDir: await folderOf(cli),
        foreground: true,
        clock: cli.clock,
        signal: cli.signal,
        settings: {
          ...rest,
          ...(http ? { tls: false } : {}),
          ...(latency === undefined ? {} : { latencyMs: latency }),
          ...(tokenLifetime === undefined ? {} : { tokenLifetimeSeconds: tokenLifetime }),
        },
        onReady: state =>
          cli.json() ? cli.stdout.write(`${JSON.stringify(publicState(state))}\n`) : lines(state).forEach(cli.say),
      })
    })
  sandbox
    .command('status')
    .summary('whether one runs, and where')
    .addHelpText('after', examples('sandbox status', 'sandbox status --json'))
    .action(async () => {
      const { sandboxStatus } = await import('../../sandbox/process/commands.ts')
      const state = await sandboxStatus(await folderOf(cli))
      if (cli.json())
        cli.stdout.write(`${JSON.stringify(state ? { running: true, ...publicState(state) } : { running: false })}\n`)
      else if (state) lines(state).forEach(cli.say)
      else cli.say('No sandbox is running. It starts by itself with --tenant sandbox.')
    })
  sandbox
    .command('stop')
    .summary('ends it; what was changed stays')
    .addHelpText('after', examples('sandbox stop'))
    .action(async () => {
      const { stopSandbox } = await import('../../sandbox/process/commands.ts')
      cli.say(
        (await stopSandbox(await folderOf(cli), cli.clock)) ? 'The sandbox has stopped.' : 'No sandbox was running.',
      )
    })
  sandbox
    .command('reset')
    .summary('ends it and forgets every change')
    .addHelpText('after', examples('sandbox reset'))
    .action(async () => {
      const { resetSandbox } = await import('../../sandbox/process/commands.ts')
      await resetSandbox(await folderOf(cli), cli.clock)
      cli.say('The sandbox is as new.')
    })
}

const folderOf = async (cli: Cli): Promise<string> => (await import('../embedded-sandbox.ts')).sandboxFolder(cli)

/** What a client of another make needs; what steers the sandbox stays in its state file. */
const publicState = (state: SandboxState): Record<string, unknown> => ({
  baseUrl: state.baseUrl,
  authorityUrl: state.authorityUrl,
  tenantId: state.tenantId,
  clientId: state.clientId,
  secretFile: state.secretFile,
  caFile: state.caFile ?? null,
  domain: state.domain,
  sample: state.sample,
})

const lines = (state: SandboxState): readonly string[] => [
  `A local Microsoft Graph with ${count(state.settings.users ?? 100_000)} users at ${state.baseUrl}`,
  `  sign-in    ${state.authorityUrl}`,
  `  tenant     ${state.tenantId} (${state.domain})`,
  `  app        ${state.clientId}, its secret is in ${state.secretFile}`,
  ...(state.caFile ? [`  CA         ${state.caFile} (NODE_EXTRA_CA_CERTS for clients of Node)`] : []),
  `  a user     ${state.sample.userPrincipalName}`,
  state.foreground
    ? 'Ctrl-C ends it. entrapipe commands reach it with --tenant sandbox.'
    : 'It stops after ten idle minutes.',
]

/** `200ms`, `1.5s` or `200` as milliseconds. */
const milliseconds = (text: string): number => {
  const read = /^(\d+(?:\.\d+)?)(ms|s)?$/.exec(text)
  if (!read) throw new InvalidArgumentError(`Expected a time such as 200ms or 1.5s, got "${text}".`)
  return Number(read[1]) * (read[2] === 's' ? 1000 : 1)
}

const factor = (text: string): number => {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError(`Expected a number above 0, got "${text}".`)
  return value
}
export default add
