import t from 'tap'
import { kinds, odd } from '../../src/core/json-rows.ts'
import { jsonTable } from '../../src/graph/json-table.ts'
import { tableMemory } from '../../src/graph/table-memory.ts'
import { anyJson } from '../formats/any-json.ts'
import { random } from '../formats/random.ts'

const find = (text: string) => {
  const table = jsonTable()
  const bytes = Buffer.from(text)
  const end = table.find(bytes, 0, bytes.length)
  const value = (at: number): string | undefined =>
    table.kinds[at] === kinds.missing ? undefined : bytes.toString('utf8', table.spans[2 * at], table.spans[2 * at + 1])
  return { table, end, bytes, value }
}

t.test(
  'the objects and values that it finds are those of a parser, with the text that JSON.stringify makes unless they are odd',
  async t => {
    const next = random(14)
    for (let list = 0; list < 300; list++) {
      const objects = Array.from({ length: 1 + Math.floor(next() * 5) }, () => anyJson(next))
      const text = objects.map(object => object.text).join(',')
      const { table, end, value, bytes } = find(`${text}],"more":1}`)
      if (end !== Buffer.byteLength(text)) t.equal(end, Buffer.byteLength(text), text)
      const parsed = JSON.parse(`[${text}]`) as readonly Record<string, unknown>[]
      if (table.count !== parsed.length) t.equal(table.count, parsed.length, text)
      for (const [row, object] of parsed.entries()) {
        t.strictSame(
          JSON.parse(bytes.toString('utf8', table.objects[2 * row], table.objects[2 * row + 1])),
          object,
          'the object',
        )
        for (const [column, name] of table.names.entries()) {
          const at = row * table.names.length + column
          const found = value(at)
          if (!Object.hasOwn(object, name)) t.equal(found, undefined)
          else if (JSON.stringify(JSON.parse(found!)) !== JSON.stringify(object[name])) t.equal(found, object[name])
          else if (table.kinds[at]! < odd && found !== JSON.stringify(object[name]))
            t.equal(found, JSON.stringify(object[name]), 'not odd')
        }
      }
    }
  },
)

t.test('text that it accepts is JSON, whatever byte of it is changed, lost or added', async t => {
  const next = random(15)
  const letters = '{}[]",:\\ \n0123456789eE+-.truefalsn\u0000u/é'
  let accepted = 0
  for (let list = 0; list < 30_000; list++) {
    const text = `${anyJson(next).text},${anyJson(next).text}`
    const at = Math.floor(next() * text.length)
    const letter = letters[Math.floor(next() * letters.length)]!
    const changed = `${text.slice(0, at)}${next() < 0.7 ? letter : ''}${text.slice(at + Math.floor(next() * 2))}`
    const { table, end, bytes } = find(`${changed}]`)
    if (end < 0) continue
    accepted++
    const found = bytes.toString('utf8', 0, table.objects[2 * table.count - 1])
    try {
      if ((JSON.parse(`[${found}]`) as unknown[]).length !== table.count) t.fail(changed)
    } catch {
      t.fail(`accepted: ${changed}`)
    }
  }
  t.ok(accepted > 1_000, `${accepted} accepted`)
})

t.test('a byte ends a text, is refused or stands for itself alike wherever in the text it is', async t => {
  for (let byte = 0; byte < 0x80; byte++)
    for (let before = 0; before < 9; before++) {
      const inner = `${'ä'.repeat(before % 2)}${'a'.repeat(before)}${String.fromCharCode(byte)}n${'b'.repeat(6)}`
      const text = `{"id":"1","name":"${inner}"}`
      const { end } = find(`${text}]`)
      let isJson = true
      try {
        JSON.parse(text)
      } catch {
        isJson = false
      }
      if (end >= 0 !== isJson) t.equal(end >= 0, isJson, JSON.stringify(text))
    }
  t.ok(find('{"id":"1","name":"\u007f"}]').end > 0)
})

t.test('names are distinguished by each of their letters, also those that begin or end alike', async t => {
  const names = ['a', 'ab', 'abc', 'abcd', 'abcde', 'abcdX', 'Xbcde', 'aXcde', 'abcdeabcde', 'abcdeXbcde']
  for (const first of names)
    for (const second of names) {
      const { table, value } = find(`{"${first}":1},{"${second}":2}]`)
      t.strictSame(table.names, [...new Set([first, second])])
      t.equal(value(table.names.length + table.names.indexOf(second)), '2')
    }
  t.equal(find('{"":1}]').end, -1, 'an empty name is for the parser')
})

t.test('what a parser would read differently, and what is no compact JSON, is left to the parser', async t => {
  for (const text of [
    '{"a":1,"a":2}',
    '{"__proto__":1}',
    '{"7":1}',
    '{"a\\u0062":1}',
    '{ "a":1}',
    '{"a" :1}',
    '{"a":1 }',
    '{"a":01}',
    '{"a":.5}',
    '{"a":+1}',
    '{"a":1.}',
    '{"a":1e}',
    '{"a":nul}',
    '{"a":"\\x"}',
    '{"a":"\\u12g4"}',
    '{"a":"\t"}',
    '{"a":[1,]}',
    '{"a":{"b"}}',
    '{"a":1,}',
    '{"a":"x}',
    '[1]',
    '7',
    '',
  ])
    t.equal(find(`${text}]`).end, -1, text)
})

t.test('values that JSON.stringify writes in another way are odd', async t => {
  for (const [text, isOdd] of [
    ['1.0', true],
    ['-0', true],
    ['1e3', true],
    ['1234567890123456', true],
    ['123456789012345', false],
    ['"a\\/b"', true],
    ['"\\u00e9"', true],
    ['"\\n\\"\\\\"', false],
    ['["\\u0041"]', true],
    ['{"b":1,"a":[{}]}', false],
    ['{"2":1,"1":2}', true],
    ['{"a":1,"a":2}', true],
  ] as const)
    t.equal(find(`{"a":${text}}]`).table.kinds[0]! >= odd, isOdd, text)
})

t.test('it goes on behind what it has found, and stops at the end of an object', async t => {
  const table = jsonTable()
  const bytes = Buffer.from('{"a":1},{"a":2},{"b":3,"a":4}]')
  t.equal(table.find(bytes, 0, 3), 7)
  t.equal(table.find(bytes, 8, 9), 15)
  t.strictSame([...table.objects.subarray(0, 4)], [0, 7, 8, 15])
  t.equal(table.find(bytes, 16, 100), -1, 'a new name would move the values that were found')
  table.clear()
  t.equal(table.find(bytes, 16, 100), 29)
  t.strictSame(table.names, ['a', 'b'])
  t.strictSame([...table.spans.subarray(0, 4)], [11, 12, 5, 6])
})

t.test('values that are nested too deep are left to the parser', async t => {
  const nested = (depth: number): string => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}]`
  t.ok(find(nested(32)).end > 0)
  t.equal(find(nested(33)).end, -1)
  t.equal(find(nested(100_000)).end, -1)
})

t.test('tables that share their memory are used in turn, and each finds what it is given', t => {
  const memory = tableMemory()
  const wide = jsonTable(memory)
  const narrow = jsonTable(memory)
  const found = (table: ReturnType<typeof jsonTable>, text: string): readonly unknown[] => {
    table.clear()
    table.find(Buffer.from(text), 0, text.length - 1)
    return [table.count, ...table.spans.subarray(0, 2 * table.count * table.names.length)]
  }
  t.strictSame(found(narrow, '{"a":1}]'), [1, 5, 6])
  const many = `${Array.from({ length: 300 }, () => '{"b":1,"c":"x"}').join(',')}]`
  t.strictSame(found(wide, many).slice(0, 5), [300, 5, 6, 11, 14])
  t.strictSame(found(narrow, '{"a":12},{"a":3}]'), [2, 5, 7, 14, 15])
  t.strictSame(found(wide, many), found(jsonTable(), many))
  t.end()
})
