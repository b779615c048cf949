import iconv from 'iconv-lite'
import t from 'tap'
import { encodingChecked, utf8 } from '../../src/formats/utf8.ts'

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const read = async (bytes: Buffer, encoding?: string, size = 3): Promise<string> => {
  let text = ''
  // Each chunk by itself: it has to end with a whole character.
  for await (const chunk of utf8(inPieces(bytes, size), { name: 'x.csv', encoding })) text += chunk.toString()
  return text
}

const text = 'Näme,名前\nÄnne,😀\n'

t.test('UTF-8 and UTF-16 are told apart, with and without a byte order mark, however they come in', async t => {
  for (const encoding of ['utf8', 'utf-16le', 'utf-16be'])
    for (const addBOM of [true, false])
      for (const size of [1, 2, 3, 5, 4096])
        t.equal(await read(iconv.encode(text, encoding, { addBOM }), undefined, size), text, `${encoding} ${size}`)
})

t.test('an older encoding is read where it is named, and a byte order mark wins over the name', async t => {
  t.equal(await read(iconv.encode('Ännö;ß\n', 'windows-1252'), 'windows-1252'), 'Ännö;ß\n')
  t.equal(await read(iconv.encode('日本\n', 'shift_jis'), 'Shift_JIS', 1), '日本\n')
  t.equal(await read(iconv.encode(text, 'utf8', { addBOM: true }), 'windows-1252'), text)
})

t.test('bytes that are not UTF-8 are told by their line, never guessed', async t => {
  const bytes = iconv.encode('a,b\nc,d\nMüller,x\n', 'windows-1252')
  for (const size of [1, 4, 4096])
    await t.rejects(read(bytes, undefined, size), {
      code: 'INPUT_MALFORMED',
      message: /^Line 3 of x\.csv is not UTF-8; /,
      facts: { line: 3 },
    })
  await t.rejects(read(Buffer.from(text).subarray(0, -2)), { code: 'INPUT_MALFORMED', facts: { line: 2 } })
})

t.test('nothing is nothing', async t => {
  t.equal(await read(Buffer.alloc(0)), '')
  t.equal(await read(Buffer.from([0xef, 0xbb, 0xbf])), '')
})

t.test('an encoding that nobody knows is refused', async t => {
  t.throws(() => encodingChecked('klingon'), {
    code: 'OPTION_INVALID',
    message: /^Expected an encoding such as .*, got "klingon"$/,
  })
  t.doesNotThrow(() => encodingChecked('windows-1252'))
})
