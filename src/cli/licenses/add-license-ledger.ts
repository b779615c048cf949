import type { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { addFileOptions } from '../options/output.ts'
import type { LedgerOptions } from './write-ledger.ts'

const examples = `
Examples:
  entrapipe licenses ledger --tenant sandbox
  entrapipe licenses ledger --tenant sandbox --since 2026-11-01 --until 2026-12-01 --to november.csv

Rows of a file, by the column row:
  change   a user, a SKU, and whether the user gained or lost it directly; when, by which run and operation, who ran it and
           why. units is 1 for a seat that it took, -1 for one that it freed, and 0 where a group gives the SKU, too
  product  a SKU: how many gained and lost it, and the seats that this took (or freed, if negative)

Without --to, a table of the SKUs goes to stdout; with --json, all rows as a JSON array. The ledger has what this program
changed from this store, also by undo: not what others changed, nor what deleted users free. If the log lacks details of
a change, the exit code is 4; if it is not known whether one was made, 7.`

/** Adds `licenses ledger`. */
export const addLicenseLedger = (licenses: Command, cli: Cli): void => {
  const command = licenses
    .command('ledger')
    .summary('show who got or lost which SKU by which run, for billing')
    .description(
      'Reads from the audit log who got or lost which SKU, when, by which run, who ran it and why. `runs prune` removes nothing of it. Sends nothing to Graph.',
    )
    .option('--tenant <name>', 'tenant whose ledger it is: its name in the configuration, its id, or sandbox')
    .option('--since <time>', 'changes from this date, or date and time, on')
    .option('--until <time>', 'changes before this date, or date and time')
  addFileOptions(command)
  command.addHelpText('after', examples).action(async (options: LedgerOptions) => {
    const { writeLedger } = await import('./write-ledger.ts')
    await writeLedger(options, cli)
  })
}
