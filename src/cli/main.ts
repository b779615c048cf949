import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { systemClock } from '../core/clock.ts'
import { printableLines } from '../core/printable.ts'
import { processEnvironment } from '../core/environment.ts'
import { DownstreamClosed } from '../core/downstream-closed.ts'
import { EntrapipeError } from '../core/errors.ts'
import type { Store } from '../store/store.ts'
import type { Cli, CommandModule } from './cli.ts'
import { exitCodes } from './command-line/exit-codes.ts'
import { expectCommand } from './command-line/expect-command.ts'
import { print } from './command-line/print.ts'
import { asTyped, configFlag, programName } from './command-line/program-name.ts'
import { refuseBlanks } from './options/refuse-blanks.ts'
import { refuseRepeats } from './options/refuse-repeats.ts'
import { refuseSwallowed } from './options/refuse-swallowed.ts'
import { requireLast } from './options/require-last.ts'
import { tell } from './command-line/tell.ts'
import { tellUsage } from './command-line/tell-usage.ts'
import { version } from '../core/version.ts'

/** A second signal does not wait for the run, which then looks as after a crash. */
const endedFix = { fix: '`entrapipe runs list` shows runs that were in progress; they can be resumed.' }

/** Runs the command line of this process and ends it with the status of `docs/exit-codes.md`. */
export const main = async (argv: readonly string[] = process.argv.slice(2)): Promise<never> => {
  const stop = new AbortController()
  const interrupted = (signal: 'SIGINT' | 'SIGTERM'): void => {
    if (stop.signal.aborted) {
      tell(new EntrapipeError(signal === 'SIGINT' ? 'INTERRUPTED' : 'TERMINATED', 'Ended at once.', endedFix), {
        json: () => argv.includes('--json'),
        say: line => void process.stderr.write(`${asTyped(line, programName(processEnvironment()))}\n`),
        stderr: process.stderr,
      })
      process.exit(signal === 'SIGINT' ? 130 : 143)
    }
    stop.abort(
      signal === 'SIGINT'
        ? new EntrapipeError('INTERRUPTED', 'Interrupted.')
        : new EntrapipeError('TERMINATED', 'Terminated.'),
    )
  }
  process.on('SIGINT', interrupted).on('SIGTERM', interrupted)
  // A closed stderr is not an error: nobody reads the messages.
  process.stderr.on('error', () => undefined)
  const status = await runCommandLine(argv, {
    environment: processEnvironment(),
    clock: systemClock,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    signal: stop.signal,
  })
  await Promise.race([flushed(process.stderr), lateAfter(stop.signal)])
  process.exit(status)
}

/** What a command line runs in. */
type Surroundings = Pick<Cli, 'environment' | 'clock' | 'stdin' | 'stdout' | 'stderr' | 'signal'>

/**
 * Runs a command line and returns its exit status. Errors are reported on stderr. The rows of a pipeline are read from and
 * written to the stdin and stdout of the process.
 */
export const runCommandLine = async (argv: readonly string[], surroundings: Surroundings): Promise<number> => {
  const { environment, clock, stderr } = surroundings
  let status = 0
  let store: Promise<Store> | undefined
  const openStore = async (): Promise<Store> =>
    (await import('../store/open-store.ts')).openStore({ environment, clock })
  const program = new Command('entrapipe')
  let name: string | undefined
  const cli: Cli = {
    ...surroundings,
    json: () => program.opts<{ json?: boolean }>().json === true,
    config: () => program.opts<{ config?: string }>().config,
    store: () => (store ??= openStore()),
    // On a terminal the progress line is erased, and redrawn below the message.
    say(given) {
      const line = printableLines(asTyped(given, (name ??= programName(environment)), configFlag(cli)))
      stderr.write(stderr.isTTY ? `\r\u001b[K${line}\n` : `${line}\n`)
    },
    exit: told => void (status = Math.max(status, told)),
  }
  let help = ''
  try {
    await commands(program, cli, text => void (help += text), argv[0])
    // Errors during parsing are also reported as JSON.
    if (argv.includes('--json')) program.setOptionValue('json', true)
    expectCommand(program, argv)
    try {
      await program.parseAsync(argv, { from: 'user' })
    } finally {
      if (help !== '') await print(cli, help)
    }
  } catch (error) {
    if (error instanceof CommanderError) status = tellUsage(error, cli)
    else if (!(error instanceof DownstreamClosed)) status = tell(error, cli)
  } finally {
    // The error of a store that could not be opened is already reported.
    await store?.then(
      opened => opened.close(),
      () => undefined,
    )
  }
  return status
}

/** Resolves when everything queued before has been written, or has failed. */
const flushed = (stream: NodeJS.WriteStream): Promise<void> => new Promise(resolve => stream.write('', () => resolve()))

/** After a signal, the process waits at most a second for its last output to be read. */
const lateAfter = async (signal: AbortSignal): Promise<void> => {
  if (!signal.aborted) await once(signal, 'abort')
  await systemClock.sleep(1000, new AbortController().signal)
}

/**
 * The program with all its commands, or with the only one that is needed if the first word of the command line is its name. Each
 * file in `commands/` adds its own.
 */
export const commands = async (
  program: Command,
  cli: Cli,
  show: (text: string) => void = text => void cli.stdout.write(text),
  first?: string,
): Promise<Command> => {
  program
    .description('Streaming bulk operations for Microsoft Entra ID')
    .version(version)
    .option('--config <file>', 'configuration file (the nearest entrapipe.config.ts)')
    .option('--json', 'print results and errors as JSON')
    .helpCommand(true)
    .configureHelp({
      showGlobalOptions: true,
      sortSubcommands: false,
      // Options of a command between, as `sandbox`, have no effect on the commands below it.
      visibleGlobalOptions: command => (command.parent ? [...program.options] : []),
    })
    .exitOverride()
    .configureOutput({
      writeOut: text => show(asTyped(text, programName(cli.environment))),
      writeErr: text => void cli.stderr.write(asTyped(text, programName(cli.environment))),
      // A thrown value is reported like any other error: in one line, or as JSON.
      outputError: () => undefined,
    })
    .addHelpText('after', `\n${exitCodes}`)
  const folder = new URL('commands/', import.meta.url)
  const all = readdirSync(folder).filter(file => /^[a-z-]+\.[jt]s$/.test(file))
  const named = all.filter(file => nameOf(file) === first?.replace(/^__/, ''))
  // Loading the modules of all commands takes longer than many a command itself.
  for (const file of named.length > 0 ? named : all.sort(byImportance)) {
    const { default: add } = (await import(new URL(file, folder).href)) as { default: CommandModule }
    add(program, cli)
  }
  return requireLast(refuseSwallowed(refuseBlanks(refuseRepeats(program))))
}

/** Reading, changing, what became of it, the rest. Others come after these. */
const important =
  'export filter diff hr-feed onboard offboard verify users groups members owners admin-units devices apps service-principals app-roles roles licenses template apply runs serve worker store jobs schedule access audit run check tenants permissions sandbox'.split(
    ' ',
  )

const nameOf = (file: string): string => file.split('.')[0]!

const byImportance = (a: string, b: string): number => {
  const rank = (file: string): number =>
    (important.indexOf(nameOf(file)) + important.length + 1) % (important.length + 1)
  return rank(a) - rank(b)
}
