import type { CommandModule } from '../cli.ts'
import { examples } from '../command-line/examples.ts'
import { hashes } from '../options/values.ts'

const add: CommandModule = (program, cli) => {
  program
    .command('audit')
    .summary('show or verify the audit log of changes')
    .description(
      'Writes the audit log as JSON lines: who changed a directory from this store, when, why, and what was there before. Each line has the hash of the one before it.',
    )
    .addHelpText('after', examples('audit --to audit.jsonl', 'audit --verify'))
    .option('--verify', 'check that no line was changed, removed or added since it was written')
    .option('--head <hash>', 'with --verify: a hash from a report, which must be in the log; can be repeated', hashes)
    .option('--to <file>', 'x.jsonl (also .gz or .zst); - is stdout', '-')
    .action(async (options: AuditOptions) => {
      const { verifyAudit, writeAudit } = await import('../audit/audit-log.ts')
      await (options.verify ? verifyAudit(options, cli) : writeAudit(options, cli))
    })
}

interface AuditOptions {
  readonly verify?: boolean
  readonly head?: readonly string[]
  readonly to: string
}

export default add
