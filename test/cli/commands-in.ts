import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { Command, CommanderError } from 'commander'
import type { Cli } from '../../src/cli/cli.ts'
import { expectCommand } from '../../src/cli/command-line/expect-command.ts'
import { tell } from '../../src/cli/command-line/tell.ts'
import { tellUsage } from '../../src/cli/command-line/tell-usage.ts'
import { commands } from '../../src/cli/main.ts'
import { systemClock, type Clock } from '../../src/core/clock.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import { fakeEnvironment } from '../tenants/fake-environment.ts'
import { typeAnswers } from './tenants-cli.ts'

/** What a command said, and its exit code. */
export interface Ran {
  readonly stdout: string
  readonly stderr: string
  readonly status: number
}

/** How a command is run. */
export interface How {
  /** Typed at a terminal, each when its question is shown. */
  readonly answers?: readonly (readonly [shown: RegExp, typed: string])[]
  /** What is on stdin. @default a terminal with `answers`, otherwise nothing */
  readonly piped?: string
  readonly clock?: Clock
  readonly signal?: AbortSignal
  /** Called with what is on stderr, after each message. */
  readonly saw?: (said: string) => void
}

/** Runs commands in this process, as `main` runs them, in a folder with files and a store. */
export const commandsIn = (folder: string) => {
  const environment = fakeEnvironment(folder, { ENTRAPIPE_STORE: join(folder, 'store') })
  const store = (): Store => openStore({ environment, clock: systemClock })

  const run = async (argv: readonly string[], { answers, piped, clock = systemClock, signal, saw }: How = {}) => {
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
    let [out, said, status] = ['', '', 0]
    stdout.on('data', chunk => (out += String(chunk)))
    stderr.on('data', chunk => {
      said += String(chunk)
      saw?.(said)
    })
    const isTTY = answers !== undefined
    if (isTTY) typeAnswers(stdin, stderr, [...answers])
    else stdin.end(piped ?? '')
    let opened: Store | undefined
    const program = new Command('entrapipe')
    const cli: Cli = {
      environment,
      clock,
      stdin: Object.assign(stdin, { isTTY }),
      stdout,
      stderr: Object.assign(stderr, { isTTY }),
      signal: signal ?? new AbortController().signal,
      json: () => program.opts<{ json?: boolean }>().json === true,
      config: () => program.opts<{ config?: string }>().config,
      store: async () => (opened ??= openStore({ environment, clock })),
      say: line => void stderr.write(`${line}\n`),
      exit: told => void (status = Math.max(status, told)),
    }
    await commands(program, cli, text => void stdout.write(text), argv[0])
    try {
      expectCommand(program, argv)
      await program.parseAsync(argv, { from: 'user' })
    } catch (error) {
      status = error instanceof CommanderError ? tellUsage(error, cli) : tell(error, cli)
    } finally {
      await opened?.close()
    }
    await new Promise(setImmediate)
    return { stdout: out, stderr: said, status } satisfies Ran
  }
  return {
    folder,
    run: (...argv: readonly string[]) => run(argv),
    runWith: (how: How, ...argv: readonly string[]) => run(argv, how),
    textOf: (name: string) => readFileSync(join(folder, name), 'utf8'),
    write: (name: string, text: string | Buffer) => writeFileSync(join(folder, name), text),
    /** Looks at the store between commands. */
    async look<T>(at: (store: Store) => Promise<T>): Promise<T> {
      const opened = store()
      try {
        return await at(opened)
      } finally {
        await opened.close()
      }
    },
  }
}
