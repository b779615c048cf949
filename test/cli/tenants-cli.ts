import { PassThrough } from 'node:stream'
import { Command } from 'commander'
import type { Cli, CommandModule } from '../../src/cli/cli.ts'
import completion from '../../src/cli/commands/completion.ts'
import permissions from '../../src/cli/commands/permissions.ts'
import template from '../../src/cli/commands/template.ts'
import tenants from '../../src/cli/commands/tenants.ts'
import { systemClock } from '../../src/core/clock.ts'
import type { Environment } from '../../src/core/environment.ts'
import { EntrapipeError } from '../../src/core/errors.ts'

interface Ran {
  readonly out: string
  readonly said: readonly string[]
  readonly status: number
  readonly error?: EntrapipeError
}

const modules: readonly CommandModule[] = [tenants, permissions, completion, template]

/**
 * Runs one of the commands in this process, as `main` does. `answers` are typed at a terminal, each when `wait` is shown;
 * `piped` is on stdin instead.
 */
export const runCommand = async (
  environment: Environment,
  argv: readonly string[],
  answers: readonly (readonly [shown: RegExp, typed: string])[] = [],
  piped?: string,
): Promise<Ran> => {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
  let [out, status] = ['', 0]
  const said: string[] = []
  stdout.on('data', chunk => (out += String(chunk)))
  if (piped === undefined) typeAnswers(stdin, stderr, [...answers])
  else stdin.end(piped)
  const program = new Command('entrapipe').option('--config <file>').option('--json').exitOverride()
  const cli: Cli = {
    environment,
    clock: systemClock,
    stdin: Object.assign(stdin, { isTTY: piped === undefined }),
    stdout,
    stderr,
    signal: new AbortController().signal,
    json: () => program.opts<{ json?: boolean }>().json === true,
    config: () => program.opts<{ config?: string }>().config,
    store: () => {
      throw new Error('these commands keep nothing')
    },
    say: line => void said.push(line),
    exit: told => void (status = Math.max(status, told)),
  }
  for (const add of modules) add(program, cli)
  try {
    await program.parseAsync(argv, { from: 'user' })
  } catch (error) {
    if (!(error instanceof EntrapipeError)) throw error
    return { out, said, status: error.exit, error }
  }
  return { out, said, status }
}

/** Types each answer once its question is on the terminal; an escape sequence may stand anywhere in what is shown. */
export const typeAnswers = (
  stdin: NodeJS.WritableStream,
  terminal: NodeJS.ReadableStream,
  answers: (readonly [shown: RegExp, typed: string])[],
): void => {
  let shown = ''
  terminal.on('data', chunk => {
    shown += String(chunk).replace(/\u001B\[[0-9;?]*[A-Za-z]/g, '')
    const next = answers[0]
    if (!next?.[0].test(shown)) return
    answers.shift()
    shown = ''
    setImmediate(() => stdin.write(next[1]))
  })
}
