import t from 'tap'
import { namePattern, number } from '../../src/people/name-pattern.ts'

t.test('a pattern has text, columns, a number and a domain', async t => {
  const { local, domain } = namePattern('X-{givenName:1}.{Last name:first}{n}@Contoso.com')
  t.strictSame(local, ['x-', { column: 'givenName', take: 1 }, '.', { column: 'Last name', take: 'first' }, number])
  t.strictSame(domain, ['contoso.com'])
  t.equal(namePattern('{a}').domain, undefined)
})

for (const [pattern, message] of [
  ['{a}@b.com@c.com', /more than one @/],
  ['ann{n}@contoso.com', /names no column before the domain/],
  ['{a}{n}{n}', /\{n\} more than once/],
  ['{a}{n:2}', /cannot take \{n:2\}/],
  ['{a:0}', /cannot take \{a:0\}/],
  ['{a:last}', /cannot take \{a:last\}/],
  ['{a}}', /a brace without a column/],
  ['{}', /a brace without a column/],
  ['{a} b', /characters that a name cannot have: " b"/],
  ['{a}ö', /characters that a name cannot have/],
  ['{a}@contoso', /no valid domain/],
  ['{a}@-contoso.com', /no valid domain/],
  [`{a}@${'b'.repeat(45)}.com`, /no valid domain/],
  ['{a}@', /no valid domain/],
  ['{a}@b{n}.com', /\{n\} in its domain/],
  ['{a}@{b:1}.com', /a part of a column in its domain/],
] as const)
  t.test(`the pattern ${pattern} is refused`, async t =>
    t.throws(() => namePattern(pattern), { code: 'OPTION_INVALID', message }),
  )
