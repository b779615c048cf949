import t from 'tap'
import { pageBuffer } from '../../src/graph/page-buffer.ts'

async function* chunks(...texts: readonly string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text)
}

t.test('it gives all bytes of all chunks, however small it began', async t => {
  for (const size of [0, 1, 5, 1000])
    t.equal((await pageBuffer(size).fill(chunks('abc', '', 'defgh', 'i'))).toString(), 'abcdefghi', `${size}`)
  t.equal((await pageBuffer(0).fill(chunks())).length, 0)
})

t.test('the next page lies in the same memory, and a shorter one ends where it ends', async t => {
  const buffer = pageBuffer(4)
  const first = await buffer.fill(chunks('a long page'))
  const second = await buffer.fill(chunks('short'))
  t.equal(second.toString(), 'short')
  t.equal(second.buffer, first.buffer)
})

t.test('a body that breaks off rejects, and the next one is whole', async t => {
  const buffer = pageBuffer()
  async function* breaking(): AsyncGenerator<Buffer> {
    yield Buffer.from('half')
    throw new Error('reset')
  }
  await t.rejects(buffer.fill(breaking()), { message: 'reset' })
  t.equal((await buffer.fill(chunks('ok'))).toString(), 'ok')
})
