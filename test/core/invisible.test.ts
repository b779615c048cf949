import t from 'tap'
import { invisibleIn, misplacedIn, shown, trimmed } from '../../src/core/invisible.ts'

t.test('the first invisible character is named, and white space is none', async t => {
  t.equal(invisibleIn('T\u200b01\u202a1'), 'U+200B')
  t.equal(invisibleIn('T\u0007'), 'U+0007')
  t.equal(invisibleIn('a\u{e0041}'), 'U+E0041')
  for (const text of ['', 'T 011', 'a\tb\r\nc', 'é\u00a0ß']) t.equal(invisibleIn(text), undefined)
})

t.test('text keeps what scripts and emoji need inside it, and has no invisible character at an end', async t => {
  const england = '\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}'
  for (const text of ['می\u200cخواهم', '👩\u200d💻', 'one\r\ntwo\r\n', '(x)\u200f', 'Team England ' + england])
    t.equal(misplacedIn(text), undefined, text)
  t.equal(misplacedIn('Clerk\u200b'), 'U+200B')
  t.equal(misplacedIn('\ufeffClerk'), 'U+FEFF')
  t.equal(misplacedIn('Sales\r'), 'U+000D')
  t.equal(misplacedIn('Sa\u0085les'), 'U+0085')
})

t.test('invisible characters are written, or removed with blanks at the ends', async t => {
  t.equal(shown('"\u200bT011" \u0000'), '"[U+200B]T011" [U+0000]')
  t.equal(trimmed('\ufeff \u200bAnn\u200d Lee\u202c\u00a0\r'), 'Ann\u200d Lee')
})
