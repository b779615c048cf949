import t from 'tap'
import { escaped, pageHead } from '../../src/core/html.ts'

t.test('text never becomes markup', t => {
  t.equal(
    escaped(`<script>alert("a" & 'b')</script>`),
    '&lt;script&gt;alert(&quot;a&quot; &amp; &#39;b&#39;)&lt;/script&gt;',
  )
  t.match(pageHead('<b>'), /<title>&lt;b&gt;<\/title>/)
  t.end()
})

t.test('a page may load nothing but what it names', t => {
  t.match(pageHead('x'), /content="default-src 'none'; style-src 'unsafe-inline'"/)
  t.match(
    pageHead('x', { policy: "; script-src 'unsafe-inline'" }),
    /style-src 'unsafe-inline'; script-src 'unsafe-inline'"/,
  )
  t.end()
})
