import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32, inflateRawSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { sampleManifest } from '../../src/contracts/sample-manifest.ts'
import { sinkContract } from '../../src/contracts/sink.ts'
import { xlsx, type XlsxSinkOptions } from '../../src/sinks/xlsx.ts'
import { xlsx as xlsxSource } from '../../src/sources/xlsx.ts'
import { keeps } from '../contracts/keeps.ts'
import { partContext } from '../contracts/part-context.ts'
import { asTexts, readBack, unwritable } from './read-back.ts'

const columns = ['id', 'displayName', 'enabled', 'mail', 'plans', 'note']
const refused = [unwritable.cycle, unwritable.text, { id: 'a'.repeat(32_768) }]
const read = readBack('rows.xlsx', () => xlsxSource({ from: 'rows.xlsx' }))

t.test('a workbook keeps the contract of a sink', t =>
  keeps(t, sinkContract({ make: () => xlsx({ to: 'rows.xlsx', columns }), read, asRead: asTexts, refused })),
)

t.test('a workbook with the columns of its first row rejects rows with others', async t => {
  const { results, texts } = await written(t, {}, [{ a: 1 }, { b: 2 }, { a: 3 }])
  t.strictSame(await texts(), [{ a: '1' }, { a: '3' }])
  t.match(results, [
    { key: 2, code: 'ROW_INVALID', message: 'Column "b" is not in the header, which comes from the first row' },
  ])
})

const written = async (t: Test, options: Omit<XlsxSinkOptions, 'to'>, values: readonly unknown[]) => {
  const folder = t.testdir({})
  const { ctx, results } = partContext(folder)
  const writer = await xlsx({ to: 'rows.xlsx', ...options }).open(ctx)
  for (const [at, value] of values.entries()) await writer.write([{ key: at + 1, value: value as never }])
  await writer.close('commit', sampleManifest(await writer.finish()))
  const bytes = await readFile(join(folder, 'rows.xlsx'))
  return { results, bytes, texts: () => read(folder), parts: partsOf(bytes) }
}

/** The parts of an archive, by its directory, each with the checksum that the directory has. */
const partsOf = (bytes: Buffer): ReadonlyMap<string, string> => {
  const end = bytes.length - 22
  t.equal(bytes.readUInt32LE(end), 0x06054b50)
  const parts = new Map<string, string>()
  let at = bytes.readUInt32LE(end + 16)
  for (let count = bytes.readUInt16LE(end + 10); count > 0; count--) {
    const [crc, packed, size, name, local] = [16, 20, 24, 28, 42].map(field =>
      field === 28 ? bytes.readUInt16LE(at + field) : bytes.readUInt32LE(at + field),
    ) as [number, number, number, number, number]
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
    const content = inflateRawSync(bytes.subarray(start, start + packed))
    t.strictSame([content.length, crc32(content)], [size, crc])
    parts.set(bytes.subarray(at + 46, at + 46 + name).toString(), content.toString())
    at += 46 + name
  }
  return parts
}

t.test('texts are text cells, and numbers and booleans are what they are', async t => {
  const { parts, texts } = await written(t, { columns: ['a', 'b', 'c', 'd', 'e'] }, [
    { a: '0012', b: 12, c: true, d: null, e: 12345678901234567n },
    { a: '+49 30 1', b: 0.5, c: false, d: ['x', 'y'], e: 1e21 },
  ])
  t.strictSame(
    [...parts.keys()],
    [
      '[Content_Types].xml',
      '_rels/.rels',
      'xl/workbook.xml',
      'xl/_rels/workbook.xml.rels',
      'xl/styles.xml',
      'xl/worksheets/sheet1.xml',
    ],
  )
  const text = (place: string, value: string, style = 1): string =>
    `<c r="${place}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${value}</t></is></c>`
  const sheet = parts.get('xl/worksheets/sheet1.xml')!
  t.match(sheet, /<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"\/>/)
  t.equal(
    sheet.slice(sheet.indexOf('<sheetData>')),
    `<sheetData><row r="1">${['a', 'b', 'c', 'd', 'e'].map((name, at) => text(`${'ABCDE'[at]!}1`, name, 2)).join('')}</row>` +
      `<row r="2">${text('A2', '0012')}<c r="B2"><v>12</v></c><c r="C2" t="b"><v>1</v></c>${text('E2', '12345678901234567')}</row>` +
      `<row r="3">${text('A3', '+49 30 1')}<c r="B3"><v>0.5</v></c><c r="C3" t="b"><v>0</v></c>${text('D3', 'x;y')}${text('E3', '1e+21')}</row>` +
      '</sheetData></worksheet>',
  )
  t.strictSame(await texts(), [
    { a: '0012', b: '12', c: 'true', d: '', e: '12345678901234567' },
    { a: '+49 30 1', b: '0.5', c: 'false', d: 'x;y', e: '1e+21' },
  ])
})

t.test('text of any characters comes back as it was', async t => {
  const odd = ['<a & "b">', ' x ', 'a\r\nb\tc', '\0\u0007', '_x0041_', '=1+1', '👍', 'ﬀ\ufffe'].map(a => ({ a }))
  const { texts } = await written(t, {}, odd)
  t.strictSame(await texts(), odd)
  const half = await written(t, {}, [{ a: 'x\ud83dy\udc4d' }])
  t.strictSame(await half.texts(), [{ a: 'x\ufffdy\ufffd' }], 'half a pair is no character')
})

t.test('nulls and separators are those of the options', async t => {
  const { texts } = await written(t, { nulls: 'NULL', arraySeparator: '|' }, [{ a: null, b: ['x', 'y'] }])
  t.strictSame(await texts(), [{ a: 'NULL', b: 'x|y' }])
})

t.test('more rows than a sheet has end the run', async t => {
  const { ctx } = partContext(t.testdir({}))
  const sink = xlsx({ to: 'rows.xlsx', columns: ['a'] })
  const writer = await sink.open(ctx)
  const page = Array.from({ length: 65_536 }, (_, at) => ({ key: at, value: { a: null } }))
  for (let pages = 1; pages < 16; pages++) await writer.write(page)
  await writer.write(page.slice(1))
  await t.rejects(writer.write(page.slice(0, 1)), { code: 'WRITE_FAILED', message: /at most 1048576 rows/ })
  await writer.close('abort')
})

t.test('wrong options are refused', async t => {
  t.throws(() => xlsx({ to: 'x.xlsx.gz' }), { code: 'OPTION_INVALID', message: /compressed already/ })
  t.throws(() => xlsx({ to: 'x.xlsx', nulls: 1 as never }), { code: 'OPTION_INVALID' })
  const { ctx } = partContext(t.testdir({}))
  for (const [to, columns] of [
    ['x.csv', ['a']],
    ['x.xlsx', ['a', 'a']],
    ['x.xlsx', []],
  ] as const)
    await t.rejects(async () => xlsx({ to, columns }).check!(ctx), { code: 'OPTION_INVALID' })
})
