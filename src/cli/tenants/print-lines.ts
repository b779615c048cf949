import type { Cli } from '../cli.ts'

/** Lines to stdout: they are what was asked for. */
export const printLines = (cli: Pick<Cli, 'stdout'>, lines: readonly string[]): void =>
  void cli.stdout.write(`${lines.join('\n')}\n`)
