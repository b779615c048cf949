import t from 'tap'
import { latinWords } from '../../src/people/latin.ts'

const words = latinWords()

t.test('apostrophes and invisible characters are left out, and other signs separate words', async t => {
  for (const text of ["O'Neil", 'O’Neil', 'O`Neil', 'Oʼneil', 'O\u200Bneil', 'O\u00ADNeil'])
    t.strictSame(words(text), ['oneil'])
  t.strictSame(words('Müller/Schmidt, Dr. Hans'), ['muller', 'schmidt', 'dr', 'hans'])
  t.strictSame(words('علی\u200Cرضا'), ['lyrda'])
})

t.test('hyphens of all kinds stay between letters, one at a time', async t => {
  t.strictSame(words('-Anne–Marie‐- —'), ['anne-marie'])
})

t.test('ligatures, wide letters and signs that look like letters', async t => {
  t.strictSame(words('ﬁ Ａｎｎ ǆ Ĳ ẞ'), ['fi', 'ann', 'dz', 'ij', 'ss'])
  t.strictSame(words('® 👍 …'), [])
})

t.test('a replacement may be empty', async t => {
  t.strictSame(latinWords({ letters: { '-': '' } })('Anne-Marie'), ['annemarie'])
})
