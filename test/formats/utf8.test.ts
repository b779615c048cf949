import iconv from 'iconv-lite'
import t from 'tap'
import { encodingChecked, utf8 } from '../../src/formats/utf8.ts'
import { random } from './random.ts'

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const read = async (bytes: Buffer, encoding?: string, size = 3): Promise<string> => {
  let text = ''
  // Each chunk is decoded by itself: it must end with a complete character.
  for await (const chunk of utf8(inPieces(bytes, size), { name: 'x.csv', encoding, hasEncoding: true }))
    text += chunk.toString()
  return text
}

const text = 'Näme,名前\nÄnne,😀\n'

t.test('UTF-8 and UTF-16 are detected, with and without a byte order mark, in chunks of any size', async t => {
  for (const encoding of ['utf8', 'utf-16le', 'utf-16be'])
    for (const addBOM of [true, false])
      for (const size of [1, 2, 3, 5, 4096])
        t.equal(await read(iconv.encode(text, encoding, { addBOM }), undefined, size), text, `${encoding} ${size}`)
})

t.test('another encoding is read if it is set, and a byte order mark overrides it', async t => {
  t.equal(await read(iconv.encode('Ännö;ß\n', 'windows-1252'), 'windows-1252'), 'Ännö;ß\n')
  t.equal(await read(iconv.encode('日本\n', 'shift_jis'), 'Shift_JIS', 1), '日本\n')
  t.equal(await read(iconv.encode(text, 'utf8', { addBOM: true }), 'windows-1252'), text)
})

t.test('bytes that are not UTF-8 are an error with their line, never guessed', async t => {
  const bytes = iconv.encode('a,b\nc,d\nMüller,x\n', 'windows-1252')
  for (const size of [1, 4, 4096])
    await t.rejects(read(bytes, undefined, size), {
      code: 'INPUT_MALFORMED',
      message: /^Line 3 of x\.csv is not valid UTF-8\. /,
      facts: { line: 3 },
    })
  await t.rejects(read(Buffer.from(text).subarray(0, -2)), { code: 'INPUT_CUT_OFF', facts: { line: 2 } })
})

t.test('an empty input gives no bytes', async t => {
  t.equal(await read(Buffer.alloc(0)), '')
  t.equal(await read(Buffer.from([0xef, 0xbb, 0xbf])), '')
})

t.test('an unknown encoding is an error', async t => {
  t.throws(() => encodingChecked('klingon'), {
    code: 'OPTION_INVALID',
    message: /^Expected `encoding` to be an encoding such as .*, got "klingon"$/,
  })
  t.doesNotThrow(() => encodingChecked('windows-1252'))
})

t.test('UTF-16 without a byte order mark is detected by its commas and line ends, in any language', async t => {
  const texts = [
    'Имя,Почта\nАнна,a@x\n',
    'שם,דואר\nא,ב\n',
    '名前,郵便\n山田,a\n',
    'ઊ,અ\nc,d\n',
    'Њена\nЊ\n',
    'ગુજરાતી,નામ\nઊર્મિ,a@x\n',
    '一郎,東京\n山田,a\n',
    '😀;a\n'.repeat(2000),
  ]
  for (const text of texts)
    for (const encoding of ['utf8', 'utf-16le', 'utf-16be'])
      t.equal(await read(iconv.encode(text, encoding), undefined, 65_536), text, `${encoding} ${text.slice(0, 4)}`)
})

t.test('stray zero bytes do not make a file UTF-16, wherever they are and however many', async t => {
  const next = random(11)
  const rows = Buffer.from(
    `id,name,mail\n${Array.from({ length: 500 }, (_, at) => `${at},Ann,a${at}@x.com\n`).join('')}`,
  )
  for (const share of [0, 0.001, 0.02, 0.1, 0.3])
    for (const half of share > 0.1 ? (['both'] as const) : (['both', 0, 1] as const)) {
      const bytes = Buffer.from(rows)
      bytes[half === 'both' ? 100 : 100 + half] = 0
      for (let at = 0; at < bytes.length; at++)
        if ((half === 'both' || at % 2 === half) && next() < (half === 'both' ? share : 2 * share)) bytes[at] = 0
      t.equal(await read(bytes, undefined, 65_536), bytes.toString(), `${share} of the bytes, ${half}`)
    }
})

t.test('a few bytes with a zero are read as UTF-8', async t => {
  for (const [bytes, text] of [
    ['a', 'a'],
    ['a\0', 'a\0'],
    ['\0a', '\0a'],
    ['a\0\n', 'a\0\n'],
    ['\0', '\0'],
    ['a\0\n\0', 'a\n'],
    ['\0a\0\n', 'a\n'],
    ['a\0,\0b\0', 'a,b'],
  ] as const)
    for (const size of [1, 65_536])
      t.equal(await read(Buffer.from(bytes), undefined, size), text, JSON.stringify(bytes))
})

t.test('UTF-16 with an odd number of bytes is an error', async t => {
  for (const encoding of ['utf-16le', 'utf-16be'])
    await t.rejects(read(iconv.encode('id,name\n1,Ann\n', encoding).subarray(0, -1), undefined, 65_536), {
      code: 'INPUT_CUT_OFF',
    })
})

t.test('a single zero byte is not UTF-16', async t => {
  for (const text of ['a\0b,cd\nabc,def\n', '\0a,b\nx,y\n', `a,b\n1,2\n${'\0'.repeat(7)}`])
    t.equal(await read(Buffer.from(text), undefined, 65_536), text)
})

t.test('text that ends in the middle of a character is an error with its line', async t => {
  for (const encoding of [
    'utf-16le',
    'utf-16be',
    'utf-16',
    'utf-32le',
    'shift_jis',
    'euc-jp',
    'gb18030',
    'big5',
    'euc-kr',
  ])
    for (const size of [1, 4096]) {
      const bytes = iconv.encode('a,b\n日本,本', encoding)
      t.equal(await read(bytes, encoding, size), 'a,b\n日本,本', encoding)
      await t.rejects(read(bytes.subarray(0, -1), encoding, size), {
        code: 'INPUT_CUT_OFF',
        message: /^Line 2 of x\.csv ends in the middle of a character \(read as /,
        facts: { line: 2 },
      })
    }
  const half = iconv.encode('a\n😀', 'utf-16le').subarray(0, -2)
  await t.rejects(read(half), { code: 'INPUT_CUT_OFF', facts: { line: 2 } })
})

t.test('bytes that are invalid in the encoding are an error with their line, never replaced', async t => {
  const wrong: readonly (readonly [string, readonly number[]])[] = [
    ['windows-1252', [0x61, 0x0a, 0x62, 0x0a, 0x81, 0x0a]],
    ['shift_jis', [0x61, 0x0a, 0x62, 0x0a, 0x85, 0x2c, 0x0a]],
    ['utf-16le', [0x61, 0, 0x0a, 0, 0x62, 0, 0x0a, 0, 0, 0xd8, 0x61, 0, 0x0a, 0]],
  ]
  for (const [encoding, bytes] of wrong)
    await t.rejects(read(Buffer.from(bytes), encoding), {
      code: 'INPUT_MALFORMED',
      message: `Line 3 of x.csv is not valid ${encoding}. Save the file as UTF-8, or set another \`encoding\``,
      facts: { line: 3 },
    })
  for (const encoding of ['utf-16le', 'gb18030', 'utf8'])
    t.equal(await read(iconv.encode('a\ufffd\n', encoding), encoding), 'a\ufffd\n', 'a written mark stays')
  await t.rejects(read(iconv.encode('Müller\n', 'windows-1252'), 'UTF_8'), { code: 'INPUT_MALFORMED' })
})

t.test('without an option for it, no encoding is advised', async t => {
  const text = async (bytes: Buffer) => {
    for await (const _ of utf8(inPieces(bytes, 10), { name: 'x.jsonl' })) continue
  }
  await t.rejects(text(iconv.encode('Müller\n', 'windows-1252')), {
    code: 'INPUT_MALFORMED',
    message: 'Line 1 of x.jsonl is not valid UTF-8. Save the file as UTF-8',
  })
  await t.rejects(text(Buffer.from('a\nü').subarray(0, -1)), {
    code: 'INPUT_CUT_OFF',
    message: 'Line 2 of x.jsonl ends in the middle of a character (read as UTF-8). Get a complete copy',
  })
})
