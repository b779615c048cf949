import t from 'tap'
import { isNumbered, numberedNames } from '../../../src/catalogue/onboarding/free-name.ts'

const first = (name: string): string => numberedNames(name).next().value as string

t.test('names get the numbers from 2 on, and stay within the limits of Graph', async t => {
  const names = numberedNames('ann.lee@contoso.com')
  t.strictSame([names.next().value, names.next().value], ['ann.lee2@contoso.com', 'ann.lee3@contoso.com'])
  t.equal(first(`${'a'.repeat(64)}@contoso.com`), `${'a'.repeat(63)}2@contoso.com`)
  t.equal(first(`${'a'.repeat(62)}.b@contoso.com`), `${'a'.repeat(62)}2@contoso.com`, 'no dot before the number')
  const domain = `${'d'.repeat(90)}.com`
  t.equal(first(`${'a'.repeat(18)}@${domain}`), `${'a'.repeat(17)}2@${domain}`, 'at most 113 characters together')
  t.equal(new Set(numberedNames('x@contoso.com')).size, 9_998)
})

t.test('a name with a number is recognised', async t => {
  t.ok(isNumbered('ann.lee12@contoso.com', 'Ann.Lee@contoso.com'))
  for (const name of ['ann.lee@contoso.com', 'ann.leee2@contoso.com', 'ann.lee2@fabrikam.com', '2@contoso.com'])
    t.notOk(isNumbered(name, 'ann.lee@contoso.com'), name)
})
