import t from 'tap'
import { belowRoot, seenLinks } from '../../src/graph/links.ts'

const root = 'https://graph.microsoft.com/v1.0'

t.test('a link is stored without its version root, and otherwise unchanged', async t => {
  const path = "/users?$skiptoken=X'44%2f'&a=b c"
  t.equal(belowRoot(root, root + path), path)
  t.equal(belowRoot(root, path), path)
  t.equal(belowRoot(root, `HTTPS://Graph.Microsoft.com:443/v1.0${path}`), path)
})

t.test('a link to another host is foreign', async t => {
  for (const link of [
    'https://graph.microsoft.us/v1.0/users',
    'http://graph.microsoft.com/v1.0/users',
    'https://graph.microsoft.com:444/v1.0/users',
    'https://graph.microsoft.com/beta/users',
    'https://graph.microsoft.com/v1.00/users',
    'https://graph.microsoft.com.evil.example/v1.0/users',
    'https://user@graph.microsoft.com/v1.0/users',
    '//evil.example/v1.0/users',
    'users',
    '',
  ])
    t.throws(() => belowRoot(root, link), { code: 'GRAPH_LINK_FOREIGN' }, link)
})

t.test('repeated links are recognised until they are forgotten', async t => {
  const seen = seenLinks()
  t.strictSame(
    ['a', 'b', 'c', 'b'].map(link => seen.add(link)),
    [true, true, true, false],
  )
  seen.forgetAfter('a')
  t.strictSame([seen.add('a'), seen.add('b')], [false, true])
  seen.forgetAfter('unknown')
  t.ok(seen.add('a'))
  seen.clear()
  t.ok(seen.add('b'))
})
