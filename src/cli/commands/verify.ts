import type { CommandModule } from '../cli.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { count } from '../words.ts'

const examples = `
Examples:
  entrapipe verify users.csv
  entrapipe verify out/users.jsonl.zst --json`

const add: CommandModule = (program, cli) => {
  program
    .command('verify')
    .summary('a file against its manifest')
    .description('Reads a file again and holds it against its manifest: bytes, SHA-256, rows.')
    .argument('<file>', 'a file that has a .manifest.json beside it')
    .addHelpText('after', examples)
    .action(async (file: string) => {
      const { verifyFile } = await import('../../formats/verify-file.ts')
      const verified = await verifyFile(file, { signal: cli.signal, cwd: cli.environment.cwd })
      if (verified.differences.length > 0)
        throw new EntrapipeError(
          'VERIFY_FAILED',
          `${file} is not what its manifest says: ${verified.differences.join('; ')}.`,
        )
      if (cli.json()) cli.stdout.write(`${JSON.stringify(verified)}\n`)
      else
        cli.say(
          `${file} is what its manifest says: ${count(verified.rows)} rows, sha256 ${verified.sha256}, ${verified.manifest.completeness}.`,
        )
    })
}
export default add
