import type { Command } from 'commander'
import type { Clock } from '../core/clock.ts'
import type { Environment } from '../core/environment.ts'
import type { Store } from '../store/store.ts'

/** What a command may touch. Data goes to stdout, everything else to stderr. */
export interface Cli {
  readonly environment: Environment
  readonly clock: Clock
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean }
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean }
  /** Aborted by Ctrl-C and SIGTERM; the reason is an EntrapipeError `INTERRUPTED` or `TERMINATED`. */
  readonly signal: AbortSignal
  /** Whether `--json` was given: a program reads the output. */
  json(): boolean
  /** `--config`, if it was given. */
  config(): string | undefined
  /** This user's state on this machine. Opened at the first call, closed when the command ends. */
  store(): Promise<Store>
  /** Prints a line for people. */
  say(line: string): void
  /** Sets the exit status of a command that does not throw. The highest status set wins. @default 0 */
  exit(status: number): void
}

/** The default export of each file in `commands/`. Adds its commands to the program. */
export type CommandModule = (program: Command, cli: Cli) => void
