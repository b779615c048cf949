import t from 'tap'
import { gather } from '../../src/formats/gather.ts'

const kib128 = 128 * 1024

/** Copies of the pieces sent, since their memory is reused. */
const receiver = () => {
  const pieces: Buffer[] = []
  return { pieces, send: async (bytes: Uint8Array) => void pieces.push(Buffer.from(bytes)) }
}

t.test('characters of every length survive the end of the buffer', async t => {
  const unit = 'aé漢😀'
  for (let shift = 0; shift < 10; shift++) {
    const { pieces, send } = receiver()
    const gathered = gather({ send })
    const text = 'x'.repeat(kib128 - shift) + unit.repeat(60_000)
    await gathered.add(text)
    await gathered.add(unit)
    const last = await gathered.end('')
    t.ok(String(Buffer.concat([...pieces, ...last])) === text + unit, `${shift} bytes before the edge`)
  }
})

t.test('small strings are gathered into pieces of 128 KiB, and a cut sends the rest', async t => {
  const { pieces, send } = receiver()
  const gathered = gather({ send })
  for (let at = 0; at < 1000; at++) await gathered.add('a'.repeat(131))
  t.strictSame(pieces, [])
  await gathered.add('a'.repeat(1000))
  t.strictSame([pieces.map(piece => piece.length), gathered.bytes], [[kib128], kib128])
  await gathered.cut()
  t.strictSame([pieces.map(piece => piece.length), gathered.bytes], [[kib128, 928], 132_000])
})

t.test('few bytes are gathered as text is, and many are sent unchanged, after what was before them', async t => {
  const { pieces, send } = receiver()
  const gathered = gather({ send })
  const many = Buffer.alloc(kib128 / 2 + 1, 'm')
  await gathered.add('text')
  await gathered.add(new Uint8Array([0, 255]))
  await gathered.add('more')
  t.strictSame(pieces, [])
  await gathered.add(many)
  t.strictSame(pieces, [Buffer.from([...Buffer.from('text'), 0, 255, ...Buffer.from('more')]), many])
  t.strictSame(await gathered.end(new Uint8Array([7])), [Uint8Array.from([7])])
})

t.test('behind: a piece is on its way while the next one is made, and pieces arrive in order', async t => {
  const pieces: Buffer[] = []
  const waiting: (() => void)[] = []
  let overlapping = 0
  const send = async (bytes: Uint8Array): Promise<void> => {
    overlapping++
    await new Promise<void>(resolve => waiting.push(resolve))
    // The memory must still be the same.
    pieces.push(Buffer.from(bytes))
    t.equal(--overlapping, 0, 'calls do not overlap')
  }
  const gathered = gather({ send, behind: true })
  const many = Buffer.alloc(kib128 + 5, 'm')
  await gathered.add(many)
  await gathered.add('text')
  t.equal(waiting.length, 1, 'nothing has arrived, and both calls have returned')
  many.fill('x')
  const next = gathered.add('n'.repeat(kib128))
  waiting.shift()!()
  await next
  t.equal(pieces.length, 1)
  const cut = gathered.cut()
  while (waiting.length > 0 || pieces.length < 3) {
    waiting.shift()?.()
    await new Promise(setImmediate)
  }
  await cut
  t.equal(String(Buffer.concat(pieces)), `${'m'.repeat(kib128 + 5)}text${'n'.repeat(kib128)}`)
  t.equal(gathered.bytes, 2 * kib128 + 9)
})

t.test('behind: the error of a piece is thrown by the next call that sends, and by a cut', async t => {
  for (const call of ['add', 'cut', 'flush', 'end'] as const) {
    const gathered = gather({ send: async () => Promise.reject(new Error('full')), behind: true })
    await gathered.add('a'.repeat(kib128 + 1))
    const sent: Promise<unknown> =
      call === 'cut' || call === 'flush' ? gathered[call]() : gathered[call]('b'.repeat(kib128))
    await t.rejects(sent, { message: 'full' })
  }
})

t.test('behind: what is on its way when the output ends is sent, all of it, before what is returned', async t => {
  const pieces: Uint8Array[] = []
  // Two pieces of output for each of input, the second one later.
  const compressor = {
    push: async (bytes: Uint8Array) => [bytes.slice(0, 1), bytes.slice(1)],
    cut: async () => [],
    close() {},
  }
  const send = async (bytes: Uint8Array): Promise<void> => {
    await new Promise(setImmediate)
    pieces.push(bytes.slice())
  }
  const gathered = gather({ send, compressor, behind: true })
  const text = `${'a'.repeat(kib128)}${'b'.repeat(kib128)}`
  await gathered.add(`${text}c`)
  const last = await gathered.end('d')
  t.ok(String(Buffer.concat([...pieces, ...last])) === `${text}cd`)
})

t.test('an empty compressed file is valid, and is not written again after a resume', async t => {
  const compressor = { push: async () => [], cut: async () => [Buffer.from('frame')], close() {} }
  const { send } = receiver()
  t.equal(Buffer.concat(await gather({ send, compressor: { ...compressor } }).end('')).length > 0, true)
  let pushes = 0
  const counting = { ...compressor, cut: async () => [], push: async () => (pushes++, []) }
  await gather({ send, compressor: counting, bytes: 20 }).end('')
  t.equal(pushes, 0)
})

t.test('a compressor that was not ended is closed', async t => {
  let open = 0
  const { send } = receiver()
  const compressor = {
    async push(bytes: Uint8Array) {
      open = 1
      return [bytes.slice()]
    },
    cut: async () => [],
    close: () => void open--,
  }
  const gathered = gather({ send, compressor })
  await gathered.add('a'.repeat(200_000))
  t.equal(open, 1)
  gathered.close()
  t.equal(open, 0)
})
