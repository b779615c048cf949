import t from 'tap'
import { placeOfCall } from '../../src/hr/expression.ts'
import { written } from '../../src/hr/written.ts'

// prettier-ignore
const mapping = {
  lonely: 'Frist', at: placeOfCall(),
  twice: 'One', within: { twice: 'Other', at: placeOfCall() },
  columns: [`a text`, placeOfCall()],
}

t.test('a property is found by its name and text, and a text that stands once', async t => {
  const { property, text } = written()
  const [, place] = mapping.columns
  t.equal(property('lonely'), mapping.at)
  t.equal(property('lonely', `${mapping.lonely}`), mapping.at)
  t.equal(property('twice', `${mapping.within.twice}`), mapping.within.at)
  t.equal(text(mapping.columns[0]!), place)
})

t.test('what stands twice, or not at all, is at the place of the whole', async t => {
  const { at, property, text } = written()
  t.match(at, /^written\.test\.ts:\d+$/)
  t.equal(property('twice'), at)
  t.equal(property(['no', 'where'].join('')), at)
  t.equal(text('tap'), at, 'it is also in this line')
})
