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
  entrapipe verify out
  entrapipe verify lake/users/
  entrapipe verify monday.csv tuesday.csv
  entrapipe verify abfss://lake@contosolake.dfs.core.windows.net/users/`

const add: CommandModule = (program, cli) => {
  program
    .command('verify')
    .summary('check files, or all files of a folder, against their manifests')
    .description(
      'Compares each file with its manifest: bytes, SHA-256 and rows. For a folder, checks every file in it and below it. Prints a line for each file; the exit status is the highest of all files. Part files are checked against the _manifest.json of their folder: a part that is missing, or that it does not name, is an error. In a folder, a partial file is an error (1), and so is a CSV or JSON lines file without a manifest (2). Other files without a manifest are not checked, only counted.',
    )
    .argument(
      '<file...>',
      'files with a .manifest.json beside them, folders of such files, or folders of part files, also in Azure Storage or S3',
    )
    .addHelpText('after', examples)
    .action(async (paths: readonly string[]) => {
      for (const path of paths) await telling(() => verifyAt(path, cli), cli)
    })
}
export default add

const fewNamed = 5

const notChecked = (files: readonly string[]): string =>
  `Not checked: ${counted(files.length, 'file')} without a manifest (${files.slice(0, fewNamed).join(', ')}${files.length > fewNamed ? ', …' : ''}).`

/** Tells of an error and continues. The exit status is the highest. */
const telling = async (check: () => Promise<void>, cli: Cli): Promise<void> => {
  try {
    await check()
  } catch (error) {
    cli.signal.throwIfAborted()
    const { tell } = await import('../command-line/tell.ts')
    cli.exit(tell(error, cli))
  }
}

const verifyAt = async (path: string, cli: Cli): Promise<void> => {
  const { isRemote } = await import('../../places/objects-at.ts')
  if (isRemote(path)) return verifyParts(path.replace(/\/*$/, '/'), cli)
  const { manifested } = await import('../report/manifested.ts')
  const found = await manifested(path, cli.environment)
  if (found === undefined) return verify(path, cli)
  for (const load of found.loads) await telling(() => verifyParts(join(path, load, '/'), cli), cli)
  for (const name of [...found.files, ...found.partials].toSorted())
    await telling(async () => {
      const file = join(path, name)
      if (found.partials.includes(name)) throw unfinished(file)
      await verify(file, cli)
    }, cli)
  const others = found.others.map(name => join(path, name))
  if (cli.json())
    await printLines(
      cli,
      others.map(other => JSON.stringify({ path: other, checked: false })),
    )
  else if (others.length > 0) cli.say(notChecked(others))
}

const unfinished = (file: string): EntrapipeError =>
  new EntrapipeError('VERIFY_FAILED', `${file} is incomplete: the run that writes it is not finished.`, {
    facts: { path: file },
    fix: '`entrapipe runs list` lists the runs; resume or discard this one.',
  })

/** `complete`, or `complete: the first 10 rows of 98,000 (limit reached)`. */
const completenessOf = (manifest: Manifest): string => {
  const first = firstOf(manifest)
  return first === undefined ? manifest.completeness : `${manifest.completeness}: ${first}`
}

const verifyParts = async (to: string, cli: Cli): Promise<void> => {
  const [{ verifyLoad }, { objectsAt }, { checkContext }] = await Promise.all([
    import('../../formats/verify-load.ts'),
    import('../../places/objects-at.ts'),
    import('../../engine/contexts.ts'),
  ])
  const { parts, rows, differences, manifest } = await verifyLoad(
    objectsAt(to),
    to,
    checkContext({ ...cli, graph: undefined }),
  )
  if (differences.length > 0)
    throw new EntrapipeError('VERIFY_FAILED', `${to} does not match its manifest: ${differences.join('; ')}.`)
  await printLines(cli, [
    cli.json()
      ? JSON.stringify({ path: to, parts, rows, differences, manifest })
      : `${to} matches its manifest: ${counted(parts, 'part')} with ${counted(rows, 'row')}, ${completenessOf(manifest)}.`,
  ])
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
