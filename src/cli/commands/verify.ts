import { join } from 'node:path'
import type { Cli, CommandModule } from '../cli.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { count } from '../words.ts'

const examples = `
Examples:
  entrapipe verify users.csv
  entrapipe verify out/users.jsonl.zst --json
  entrapipe verify out`

const add: CommandModule = (program, cli) => {
  program
    .command('verify')
    .summary('a file against its manifest')
    .description(
      'Reads a file again and holds it against its manifest: bytes, SHA-256, rows. Of a folder, every file in it that has a manifest, a line each; the exit status is the highest.',
    )
    .argument('<file>', 'a file that has a .manifest.json beside it, or a folder with such files')
    .addHelpText('after', examples)
    .action(async (path: string) => {
      const { manifested } = await import('../manifested.ts')
      const names = await manifested(path, cli.environment.cwd)
      if (names === undefined) return verify(path, cli)
      const { tell } = await import('../tell.ts')
      for (const name of names)
        try {
          await verify(join(path, name), cli)
        } catch (error) {
          cli.signal.throwIfAborted()
          cli.exit(tell(error, cli))
        }
    })
}
export default add

const verify = async (file: string, cli: Cli): Promise<void> => {
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
}
