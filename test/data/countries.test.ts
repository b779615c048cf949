import t from 'tap'
import { countryCodes } from '../../src/data/country-codes.ts'
import { countryIn } from '../../src/data/countries.ts'

t.test(
  'every country is found by its code, and by its names in English, German, French, Spanish and Polish',
  async t => {
    const wrong = ['en', 'de', 'fr', 'es', 'pl'].flatMap(language => {
      const names = new Intl.DisplayNames([language], { type: 'region' })
      return [...countryCodes].filter(code => countryIn(names.of(code)!) !== code).map(code => `${language} ${code}`)
    })
    // Kongo is one of two countries, depending on the language.
    t.strictSame(wrong, ['pl CG'])
    t.strictSame(
      [...countryCodes].filter(code => countryIn(code.toLowerCase()) !== code),
      [],
    )
  },
)

t.test('accents and punctuation do not count, and other words mean no country', async t => {
  t.equal(countryIn('osterreich'), 'AT')
  t.equal(countryIn('Bosnia & Herzegovina'), 'BA')
  t.equal(countryIn('U.K.'), 'GB')
  t.equal(countryIn('Europe'), undefined)
  t.equal(countryIn('XX'), undefined)
})
