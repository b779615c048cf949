import type { Cli } from '../cli.ts'
import { asTyped, programName } from '../command-line/program-name.ts'

/** Lines to stdout: they are what was asked for. */
export const printLines = (cli: Pick<Cli, 'stdout' | 'environment'>, lines: readonly string[]): void =>
  void cli.stdout.write(asTyped(`${lines.join('\n')}\n`, programName(cli.environment)))
