import { Readable } from 'node:stream'
import type { Clock } from '../../core/clock.ts'
import type { Context } from '../../core/context.ts'
import type { Environment } from '../../core/environment.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { Fields } from '../../core/json.ts'
import type { Source } from '../../core/parts.ts'
import type { Key } from '../../core/row.ts'
import type { FileOperation } from '../../catalogue/file-operations.ts'
import { rowsOfUsers } from '../../catalogue/changes/rows-of-users.ts'
import { rowSource } from '../../catalogue/row-source.ts'
import { checkContext } from '../../engine/contexts.ts'
import { decompress } from '../../formats/decompress.ts'
import { formatOf, hasHeader, type Format } from '../../formats/format-of.ts'
import { readsReports } from './columns-of.ts'
import { rowCheck, rowProblem, type RowProblem } from './row-check.ts'

/** What was found in a file. */
export interface Checked {
  readonly rows: number
  /** The first ones. */
  readonly problems: readonly RowProblem[]
  /** How many rows have one. */
  readonly wrong: number
  /** What is remarkable about the file, as sentences. */
  readonly notes: readonly string[]
}

/** A file that is being sent, or is there. */
export interface UploadedFile {
  /** Its ending says its format. */
  readonly name: string
  readonly operation: FileOperation | undefined
  /** Most bytes that a compressed file may have when it is decompressed. */
  readonly mostBytes: number
}

/** What a check needs of its surroundings. */
interface Surroundings {
  readonly clock: Clock
  readonly environment: Environment
  readonly signal: AbortSignal
}

const mostProblems = 100

/** Bytes in which the first line of a table ends. */
const longestHeader = 256 * 1024

/** What the text of a format begins with, after blanks and a byte order mark. */
const begins: Partial<Record<Format, RegExp>> = { jsonl: /^\{/, json: /^[[{]/ }
const words: Partial<Record<Format, string>> = { jsonl: 'JSON lines', json: 'JSON' }

const malformed = (message: string): EntrapipeError => new EntrapipeError('INPUT_MALFORMED', message)

/** Stops at the first bytes of what cannot be of the format, where a parser would look for the end of a line. */
async function* expectBeginning(
  pieces: AsyncIterable<Buffer>,
  { name, format, mostBytes }: { readonly name: string; readonly format: Format; readonly mostBytes: number },
): AsyncGenerator<Buffer> {
  const expected = begins[format]
  let hasLines = format !== 'csv'
  let isSeen = expected === undefined
  let bytes = 0
  for await (const piece of pieces) {
    bytes += piece.length
    if (bytes > mostBytes)
      throw new EntrapipeError('BODY_TOO_LARGE', `${name} is larger than the server accepts when it is decompressed.`, {
        facts: { mostBytes },
      })
    hasLines ||= piece.includes(10) || piece.includes(13)
    if (!hasLines && bytes > longestHeader)
      throw malformed(`The first line of ${name} has more than ${longestHeader / 1024} KiB, so it is no header.`)
    // Text in UTF-16 begins with its mark, and is judged by its parser.
    const text =
      isSeen || (piece[0] ?? 0) >= 0xfe
        ? ''
        : piece
            .subarray(0, 4096)
            .toString('utf8')
            .replace(/^\ufeff/, '')
            .trimStart()
    if (text !== '') {
      if (!expected!.test(text)) throw malformed(`${name} is not ${words[format]}.`)
      isSeen = true
    }
    yield piece
  }
}

/** @throws EntrapipeError `INPUT_MALFORMED` if the first bytes are not those of a workbook, which is a ZIP file */
export const expectWorkbook = (name: string, first: Buffer): void => {
  if (first.subarray(0, 4).toString('latin1') !== 'PK\u0003\u0004')
    throw malformed(`${name} is not a workbook (.xlsx).`)
}

/** Reads all rows of a source and checks them. */
const checked = async (
  source: Source<Fields>,
  {
    name,
    operation,
    json,
  }: { readonly name: string; readonly operation: FileOperation | undefined; readonly json: boolean },
  surroundings: Surroundings,
): Promise<Checked> => {
  const check = operation && (await rowCheck(operation, json))
  const problems: RowProblem[] = []
  const notes = new Set<string>()
  let [rows, wrong] = [0, 0]
  const add = (problem: () => RowProblem): void => {
    wrong++
    if (problems.length < mostProblems) problems.push(problem())
  }
  const judge = (key: Key, value: Fields): void => {
    rows++
    try {
      check?.(value)
    } catch (error) {
      const problem = rowProblem(key, error)
      add(() => problem)
    }
  }
  const ctx = Object.create(checkContext({ ...surroundings, graph: undefined }), {
    settled: {
      value({ key, message, fix }: Parameters<Context['settled']>[0]) {
        rows++
        add(() => ({ row: key, message: message ?? `A row of ${name} cannot be read.`, ...given({ fix }) }))
      },
    },
    origin: { value: ({ note }: Parameters<Context['origin']>[0]) => void (note !== undefined && notes.add(note)) },
  }) as Context
  const read = operation && readsReports(operation) ? rowsOfUsers(source) : source
  for await (const page of read.read(ctx, { name: 'all' }, undefined))
    for (const { key, value } of page.rows) judge(key, value)
  if (rows === 0) notes.add(`${name} has no rows. The example row of a template does not count.`)
  return { rows, wrong, problems, notes: [...notes] }
}

/**
 * Reads a file while it is being sent, and checks its rows. Undefined for a workbook, which can only be read whole.
 *
 * @throws EntrapipeError `OPTION_INVALID` for another format; `HEADER_INVALID`, `COLUMN_UNKNOWN`, `INPUT_MALFORMED`, `INPUT_CUT_OFF`,
 *   `BODY_TOO_LARGE`
 */
export const checkStream = (
  { name, operation, mostBytes }: UploadedFile,
  pieces: AsyncIterable<Buffer>,
  surroundings: Surroundings,
): Promise<Checked> | undefined => {
  const { format, compression } = formatOf(name, 'the name of the file')
  if (format === 'xlsx') return undefined
  const stream = Readable.from(expectBeginning(decompress(pieces, compression, name), { name, format, mostBytes }), {
    objectMode: false,
  })
  const source = rowSource({
    from: '-',
    fromFormat: format,
    trailer: 'always',
    captions: true,
    stdin: { stream, named: name },
  })
  return checked(source, { name, operation, json: !hasHeader(format) }, surroundings)
}

/** Checks the rows of a workbook in a folder. @throws EntrapipeError as `checkStream` */
export const checkWorkbook = (
  folder: string,
  { name, operation }: UploadedFile,
  { environment, ...surroundings }: Surroundings,
): Promise<Checked> =>
  // Messages name the file, not the folder.
  checked(
    rowSource({ from: name, trailer: 'always', captions: true }),
    { name, operation, json: false },
    { ...surroundings, environment: { ...environment, cwd: folder } },
  )
