import t from 'tap'
import type { Fields } from '../../src/core/json.ts'
import { jsonTable } from '../../src/graph/json-table.ts'
import { readPageBody, type PageBody, type Piece } from '../../src/graph/page-body.ts'

const pageOf = (bytes: Buffer): PageBody => readPageBody(bytes) as PageBody
const piecesOf = (text: string): readonly Piece[] => [...pageOf(Buffer.from(text)).pieces()]
const valuesOf = (text: string): readonly unknown[] => piecesOf(text).flatMap(({ values }) => values)

const long = 'Zoë Ångström 山田 '.repeat(40)
const users = (count: number, more: (at: number) => object = () => ({})) =>
  Array.from({ length: count }, (_, at) => ({ id: `${at}`, displayName: long, ...more(at) }))
const page = (value: readonly unknown[]): string =>
  JSON.stringify({ '@odata.context': 'c', '@odata.nextLink': 'https://x/next', value })

t.test('a large page is returned in pieces with all its values in order, and the last one is marked', t => {
  const value = users(700)
  const pieces = piecesOf(page(value))
  t.ok(pieces.length > 3, `${pieces.length} pieces`)
  t.strictSame(
    pieces.flatMap(({ values }) => values),
    value,
  )
  t.strictSame(
    pieces.map(({ isLast }) => isLast),
    pieces.map((_, at) => at === pieces.length - 1),
  )
  t.end()
})

t.test('the other properties of a page are known before its values, wherever they are in the page', t => {
  const value = users(700)
  const fields = { '@odata.count': 7, '@odata.nextLink': 'n' }
  for (const text of [JSON.stringify({ ...fields, value }), JSON.stringify({ value, ...fields })]) {
    t.strictSame(readPageBody(Buffer.from(text))!.fields, fields)
    t.strictSame(valuesOf(text), value)
  }
  t.end()
})

t.test('a link between the values and another list is found', t => {
  const value = users(700)
  const text = JSON.stringify({ value, '@odata.nextLink': 'n', removed: [{ id: 'a' }, { id: 'b' }] })
  t.equal(readPageBody(Buffer.from(text))!.fields['@odata.nextLink'], 'n')
  t.strictSame(valuesOf(text), value)
  t.end()
})

t.test('the values of a page equal those of JSON.parse, however the page is formatted', t => {
  const odd = {
    'values in values that begin alike': page(
      users(500, () => ({ memberOf: [{ id: 'a' }, { id: 'b' }, { id: 'c' }] })),
    ),
    'the sign in a text': page(users(500, () => ({ jobTitle: '},{"id":"7"},{"id":' }))),
    'the name of the list within a value': page(users(500, () => ({ list: { value: [{ id: 'x' }, { id: 'y' }] } }))),
    'another list after it': JSON.stringify({ value: users(500), others: users(500) }),
    'another list before it': JSON.stringify({ others: { value: users(500) }, value: users(500) }),
    'spaces and lines': JSON.stringify({ value: users(500) }, undefined, 2),
    'values that begin differently': page(users(500).map((user, at) => (at % 2 ? { kind: 'x', ...user } : user))),
    'one very long value': page([{ id: '1', text: long.repeat(1000) }]),
    'empty objects': page(Array.from({ length: 100_000 }, () => ({}))),
    'a name with an escape': page(users(500).map(user => ({ 'a"b': 1, ...user }))),
    'a byte order mark': `\ufeff${page(users(500))}`,
    'no values': page([]),
    'few values': page(users(3)),
  }
  for (const [what, text] of Object.entries(odd))
    t.strictSame(valuesOf(text), (JSON.parse(text.replace(/^\ufeff/, '')) as { value: unknown[] }).value, what)
  t.end()
})

t.test('values that may stay unparsed are the same ones, with their ids, however the page is formatted', t => {
  const unparsed = (text: string) => {
    const pieces = [...pageOf(Buffer.from(text)).pieces({ key: 'id', table: jsonTable() })]
    t.ok(pieces.at(-1)!.isLast)
    return {
      unparsed: pieces.filter(({ json }) => json).length,
      values: pieces.flatMap(({ json, values }) =>
        json ? [...json.rows()] : (values as readonly Fields[]).map(value => ({ key: value['id'], value })),
      ),
    }
  }
  const nested = users(500, () => ({ memberOf: [{ id: 'a' }, { id: 'b' }] }))
  for (const [what, value, some] of [
    ['users', users(700), true],
    ['users with lists that begin alike', nested, false],
    ['users with more and more properties', users(700, at => ({ [`p${Math.floor(at / 50)}`]: at })), true],
    [
      'users with other orders',
      users(700).map((user, at) => (at % 2 ? { displayName: user.displayName, id: user.id } : user)),
      true,
    ],
    ['users with spaces', users(700), false],
    ['users without text as id', users(700, at => ({ id: at })), false],
    ['few users', users(3), false],
  ] as const) {
    const text = what === 'users with spaces' ? JSON.stringify({ value }, undefined, 2) : page(value)
    const found = unparsed(text)
    t.strictSame(
      found.values,
      value.map(user => ({ key: user.id, value: user })),
      what,
    )
    t.equal(found.unparsed > 0, some, what)
  }
  t.end()
})

t.test('a page that is malformed inside is refused at that position, also where values stay unparsed', t => {
  const text = page(users(700))
  const at = Math.floor(text.length / 2)
  let taken = 0
  t.throws(() => {
    const broken = Buffer.from(`${text.slice(0, at)}\u0000${text.slice(at)}`)
    for (const { json } of pageOf(broken).pieces({ key: 'id', table: jsonTable() })) taken += json!.count
  }, SyntaxError)
  t.ok(taken > 0 && taken < 350)
  t.end()
})

t.test('a page that is truncated anywhere is refused before any value is returned', t => {
  const bytes = Buffer.from(page(users(700)))
  for (let end = 1; end < bytes.length; end += 9973)
    t.throws(() => readPageBody(bytes.subarray(0, end)), SyntaxError, `after ${end} bytes`)
  t.throws(() => readPageBody(bytes.subarray(0, bytes.length - 1)), SyntaxError)
  t.throws(() => readPageBody(Buffer.from(`{,${bytes.toString()}`)), SyntaxError)
  t.end()
})

t.test('a page that is malformed inside is refused at that position, and no value is invented', t => {
  const text = page(users(700))
  const at = Math.floor(text.length / 2)
  const taken: unknown[] = []
  t.throws(() => {
    for (const { values } of pageOf(Buffer.from(`${text.slice(0, at)}\u0000${text.slice(at)}`)).pieces())
      taken.push(...values)
  }, SyntaxError)
  t.ok(taken.length > 0)
  t.strictSame(taken, users(700).slice(0, taken.length))
  t.end()
})

t.test('an integer of 64 bits is text with the same digits, wherever it is in a page', t => {
  const count = 700
  const digits = (at: number): string => String(9_223_372_036_854_775_807n - BigInt(at))
  const numbers = page(users(count, at => ({ expires: `#${at}` }))).replace(/"#(\d+)"/g, (_, at: string) => digits(+at))
  const wanted = users(count, at => ({ expires: digits(at) }))
  t.ok(piecesOf(numbers).length > 3)
  t.strictSame(valuesOf(numbers), wanted)
  t.strictSame(valuesOf(JSON.stringify({ a: [], value: 1 }).replace('1', '[{"id":9007199254740993}]')), [
    { id: '9007199254740993' },
  ])
  t.end()
})

t.test('JSON that is not a collection has no pieces, and what is not an object has nothing', t => {
  for (const text of ['7', 'null', '[]']) t.equal(readPageBody(Buffer.from(text)), undefined, text)
  for (const text of ['{}', '{"value":7}', '{"error":{"code":"x"}}'])
    t.strictSame(readPageBody(Buffer.from(text)), { fields: JSON.parse(text) as object }, text)
  t.end()
})

t.test('a value that is not an object, a link that is not text, and bytes that are not UTF-8 are broken replies', t => {
  const refused = (text: string | Buffer): string => {
    try {
      for (const _ of pageOf(Buffer.from(text as string)).pieces());
      return ''
    } catch (error) {
      return error instanceof SyntaxError ? error.message : 'another error'
    }
  }
  for (const value of [null, 7, 'a', ['a']])
    for (const others of [[], users(700)])
      t.equal(refused(page([...others, value, ...others])), 'a value in the reply is not an object')
  for (const link of [null, 7, '', {}, ['a']])
    for (const value of [[], users(700)]) {
      const text = JSON.stringify({ value, '@odata.nextLink': link })
      t.equal(refused(text), '@odata.nextLink of the reply is not a link', JSON.stringify(link))
      t.equal(refused(text.replace('nextLink', 'deltaLink')), '@odata.deltaLink of the reply is not a link')
    }
  for (const value of [users(1), users(700)])
    t.equal(refused(Buffer.from(page(value).replace('Å', 'A'), 'latin1')), 'the reply is truncated or not UTF-8')
  t.end()
})
