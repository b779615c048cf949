import t from 'tap'
import { pagePool, type PagePool } from '../../src/graph/page-pool.ts'
import { scene } from './fixtures.ts'

async function* chunks(...texts: readonly string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text)
}
/** An alarm that does not ring. */
const never = () => () => {}
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await new Promise(resolve => setImmediate(resolve))
}
/** A reader of one page, which is received at once. */
const readerOf = (pool: PagePool, text = 'page') => {
  const reader = pool.open()
  const buffer = reader.buffer()
  let page: Buffer | undefined
  const came = buffer.fill(chunks(text)).then(bytes => void (page = bytes))
  return { reader, buffer, came, page: () => page?.toString() }
}

t.test(
  'pages wait for memory beyond the budget, those whose caller waits come first, and memory is used again',
  async t => {
    const pool = pagePool(3, 1, never)
    const open = ['a', 'b', 'c', 'd', 'e'].map(text => readerOf(pool, text))
    open[3]!.reader.asked(false)
    await turns()
    t.strictSame(
      open.map(({ page }) => page()),
      ['a', 'b', 'c', undefined, undefined],
    )
    open[0]!.buffer.free()
    await turns()
    t.strictSame(
      open.slice(3).map(({ page }) => page()),
      [undefined, 'e'],
    )
    open[1]!.buffer.free()
    await turns()
    t.equal(open[3]!.page(), 'd')
    t.equal(pool.bytes, 3)
  },
)

t.test(
  'a caller that waits gets memory beyond the budget once all of it has had pages that nobody waits for',
  async t => {
    let ring: (() => void) | undefined
    const pool = pagePool(2, 1, (_, rings) => {
      ring = rings
      return () => (ring = undefined)
    })
    const [a, b] = [readerOf(pool, 'a'), readerOf(pool, 'b')]
    await turns()
    const c = readerOf(pool, 'c')
    const d = readerOf(pool, 'd')
    d.reader.asked(false)
    a.reader.asked(false)
    t.equal(ring, undefined, 'the caller of b waits, and will return its memory')
    b.reader.asked(false)
    t.type(ring, 'function')
    b.reader.asked(true)
    t.equal(ring, undefined, 'it was only busy')
    b.reader.asked(false)
    await turns()
    t.strictSame([c.page(), d.page()], [undefined, undefined])
    ring!()
    await turns()
    t.strictSame([c.page(), d.page(), pool.bytes], ['c', undefined, 3])
    for (const { buffer } of [a, b, c]) buffer.free()
    await turns()
    t.strictSame([d.page(), pool.bytes], ['d', 2], 'what is beyond the budget is not kept')
  },
)

t.test('two pages have memory however small the budget is, and all is returned when nothing is read', async t => {
  const pool = pagePool(0, 4, never)
  const reader = pool.open()
  const [a, b] = [reader.buffer(), reader.buffer()]
  t.equal((await a.fill(chunks('a long page'))).toString(), 'a long page')
  t.equal((await b.fill(chunks('next'))).toString(), 'next')
  reader.close()
  t.equal(pool.bytes, 0)
})

t.test('memory that is freed while a page is received is lent again only when that has ended', async t => {
  const pool = pagePool(1, 4, never)
  const first = pool.open()
  const other = readerOf(pool, 'ooo')
  const gate = Promise.withResolvers<void>()
  const slow = first.buffer()
  const filled = slow.fill(
    (async function* () {
      yield Buffer.from('a')
      await gate.promise
      throw new Error('cut off')
    })(),
  )
  await turns()
  const late = readerOf(pool, 'late')
  first.close()
  await turns()
  t.equal(late.page(), undefined)
  gate.resolve()
  await t.rejects(filled, { message: 'cut off' })
  await turns()
  t.strictSame([late.page(), other.page()], ['late', 'ooo'])
})

t.test('a page that waits for memory ends with its signal, and the queue goes on', async t => {
  const pool = pagePool(2, 1, never)
  const [a] = [readerOf(pool), readerOf(pool)]
  await turns()
  const gone = new AbortController()
  const waits = pool.open().buffer().ready(gone.signal)
  const next = readerOf(pool, 'next')
  gone.abort(new Error('no longer read'))
  await t.rejects(waits!, { message: 'no longer read' })
  a!.buffer.free()
  await turns()
  t.equal(next.page(), 'next')
  await t.rejects(pool.open().buffer().ready(gone.signal)!, { message: 'no longer read' })
})

t.test('listings end in whatever order they are read, with memory for two pages and one request at a time', async t => {
  const last = 4
  const { graph } = await scene(
    t,
    ({ url, headers }) => {
      const [, name, number] = /(\w+)\?(\d+)/.exec(url)!
      const next = `http://${headers.host}/v1.0/${name}?${Number(number) + 1}`
      const value = Array.from({ length: 3 }, (_, at) => ({ id: `${name}-${number}-${at}`, fill: 'x'.repeat(90_000) }))
      return { body: { value, ...(Number(number) < last && { '@odata.nextLink': next }) } }
    },
    {
      pageBytes: 0,
      concurrency: { start: 1, most: 1 },
      // The wait for a busy caller is over at once.
      alarm(ms, ring) {
        if (ms > 1_000) return () => {}
        const soon = setImmediate(ring)
        return () => clearImmediate(soon)
      },
    },
  )
  const names = Array.from({ length: 9 }, (_, at) => `list${at}`)
  const open = names.map(name => graph.pages<{ id: string }>(`/${name}?0`)[Symbol.asyncIterator]())
  const seen = names.map(() => [] as string[])
  let left = names.length
  // Each is left in the middle of a page, and the next one is read.
  for (let turn = 0; left > 0; turn++) {
    const at = (turn * 4 + Math.floor(turn / 9)) % 9
    const step = await open[at]!.next()
    if (!step.done) seen[at]!.push(...step.value.values.map(({ id }) => id))
    else if (!seen[at]!.includes('end')) {
      seen[at]!.push('end')
      left--
    }
  }
  t.strictSame(
    seen,
    names.map(name => [
      ...Array.from({ length: last + 1 }, (_, page) => [0, 1, 2].map(at => `${name}-${page}-${at}`)).flat(),
      'end',
    ]),
  )
})
