import t from 'tap'
import { pageBuffer } from '../../src/graph/page-buffer.ts'

async function* chunks(...texts: readonly string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text)
}

t.test('a buffer returns all bytes of all chunks, whatever its initial size', async t => {
  for (const size of [0, 1, 5, 1000])
    t.equal((await pageBuffer(size).fill(chunks('abc', '', 'defgh', 'i'))).toString(), 'abcdefghi', `${size}`)
  t.equal((await pageBuffer(0).fill(chunks())).length, 0)
})

t.test('the next page uses the same memory, and a shorter page has its own length', async t => {
  const buffer = pageBuffer(4)
  const first = await buffer.fill(chunks('a long page'))
  const second = await buffer.fill(chunks('short'))
  t.equal(second.toString(), 'short')
  t.equal(second.buffer, first.buffer)
})

t.test('a truncated body rejects, and the next one is complete', async t => {
  const buffer = pageBuffer()
  async function* breaking(): AsyncGenerator<Buffer> {
    yield Buffer.from('half')
    throw new Error('reset')
  }
  await t.rejects(buffer.fill(breaking()), { message: 'reset' })
  t.equal((await buffer.fill(chunks('ok'))).toString(), 'ok')
})
