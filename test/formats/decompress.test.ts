import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync, constants } from 'node:zlib'
import t from 'tap'
import { compressor } from '../../src/formats/compress.ts'
import { decompress } from '../../src/formats/decompress.ts'
import { random } from './random.ts'

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const read = async (bytes: Buffer, compression: 'gzip' | 'zstd', size = 65_536): Promise<Buffer> => {
  const out: Buffer[] = []
  for await (const chunk of decompress(inPieces(bytes, size), compression, 'x')) out.push(chunk)
  return Buffer.concat(out)
}

const next = random(1)
const noise = (length: number): Buffer => Buffer.from(Array.from({ length }, () => Math.floor(next() * 256)))
/** Blocks of every kind: raw (noise), repeated (one byte), compressed (text). */
const plain = Buffer.concat([
  Buffer.from('text and text and text '.repeat(9000)),
  noise(300_000),
  Buffer.alloc(400_000, 7),
])

for (const compression of ['gzip', 'zstd'] as const) {
  t.test(`${compression}: all members or frames of a file are read, in chunks of any size`, async t => {
    const { push, cut } = compressor(compression)
    const out: Uint8Array[] = []
    for (let at = 0; at < plain.length; at += 100_000) {
      out.push(...(await push(plain.subarray(at, at + 60_000))))
      out.push(...(await push(plain.subarray(at + 60_000, at + 100_000))))
      out.push(...(await cut()))
    }
    t.strictSame(await cut(), [])
    const bytes = Buffer.concat(out)
    for (const size of [4 << 20, 65_536, 4093])
      t.ok((await read(bytes, compression, size)).equals(plain), `${size} bytes at a time`)
    const start = bytes.subarray(0, 600)
    await t.rejects(read(start, compression, 1), { code: 'INPUT_CUT_OFF' }, 'a byte at a time')
  })

  t.test(`${compression}: a closed member or frame leaves no output, and the next one is complete`, async t => {
    const { push, cut, close } = compressor(compression)
    close()
    await push(Buffer.from('lost'))
    close()
    close()
    const out = [...(await push(Buffer.from('kept'))), ...(await cut())]
    t.equal(String(await read(Buffer.concat(out), compression)), 'kept')
    t.strictSame(await cut(), [])
  })

  t.test(`${compression}: truncated data is an error, wherever it is truncated`, async t => {
    const compress = compression === 'gzip' ? gzipSync : zstdCompressSync
    const one = compress(Buffer.from('some text '.repeat(100)))
    const two = Buffer.concat([one, one])
    t.equal(String(await read(two, compression)), 'some text '.repeat(200))
    for (let at = 0; at < two.length; at++) {
      if (at === one.length) continue
      await t.rejects(read(two.subarray(0, at), compression), { code: 'INPUT_CUT_OFF' }, `after ${at} bytes`)
    }
  })

  t.test(`${compression}: data in another format is an error`, async t => {
    const one = (compression === 'gzip' ? gzipSync : zstdCompressSync)(plain)
    await t.rejects(read(Buffer.from('id,name\n1,2\n'), compression), { code: 'INPUT_MALFORMED' })
    await t.rejects(read(Buffer.concat([one, Buffer.from('garbage'), one]), compression), { code: 'INPUT_MALFORMED' })
    await t.rejects(read(Buffer.from(one).fill(0x55, 200, 260), compression), { code: 'INPUT_MALFORMED' })
  })
}

t.test(
  'zstd: frames of other programs are read: with checksums, of unknown size, with skippable frames between',
  async t => {
    const params = { [constants.ZSTD_c_checksumFlag]: 1, [constants.ZSTD_c_contentSizeFlag]: 0 }
    const summed = zstdCompressSync(plain, { params })
    const tiny = zstdCompressSync(Buffer.from('x'))
    const skippable = Buffer.concat([Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 5, 0, 0, 0]), Buffer.from('notes')])
    const emptySkippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0])
    const bytes = Buffer.concat([skippable, summed, emptySkippable, tiny, zstdCompressSync(Buffer.alloc(0)), skippable])
    for (const size of [4 << 20, 1000])
      t.ok((await read(bytes, 'zstd', size)).equals(Buffer.concat([plain, Buffer.from('x')])))
  },
)

t.test("compressed output is read by Node's one-shot functions", async t => {
  for (const [compression, expand] of [
    ['gzip', gunzipSync],
    ['zstd', zstdDecompressSync],
  ] as const) {
    const { push, cut } = compressor(compression)
    const out = [...(await push(plain)), ...(await cut())]
    t.ok(expand(Buffer.concat(out)).equals(plain), compression)
  }
})

t.test('a reader that stops early closes the input', async t => {
  let closed = false
  async function* endless(): AsyncGenerator<Buffer> {
    try {
      for (;;) yield gzipSync(plain)
    } finally {
      closed = true
    }
  }
  for await (const chunk of decompress(endless(), 'gzip', 'x')) if (chunk) break
  t.equal(closed, true)
})

t.test('a flipped bit in compressed output is detected, without a warning', async t => {
  for (const compression of ['gzip', 'zstd'] as const) {
    const { push, cut } = compressor(compression)
    const whole = Buffer.concat([...(await push(plain.subarray(0, 200_000))), ...(await cut())])
    const warned: string[] = []
    const chunks = async function* () {
      yield whole
    }
    for await (const _ of decompress(chunks(), compression, 'x', words => void warned.push(words)));
    t.strictSame(warned, [])
    for (let at = 20; at < whole.length; at += Math.ceil(whole.length / 40)) {
      const flipped = Buffer.from(whole)
      flipped[at]! ^= 1
      await t.rejects(read(flipped, compression), `${compression}, byte ${at}`)
    }
  }
})

t.test('zstd frames without checksums are read, with one warning', async t => {
  const frame = zstdCompressSync('some text ')
  const warned: string[] = []
  const chunks = async function* () {
    yield Buffer.concat([frame, frame])
    yield frame
  }
  let text = ''
  for await (const chunk of decompress(chunks(), 'zstd', 'x.csv.zst', words => void warned.push(words)))
    text += String(chunk)
  t.equal(text, 'some text '.repeat(3))
  t.strictSame(warned, [
    'x.csv.zst has no checksums, so corruption would go unnoticed. Compress it with `zstd --check`.',
  ])
})
