import t from 'tap'
import { textArena } from '../../../src/formats/xlsx/text-arena.ts'

t.test('each of many texts is found by its index', async t => {
  const texts = Array.from({ length: 5000 }, (_, at) => (at % 7 === 0 ? '' : `${at} ${'ü€🙂x'.repeat(at % 300)}`))
  texts[2500] = 'é'.repeat(700_000)
  const arena = textArena(100_000_000)
  t.ok(texts.every(text => arena.add(text)))
  t.ok(texts.every((text, at) => arena.get(at) === text))
  for (const index of [-1, texts.length, Number.NaN, 0.5]) t.equal(arena.get(index) ?? 'none', 'none')
})

t.test('there is no room for more bytes than allowed', async t => {
  const arena = textArena(10)
  t.strictSame([arena.add('ü'.repeat(5)), arena.add('x')], [true, false])
})
