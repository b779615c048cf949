import t from 'tap'
import { exactIntegers, exactJson, losesDigits } from '../../src/core/exact-json.ts'
import { random } from '../formats/random.ts'

t.test('an integer that JavaScript cannot represent is a string of its digits, wherever it occurs', async t => {
  const changed = ['9007199254740993', '-9007199254740993', '12345678901234567890', '1000000000000000000000']
  for (const source of changed) {
    t.equal(losesDigits(source), true, source)
    t.strictSame(exactJson(source), source)
    t.strictSame(exactIntegers(`[{"a":${source}}]`), [{ a: source }])
    t.strictSame(exactJson(`{"a": [{"b":${source}}, 1.5,"x"] , "c" :${source}\n}`), {
      a: [{ b: source }, 1.5, 'x'],
      c: source,
    })
  }
})

t.test('a number that would become infinity is a string of its digits', async t => {
  for (const source of ['1e400', '-1E+400', '1.5e309', `1${'0'.repeat(400)}`, '1e-400', '-2.5E-330'])
    t.strictSame(
      [exactJson(source), exactJson(`{"a":${source},"b":[1,${source}]}`), exactJson(`[ ${source}, "1e400"]`)],
      [source, { a: source, b: [1, source] }, [source, '1e400']],
    )
  t.strictSame(exactJson('[1e308,-1e308,1e-300,0e-400,0.0,"x:1e400"]'), [1e308, -1e308, 1e-300, 0, 0, 'x:1e400'])
})

t.test(
  'in a reply of Graph, a number outside the range of JavaScript does not depend on the integers around it',
  async t => {
    for (const source of ['1e400', '-1e400', '1e-400']) {
      t.equal(exactIntegers(source), Number(source), source)
      t.strictSame(exactIntegers(`[${source},9007199254740993]`), [Number(source), '9007199254740993'], source)
    }
    const long = `1${'0'.repeat(400)}`
    t.strictSame(exactIntegers(`[${long}]`), [long])
  },
)

t.test('every other number is a number', async t => {
  for (const source of [
    '9007199254740992',
    '-9007199254740991',
    '100000000000000000000',
    '0.12345678901234567890',
    '1e3',
  ])
    t.equal(exactJson(source), Number(source), source)
  t.strictSame(exactJson('{"id":"12345678901234567890","n":12345678901234567890}'), {
    id: '12345678901234567890',
    n: '12345678901234567890',
  })
})

t.test('no such integer is missed, at any position between other numbers', async t => {
  const next = random(7)
  for (let round = 0; round < 2000; round++) {
    const digits = (length: number): string =>
      `${1 + Math.floor(next() * 9)}${Array.from({ length: length - 1 }, () => Math.floor(next() * 10)).join('')}`
    const numbers = Array.from({ length: 6 }, () => digits(1 + Math.floor(next() * 24)))
    const expected = numbers.map(source => (String(JSON.parse(source)) === source ? JSON.parse(source) : source))
    const found = exactJson(`[${numbers.join(',')}]`)
    if (JSON.stringify(found) !== JSON.stringify(expected)) t.strictSame(found, expected)
  }
  t.pass('12,000 numbers are right')
})
