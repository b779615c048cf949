import t from 'tap'
import { ungarbled } from '../../src/core/garbled.ts'

t.test('text in UTF-8 that was read in another encoding is recognised, with the text that was meant', async t => {
  for (const [text, meant, encoding] of [
    ['BjÃ¶rn MÃ¼ller', 'Björn Müller', 'windows-1252'],
    ['KÄ…kol', 'Kąkol', 'windows-1252'],
    ['Oâ€™Neil', 'O’Neil', 'windows-1252'],
    ['Ð˜Ð²Ð°Ð½', 'Иван', 'windows-1252'],
    ['Stra√üe', 'Straße', 'macintosh'],
    ['Ĺ‚ucja', 'łucja', 'windows-1250'],
    ['РёРІР°РЅ', 'иван', 'windows-1251'],
  ] as const)
    t.strictSame(ungarbled(text), { meant, encoding })
})

t.test('names as they are written are not taken for garbled ones', async t => {
  const names = `Ann Jörg Łukasz Ñandú Größe ÉCOLE’ CAFÉ… Weiß’s Straße’ ORĂŞTIE MAÇÃ’ ÇİĞDEM Şırnak Čapek ŻÓŁĆ Nguyễn Иван Сёмин РСФСР Ξένος 李小龍 김민준 Đặng “Café” é”… √2 €`
  for (const name of names.split(' ')) t.equal(ungarbled(name), undefined, name)
})
