import t from 'tap'
import { compileSearch, searchWordsOf } from '../../src/odata/compile-search.ts'
import { parseSearch } from '../../src/odata/parse-search.ts'

const finds = (text: string, row: object): boolean =>
  compileSearch<object>(parseSearch(text), (at, name) => (at as Record<string, unknown>)[name])(row)

t.test('words are split at spaces, symbols, digits and changes to upper case', async t => {
  t.strictSame(searchWordsOf('hello world'), ['hello', 'world'])
  t.strictSame(searchWordsOf('HelloWorld'), ['hello', 'world'])
  t.strictSame(searchWordsOf('HELLOworld'), ['helloworld'])
  t.strictSame(searchWordsOf('HelloWORld'), ['hello', 'world'])
  t.strictSame(searchWordsOf('hello.world'), ['hello', '.', 'world', 'helloworld'])
  t.strictSame(searchWordsOf('hello123world'), ['hello', '123', 'world'])
})

t.test('names match by the prefixes of their words in any order, other properties by their own prefix', async t => {
  const row = {
    displayName: '李四(David Li)',
    description: 'One-Video team',
    mail: 'onevideo@contoso.com',
    proxyAddresses: ['SMTP:x@y'],
  }
  for (const text of ['李四(David Li)', '李四', 'david', 'Li', 'David)', '(李四', 'Li 李', 'dav'])
    t.equal(finds(`"displayName:${text}"`, row), true, text)
  for (const text of ['avid', 'Lin', 'David Ann']) t.equal(finds(`"displayName:${text}"`, row), false, text)
  t.equal(finds('"description:OneVideo"', row), true)
  t.equal(finds('"description:onevideo"', row), true)
  t.equal(finds('"mail:OneV" AND "displayName:Li"', row), true)
  t.equal(finds('"mail:video" OR "displayName:Ann"', row), false)
  t.equal(finds('"proxyAddresses:smtp:x"', row), true)
  t.equal(finds('"city:x"', row), false)
})

t.test('a text of letters, digits and spaces matches as its words do', async t => {
  let last = 3
  const pick = (below: number): number => (last = (last * 48_271) % 2_147_483_647) % below
  const text = (length: number): string =>
    Array.from({ length: pick(length) + 1 }, () => 'aAbB1 '.charAt(pick(6))).join('')
  let matches = 0
  const wrong: string[] = []
  for (let nth = 0; nth < 5_000; nth++) {
    const [value, word] = [text(9), text(3)]
    const wanted = word.split(' ').flatMap(one => searchWordsOf(one))
    const words = searchWordsOf(value)
    const expected = wanted.every(one => words.some(each => each.startsWith(one)))
    if (word.trim() === '') continue
    if (finds(`"displayName:${word}"`, { displayName: value }) !== expected) wrong.push(`${value}: ${word}`)
    if (expected) matches++
  }
  t.strictSame(wrong, [])
  t.ok(matches > 500)
})
