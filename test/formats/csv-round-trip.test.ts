import iconv from 'iconv-lite'
import { Readable } from 'node:stream'
import t from 'tap'
import { csvEncoder } from '../../src/formats/csv-encoder.ts'
import { markOf } from '../../src/formats/csv-marks.ts'
import { csv } from '../../src/sources/csv.ts'
import { partContext } from '../contracts/part-context.ts'
import { random } from './random.ts'

const pieces = [
  'a',
  'Smith',
  '0',
  '1',
  ' ',
  ',',
  ';',
  '\t',
  '|',
  '"',
  '\n',
  '\r\n',
  '\r',
  '=',
  '+',
  '-',
  '@',
  "'",
  'é',
  '漢',
  '😀',
  '&',
  '="',
  '\ufeff',
  '(',
  ')',
  '[x]',
  'sep=',
  '#TYPE ',
  'version:v1',
  'Example:',
]

/** Rows that the reader ignores or rejects: all cells are empty, or it looks like a marker line. */
const isDoubtful = (cells: readonly string[]): boolean =>
  (cells.length > 1 && cells.every(cell => cell === '')) || markOf(cells) !== undefined

/** Reads what was written, in an encoding of which the source is told only where it has to be. */
const readBack = async (
  text: string,
  encoding: string,
  options: { delimiter?: string; encoding?: string; excel?: boolean },
) => {
  const { ctx, results } = partContext('/')
  const bytes = iconv.encode(text, encoding)
  const chunks: Buffer[] = []
  for (let at = 0; at < bytes.length; at += 1000) chunks.push(bytes.subarray(at, at + 1000))
  const rows: unknown[] = []
  for await (const page of csv({ from: '-', stdin: Readable.from(chunks), ...options }).read(ctx, { name: 'csv' }))
    for (const { value } of page.rows) rows.push(value)
  return { rows, results }
}

const dialects = [
  { delimiter: ',' },
  { delimiter: ';', eol: 'crlf', bom: true },
  { delimiter: '\t', quotes: 'all' },
  { delimiter: '|' },
  { delimiter: '^' },
  { delimiter: '||' },
  { excel: ';' },
  { excel: ',' },
  { excel: '\t', quotes: 'all' },
] as const

for (const [at, dialect] of dialects.entries())
  t.test(`rows written with ${JSON.stringify(dialect)} are read back, in any encoding`, async t => {
    const next = random(at + 1)
    const cell = (): string =>
      Array.from({ length: Math.floor(next() * 5) }, () => pieces[Math.floor(next() * pieces.length)]).join('')
    const delimiter: string = 'excel' in dialect ? dialect.excel : dialect.delimiter
    const said = [',', ';', '\t', '|'].includes(delimiter) ? {} : { delimiter }
    for (let file = 0; file < 60; file++) {
      const names = Array.from(
        { length: 1 + Math.floor(next() * 4) },
        (_, at) =>
          `c${at} ${cell()
            .replaceAll(/[()[\]]/g, '')
            .trim()}.`,
      )
      const rows = Array.from({ length: Math.floor(next() * 30) }, () =>
        Object.fromEntries(names.map(name => [name, cell()])),
      ).filter(row => !isDoubtful(Object.values(row)))
      const encoder = csvEncoder({ ...dialect, columns: names })
      const text =
        encoder.rows(
          rows.map((value, key) => ({ key, value })),
          row => t.fail(`row ${row.key} was refused`),
        ) + encoder.end()
      for (const [encoding, told] of [
        ['utf8', {}],
        ['utf-16le', { encoding: 'utf-16le' }],
        ['utf-16be', { encoding: 'utf-16be' }],
      ] as const) {
        const excel = 'excel' in dialect ? {} : { excel: false }
        const { rows: found, results } = await readBack(text, encoding, { ...said, ...told, ...excel })
        if (JSON.stringify([found, results]) !== JSON.stringify([rows, []]))
          t.strictSame([found, results], [rows, []], `${encoding} ${JSON.stringify(text)}`)
      }
    }
    t.pass('60 files in three encodings are the same')
  })
