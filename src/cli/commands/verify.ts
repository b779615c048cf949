import { join } from 'node:path'
import type { Cli, CommandModule } from '../cli.ts'
import { EntrapipeError } from '../../core/errors.ts'
import type { Manifest } from '../../core/manifest.ts'
import { firstOf } from '../report/report.ts'
import { printLines } from '../command-line/print.ts'
import { counted } from '../report/words.ts'

const examples = `
Examples:
  entrapipe verify users.csv
  entrapipe verify out/users.jsonl.zst --json
  entrapipe verify out`

const add: CommandModule = (program, cli) => {
  program
    .command('verify')
    .summary('check a file against its manifest')
    .description(
      'Compares a file with its manifest: bytes, SHA-256 and rows. For a folder, checks every file below it that has a manifest, and prints a line for each; the exit status is the highest one.',
    )
    .argument('<file>', 'a file that has a .manifest.json beside it, or a folder with such files')
    .addHelpText('after', examples)
    .action(async (path: string) => {
      const { manifested } = await import('../report/manifested.ts')
      const names = await manifested(path, cli.environment)
      if (names === undefined) return verify(path, cli)
      const { tell } = await import('../command-line/tell.ts')
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

/** `complete`, or `complete: the first 10 rows of 98,000, as the limit asked`. */
const completenessOf = (manifest: Manifest): string => {
  const first = firstOf(manifest)
  return first === undefined ? manifest.completeness : `${manifest.completeness}: ${first}`
}

const verify = async (file: string, cli: Cli): Promise<void> => {
  const { verifyFile } = await import('../../formats/verify-file.ts')
  const verified = await verifyFile(file, { signal: cli.signal, environment: cli.environment })
  if (verified.differences.length > 0)
    throw new EntrapipeError(
      'VERIFY_FAILED',
      `${file} does not match its manifest: ${verified.differences.join('; ')}.`,
    )
  const { rows, sha256, manifest } = verified
  await printLines(cli, [
    cli.json()
      ? JSON.stringify(verified)
      : `${file} matches its manifest: ${counted(rows, 'row')}, sha256 ${sha256}, ${completenessOf(manifest)}.`,
  ])
}
