import t from 'tap'
import { countryCodes } from '../../src/data/country-codes.ts'
import { formerlySyncedProperties, userAttributes } from '../../src/data/on-premises.ts'
import { propertiesOfType } from '../../src/data/properties.ts'

t.test('what Active Directory masters are properties of users', async t => {
  const known = propertiesOfType('user')
  t.strictSame(
    [...Object.keys(userAttributes), ...formerlySyncedProperties].filter(name => !known.has(name)),
    [],
  )
})

t.test('ISO 3166-1 has 249 two-letter codes', async t => {
  t.equal(countryCodes.size, 249)
  t.strictSame(
    [...countryCodes].filter(code => !/^[A-Z]{2}$/.test(code)),
    [],
  )
  for (const code of ['UK', 'EU', 'XX', 'AN']) t.notOk(countryCodes.has(code), code)
})
