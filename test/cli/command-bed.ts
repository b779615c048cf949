import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { Command, CommanderError } from 'commander'
import type { Test } from 'tap'
import type { Cli } from '../../src/cli/cli.ts'
import { expectCommand } from '../../src/cli/command-line/expect-command.ts'
import { tell } from '../../src/cli/command-line/tell.ts'
import { tellUsage } from '../../src/cli/command-line/tell-usage.ts'
import { commands } from '../../src/cli/main.ts'
import { systemClock, type Clock } from '../../src/core/clock.ts'
import { sandboxStatus } from '../../src/sandbox/process/commands.ts'
import { runSandbox } from '../../src/sandbox/main.ts'
import type { SandboxSettings } from '../../src/sandbox/settings.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import { fakeEnvironment } from '../tenants/fake-environment.ts'
import { typeAnswers } from './tenants-cli.ts'

interface Ran {
  readonly stdout: string
  readonly stderr: string
  readonly status: number
}

interface How {
  /** Typed at a terminal, each when its question is shown. */
  readonly answers?: readonly (readonly [shown: RegExp, typed: string])[]
  /** What is on stdin. @default a terminal with `answers`, otherwise nothing */
  readonly piped?: string
  readonly clock?: Clock
  readonly signal?: AbortSignal
  /** Called with what is on stderr, after each message. */
  readonly saw?: (said: string) => void
}

/** A folder with files and a store, where commands run in this process, as `main` runs them. */
export const commandBed = async (
  t: Test,
  files: Readonly<Record<string, string>> = {},
  sandbox: SandboxSettings = { users: 300, tls: false },
) => {
  const folder = t.testdir({})
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const environment = fakeEnvironment(folder, { ENTRAPIPE_STORE: join(folder, 'store') })
  const store = (): Store => openStore({ environment, clock: systemClock })
  const stateDir = await sandboxFolderOf(store)
  await standing(t, stateDir, sandbox)
  const control = async (method: string, path: string): Promise<string> => {
    const { controlUrl, controlKey } = (await sandboxStatus(stateDir))!
    return (await fetch(`${controlUrl}${path}`, { method, headers: { 'x-sandbox-key': controlKey } })).text()
  }

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
    await commands(program, cli, text => void stdout.write(text))
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
    /** How the sandbox is reached, for a configuration. */
    connection: async () => (await sandboxStatus(stateDir))!,
    /** Calls the sandbox's control endpoint. */
    control,
    /** What was done to objects of a kind, by the sandbox's own record. */
    truth: async (kind: string) =>
      (await control('GET', `/truth?kind=${kind}`))
        .trim()
        .split('\n')
        .filter(line => line !== '')
        .map(line => JSON.parse(line) as Readonly<Record<string, unknown>>),
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

const sandboxFolderOf = async (open: () => Store): Promise<string> => {
  const opened = open()
  try {
    return opened.folder.folder('sandbox')
  } finally {
    await opened.close()
  }
}

/** The sandbox of the store runs in this process. */
const standing = async (t: Test, stateDir: string, settings: SandboxSettings): Promise<void> => {
  const end = new AbortController()
  let ended: Promise<unknown> = Promise.resolve()
  await new Promise<void>((resolve, reject) => {
    ended = runSandbox({ stateDir, settings, foreground: true, signal: end.signal, onReady: () => resolve() })
    ended.catch(reject)
  })
  t.teardown(async () => {
    end.abort()
    await ended
  })
}

/** The last line of stdout with `--json`, and the id of the run apart. */
export const summaryOf = ({ stdout }: Pick<Ran, 'stdout'>) => {
  const { run, ...summary } = JSON.parse(stdout.trim().split('\n').at(-1)!) as {
    readonly run: string
    readonly counts: Readonly<Record<string, number>>
    readonly unchecked?: readonly string[]
  }
  return { run, summary }
}
