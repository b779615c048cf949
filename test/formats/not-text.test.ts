import { gzipSync, zstdCompressSync } from 'node:zlib'
import t from 'tap'
import { expectText } from '../../src/formats/not-text.ts'

t.test('compressed data and workbooks are not text, and the error says what to do', t => {
  const save = 'In Excel, save the sheet as "CSV UTF-8".'
  for (const [bytes, name, message, fix] of [
    [
      gzipSync('a'),
      'x.csv.gz',
      'x.csv.gz is not text but gzip data',
      'The file was compressed twice. Decompress it once.',
    ],
    [
      gzipSync('a'),
      'x.csv',
      'x.csv is not text but gzip data',
      'Decompress it first, or give the file a name that ends in .gz.',
    ],
    [zstdCompressSync('a'), 'stdin', 'stdin is not text but zstd data', 'Decompress it first.'],
    [
      Buffer.from('PK\u0003\u0004…'),
      'x.csv',
      'x.csv is not text but a ZIP archive or an Excel workbook',
      `${save} Unpack an archive.`,
    ],
    [
      Buffer.from('d0cf11e0a1b11ae1', 'hex'),
      'x.csv',
      'x.csv is not text but an Excel workbook of an old format (.xls)',
      save,
    ],
  ] as const)
    t.throws(() => expectText(bytes, name), { code: 'INPUT_MALFORMED', message, fix }, message)
  t.end()
})

t.test('text is text, however short', t => {
  for (const text of ['', 'P', 'PK', 'PK,a\n']) t.doesNotThrow(() => expectText(Buffer.from(text), 'x.csv'))
  t.end()
})
