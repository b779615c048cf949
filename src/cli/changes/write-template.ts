import { readFile } from 'node:fs/promises'
import { Command } from 'commander'
import { stringify } from 'csv-stringify/sync'
import { commandWords } from '../../core/command-words.ts'
import { EntrapipeError, systemCode } from '../../core/errors.ts'
import {
  findFileOperation,
  kindsOfFiles,
  operationName,
  unknownOperation,
  type FileOperation,
} from '../../catalogue/file-operations.ts'
import { inTheWay } from '../../engine/begin-run.ts'
import { checkContext } from '../../engine/contexts.ts'
import { templateOf } from '../../operations/columns/template-of.ts'
import { placeTo } from '../../places/place-to.ts'
import { targetOf } from '../../places/target.ts'
import type { Cli } from '../cli.ts'
import { printLines } from '../command-line/print.ts'
import { quotedPath } from '../report/words.ts'

/** Prints each operation as a command and as a pipeline name it, with `--json` one object per line. */
export const listOperations = (cli: Cli): Promise<void> => {
  const operations = kindsOfFiles().map(kind => ({ operation: commandWords(kind), kind }))
  const width = Math.max(...operations.map(({ operation }) => operation.length))
  return printLines(
    cli,
    operations
      .toSorted((one, other) => (one.operation < other.operation ? -1 : 1))
      .map(each => (cli.json() ? JSON.stringify(each) : `${each.operation.padEnd(width)}  ${each.kind}`)),
  )
}

/** The command of these words, if there is one. Only a command without a template is looked for: the others are loaded for it. */
const commandOf = async (asked: string, cli: Cli): Promise<Command | undefined> => {
  const { commands } = await import('../main.ts')
  const [first = '', ...rest] = asked.split(' ')
  const program = await commands(new Command(), cli, undefined, first)
  const found = [first, ...rest].reduce<Command | undefined>(
    (command, word) => command?.commands.find(one => one.name() === word),
    program,
  )
  return found?.commands.length === 0 ? found : undefined
}

/** Why a command has no template. */
const withoutTemplate = (asked: string, command: Command): EntrapipeError =>
  command.options.some(({ long }) => long === '--from')
    ? new EntrapipeError('OPTION_INVALID', `"${asked}" reads a file, and has no template.`, {
        fix: `\`entrapipe ${asked} --help\` says what the file has.`,
      })
    : new EntrapipeError('OPTION_INVALID', `"${asked}" reads no file of rows, so it has no template.`, {
        fix: `\`entrapipe ${asked} --help\` says what it takes. \`entrapipe template\` lists the commands that have one.`,
      })

/** @throws EntrapipeError `OPTION_INVALID` */
const operationOf = async (words: readonly string[], cli: Cli): Promise<FileOperation> => {
  const asked = operationName(words.join(' '))
  const found = await findFileOperation(asked)
  if (found) return found
  const command = await commandOf(asked, cli)
  if (command) throw withoutTemplate(asked, command)
  throw unknownOperation(asked, '`entrapipe template` lists those that do.')
}

/** A file with other content may be a template that somebody has filled in. @throws EntrapipeError `FILE_UNWRITABLE` */
const refuseOther = async (path: string, text: Buffer): Promise<void> => {
  try {
    if (text.equals(await readFile(path))) return
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return
    throw error
  }
  throw new EntrapipeError('FILE_UNWRITABLE', `${path} already exists, and may have been filled in.`, {
    facts: { path },
    fix: 'Name another file, or remove this one.',
  })
}

/**
 * Writes the CSV template of an operation to a file or to stdout. With `--json`, stdout gets its columns.
 *
 * @throws EntrapipeError `OPTION_INVALID`, `FILE_UNWRITABLE`, also for an existing file with other content
 */
export const writeTemplate = async (words: readonly string[], to: string, cli: Cli): Promise<void> => {
  const operation = await operationOf(words, cli)
  if (to !== '-' && !/\.csv$/i.test(to))
    throw new EntrapipeError('OPTION_INVALID', `Expected --to to be x.csv or -, got ${JSON.stringify(to)}`)
  const records = templateOf(operation)
  if (to === '-' && cli.json()) {
    const columns = records.find(([first = '']) => !first.startsWith('version:'))
    return printLines(cli, [JSON.stringify({ operation: commandWords(operation.kind), kind: operation.kind, columns })])
  }
  const text = Buffer.from(stringify(records.map(cells => [...cells])))
  const ctx = checkContext({ ...cli, graph: undefined })
  const place = placeTo(to, cli.stdout as NodeJS.WriteStream)
  await place.check(ctx)
  const partial = await place.leftover(ctx)
  if (partial !== undefined) throw inTheWay(partial)
  if (to !== '-') await refuseOther(targetOf(ctx, to), text)
  const output = await place.open(ctx)
  try {
    await output.append(text)
    await output.finish([], 0)
    await output.close('commit')
  } catch (error) {
    await output.close('abort')
    throw error
  }
  if (to !== '-')
    cli.say(
      `Wrote ${to}. Add your rows to it, then: entrapipe ${commandWords(operation.kind)} --tenant …${operation.columns.names['group'] && operation.columns.names['member'] ? ' --group …' : ''} --from ${quotedPath(to)} --dry-run`,
    )
}
