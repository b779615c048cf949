import type { Command } from 'commander'
import type { Clock } from '../core/clock.ts'
import type { Environment } from '../core/environment.ts'
import type { Usage } from '../core/graph.ts'
import type { Json } from '../core/json.ts'
import type { Progress, RunEvent } from '../engine/progress.ts'
import type { RunEnd, RunRequest } from '../engine/run-request.ts'
import type { Store } from '../store/store.ts'

/** Follows the run of a command, for a program that shows it elsewhere. */
export interface RunWatch {
  /** Values by name that are noted with the run from its start. */
  readonly notes: Readonly<Record<string, Json>>
  /** Called before the run starts. @param usage what its requests have used, if it uses a directory */
  begins(progress: Progress, usage: () => Usage | undefined): void
  event(event: RunEvent): void
  /** What a dry run would do. */
  previewed(preview: { readonly [name: string]: unknown }): void
  /** A plan was written. @param kinds its changes by operation */
  planned(sha256: string, kinds: Readonly<Record<string, number>>): void
  /** How a run with changes ended, also with an error. */
  summed(summary: object): void
  ended(end: RunEnd): void
}

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
  /**
   * Whether paths are relative to a folder that each machine has in another place: a run is then continued in that of this machine, not where
   * it began.
   */
  readonly isElsewhere?: boolean
  /** How several machines read the rows of a run. @default this process reads all */
  readonly spread?: RunRequest['spread']
  /** Follows runs. @default nobody does */
  readonly watch?: RunWatch
  /** Sets the exit status of a command that does not throw. The highest status set wins. @default 0 */
  exit(status: number): void
}

/** The default export of each file in `commands/`. Adds its commands to the program. */
export type CommandModule = (program: Command, cli: Cli) => void
