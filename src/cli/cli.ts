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
  /** Whether `--json` was given: machines read what is printed. */
  json(): boolean
  /** `--config`, if it was given. */
  config(): string | undefined
  /** This user's state on this machine; opened at the first call, closed by the end of the command. */
  store(): Promise<Store>
  /** Prints a line for people. */
  say(line: string): void
  /** The exit status if nothing throws; the highest one told wins. @default 0 */
  exit(status: number): void
}

/** A file in `commands/` exports one as its default and adds its commands to the program. */
export type CommandModule = (program: Command, cli: Cli) => void
