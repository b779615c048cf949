import t from 'tap'
import { transformContract } from '../../src/contracts/transform.ts'
import { generateName, type GenerateNameOptions } from '../../src/transforms/generate-name.ts'
import { keeps } from '../contracts/keeps.ts'
import { through } from './through.ts'

const options: GenerateNameOptions = {
  into: 'userPrincipalName',
  patterns: ['{givenName:1}.{surname}{n}@contoso.com', '{surname}{n}@contoso.com'],
  mailNickname: 'mailNickname',
}

const people = Array.from({ length: 24 }, (_, at) => ({
  givenName: at % 5 === 0 ? '' : 'Ann',
  surname: at % 7 === 0 ? '…' : at % 2 === 0 ? 'Lee' : 'Öz',
}))

t.test('generateName keeps the contract of a transform', t =>
  keeps(t, transformContract({ make: () => generateName(options), values: people })),
)

t.test('names of earlier rows are taken, also those that rows brought, in any case', async t => {
  const { values, settled } = await through(
    t,
    generateName(options),
    [
      { givenName: 'Ann', surname: 'Lee', userPrincipalName: 'A.Lee2@Contoso.com', mailNickname: 'ann' },
      { givenName: 'Amy', surname: 'Lee' },
    ],
    [
      { givenName: 'Abe', surname: 'Lee', userPrincipalName: null },
      { givenName: 'Al', surname: 'Lee', userPrincipalName: 'a.lee@contoso.com' },
    ],
  )
  t.strictSame(values, [
    { givenName: 'Ann', surname: 'Lee', userPrincipalName: 'A.Lee2@Contoso.com', mailNickname: 'ann' },
    { givenName: 'Amy', surname: 'Lee', userPrincipalName: 'a.lee@contoso.com', mailNickname: 'a.lee' },
    { givenName: 'Abe', surname: 'Lee', userPrincipalName: 'a.lee3@contoso.com', mailNickname: 'a.lee3' },
  ])
  t.match(settled, [
    { key: 4, code: 'ROW_INVALID', message: 'userPrincipalName "a.lee@contoso.com" is the name of row 2.' },
  ])
})

t.test('a row of which no name can be made fails alone', async t => {
  const { values, settled } = await through(t, generateName(options), [
    { givenName: 'Ann', surname: '…' },
    { givenName: 'Ann', surname: 'Lee', userPrincipalName: 7 },
    { givenName: '', surname: 'Lee' },
  ])
  t.strictSame(values, [{ givenName: '', surname: 'Lee', userPrincipalName: 'lee@contoso.com', mailNickname: 'lee' }])
  t.match(settled, [
    {
      key: 1,
      operation: 'generate-name',
      message: 'No pattern makes a valid name: surname "…" has no letter or digit.',
    },
    { key: 2, message: 'userPrincipalName is a number, not text.' },
  ])
})

t.test('the columns of its patterns are read, and a required one must exist', async t => {
  const transform = generateName({ into: 'mailNickname', patterns: '{givenName}.{middleName?}' })
  t.strictSame(transform.reads, [{ name: 'givenName' }, { name: 'middleName', optional: true }])
  t.strictSame(transform.columns?.({ names: ['givenName'], closed: true }), {
    names: ['givenName', 'mailNickname'],
    closed: true,
  })
})

for (const [given, message] of [
  [{ into: 'a' }, /needs patterns: a pattern of names, or several/],
  [{ into: 'a', patterns: [] }, /needs patterns/],
  [{ into: 'a', patterns: 'ann' }, /names no column/],
  [{ into: 'a', patterns: '{b}', umlauts: 'ö' }, /umlauts of generateName to be o or oe/],
  [{ into: 'a', patterns: '{b}', letters: { ö: 'ö' } }, /letters of generateName/],
  [{ into: 'a', patterns: '{b}', cyrillic: 'russia' }, /Did you mean russian\?/],
] as const)
  t.test(`${JSON.stringify(given)} is refused`, async t =>
    t.throws(() => generateName(given as never), { code: 'OPTION_INVALID', message }),
  )
