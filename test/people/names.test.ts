import t from 'tap'
import { EntrapipeError } from '../../src/core/errors.ts'
import type { Fields } from '../../src/core/json.ts'
import { firstFree, nameMaker, type NameOptions } from '../../src/people/names.ts'
import { checkUserValues } from '../../src/sandbox/resources/user-values.ts'
import { namesOfTheWorld } from './names-of-the-world.ts'

const first = (patterns: readonly string[], row: Fields, options?: NameOptions): string => {
  const [name] = nameMaker(patterns, options).namesOf(row)
  return name!
}

const refusal = (patterns: readonly string[], row: Fields, options?: NameOptions): EntrapipeError => {
  try {
    first(patterns, row, options)
  } catch (error) {
    if (error instanceof EntrapipeError) return error
  }
  throw new Error('It was not refused.')
}

const usual = '{givenName}.{surname}{n}@contoso.com'

t.test('names of more than forty languages become user principal names that the directory accepts', async t => {
  const languages = new Set(namesOfTheWorld.map(([language]) => language.split(',')[0]))
  t.ok(languages.size >= 60, `${languages.size} languages`)
  for (const [language, givenName, surname, expected] of namesOfTheWorld)
    for (const form of ['NFC', 'NFD']) {
      const name = first([usual], { givenName: givenName.normalize(form), surname: surname.normalize(form) })
      t.equal(name, `${expected}@contoso.com`, `${language}, ${form}`)
      t.doesNotThrow(() => checkUserValues({ userPrincipalName: name, mailNickname: expected }), language)
    }
})

t.test('{n} is nothing and then 2 to 9999, and the next pattern follows', async t => {
  const names = [
    ...nameMaker(['{givenName}{n}', '{givenName:1}{surname}']).namesOf({ givenName: 'Ann', surname: 'Lee' }),
  ]
  t.equal(names.length, 10_000)
  t.strictSame([...names.slice(0, 3), ...names.slice(-2)], ['ann', 'ann2', 'ann3', 'ann9999', 'alee'])
})

t.test('the first name that is free is taken, and none after it is asked for', async t => {
  const asked: string[] = []
  const isFree = (name: string): boolean => asked.push(name) === 3
  t.equal(firstFree(nameMaker(['{a}{n}']).namesOf({ a: 'Ann' }), isFree), 'ann3')
  t.strictSame(asked, ['ann', 'ann2', 'ann3'])
  t.throws(() => firstFree(['ann'], () => false), { code: 'ROW_INVALID', message: 'ann is taken.' })
  t.throws(() => firstFree(['ann', 'ann2'], () => false), {
    message: 'All 2 names from ann to ann2 are taken.',
  })
})

t.test('a person with one name gets a name by the pattern that needs no other', async t => {
  const patterns = [usual, '{givenName}{n}@contoso.com', '{surname}{n}@contoso.com']
  t.equal(first(patterns, { givenName: 'Sukarno', surname: ' ' }), 'sukarno@contoso.com')
  t.equal(first(patterns, { givenName: null, surname: 'Suharto' }), 'suharto@contoso.com')
})

t.test('a column gives its first letters or its first word', async t => {
  const row = { givenName: 'Anna-Lena Maria', surname: 'von Braun' }
  t.equal(first(['{givenName:1}{surname:3}'], row, { between: '-' }), 'avon')
  t.equal(first(['{givenName:first}.{surname}'], row, { between: '-' }), 'anna-lena.von-braun')
  t.equal(first(['{givenName:5}.{surname:4}'], row, { between: '-' }), 'anna.von', 'no sign at the end of a part')
})

t.test('spelling is a choice where languages differ', async t => {
  const spelled = (text: string, options: NameOptions): string => first(['{a}'], { a: text }, options)
  t.equal(spelled('Jürgen Møller Ågren Käß', { umlauts: 'oe', between: '-' }), 'juergen-moeller-aagren-kaess')
  t.equal(spelled('Михайло Згурський', { cyrillic: 'ukrainian', between: '-' }), 'mykhailo-zghurskyi')
  t.equal(spelled("Юрій В'ячеслав", { cyrillic: 'ukrainian', between: '-' }), 'yurii-viacheslav')
  t.equal(spelled('Мария Ъглева Щерева', { cyrillic: 'bulgarian', between: '-' }), 'maria-agleva-shtereva')
  t.equal(spelled('Ѓорѓи Ќосев Цветков', { cyrillic: 'macedonian', between: '-' }), 'gjorgji-kjosev-cvetkov')
  t.equal(spelled('Живојин Џајић Чолић', { cyrillic: 'serbian', between: '-' }), 'zivojin-dzajic-colic')
  t.equal(spelled('Åse Straße', { letters: { Å: 'Aa', ß: 'sz' }, between: '-' }), 'aase-strasze')
  t.equal(
    spelled('Τσαγγάρης Εγκλέζος', { letters: { γκ: 'g' }, between: '-' }),
    'tsangaris-eglezos',
    'the longest first',
  )
})

t.test('Chinese characters are only read where it is said how', async t => {
  const refused = refusal([usual], { givenName: '小明', surname: '王' })
  t.equal(
    refused.message,
    'No pattern makes a valid name: givenName "小明" has Chinese characters, which each language reads in its own way.',
  )
  t.match(refused.fix, /chinese: 'pinyin'/)
  t.equal(
    first(['{givenName}.{surname}'], { givenName: '小明', surname: '王' }, { chinese: 'pinyin' }),
    'xiaoming.wang',
  )
  t.match(refusal(['{a}'], { a: '高橋みどり' }, { chinese: 'pinyin' }).message, /Japanese characters/)
  t.match(refusal(['{a}'], { a: '\u{2A700}' }, { chinese: 'pinyin' }).message, /reading is not known/)
})

t.test('a row of which nothing is left says so, with the column', async t => {
  const { code, message, facts } = refusal([usual], { givenName: '👍 …', surname: 'Lee' })
  t.strictSame(
    [code, message],
    ['ROW_INVALID', 'No pattern makes a valid name: givenName "👍 …" has no letter or digit.'],
  )
  t.equal(facts?.['column'], 'givenName')
  t.match(refusal([usual], { givenName: '', surname: 'Lee' }).message, /: givenName is empty\.$/)
  t.match(refusal([usual], { givenName: ['Ann'], surname: 'Lee' }).message, /: givenName is a list, not text\.$/)
})

t.test('a name has at most 64 characters, and no dot at its start or end or beside another', async t => {
  const long = 'a'.repeat(64)
  t.equal(first(['{a}{n}'], { a: long }), long)
  t.strictSame(
    [...nameMaker(['{a}{n}', '{b}']).namesOf({ a: long, b: 'b' })],
    [long, 'b'],
    'a number makes it too long',
  )
  t.match(refusal(['{a}'], { a: `${long}b` }).message, /65 characters, and a name has at most 64/)
  for (const pattern of ['{a}.', '.{a}', '{a}..{a}']) t.match(refusal([pattern], { a: 'b' }).message, /a dot/)
})

t.test('a domain may come from a column, and is checked', async t => {
  t.equal(first(['{a}@{company}.Contoso.com'], { a: 'Ann', company: 'Sales' }), 'ann@sales.contoso.com')
  t.match(refusal(['{a}@{company}.com'], { a: 'Ann', company: 'A & B' }).message, /"a & b.com" is not a domain/)
  t.match(refusal(['{a}@{company}'], { a: 'Ann' }).message, /company is empty/)
})
