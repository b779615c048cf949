import t from 'tap'
import { createdBy } from '../../../src/core/operation.ts'
import {
  createdId,
  createdIn,
  expectNoCreated,
  hasPending,
  toldWithIds,
  withCreated,
} from '../../../src/engine/changes/created-ids.ts'

const name = createdBy(0, 'a')
const inText = `x ${name}`
const strange = '$created:ab/1'

t.test('only a whole value names the object that a step creates, and text with such a name stays text', t => {
  const value = { user: name, note: inText, odd: strange, members: [name, inText], deep: { id: name } }
  const of = { key: 'a', step: 0 }
  t.strictSame(createdIn(value), [of, of, of])
  t.strictSame(
    withCreated(value, () => 'the-id'),
    { user: 'the-id', note: inText, odd: strange, members: ['the-id', inText], deep: { id: 'the-id' } },
  )
  t.equal(createdId(of), name)
  t.end()
})

t.test('what a change is about has the id in its place, and text that is no name is left', t => {
  const idOf = () => 'the-id'
  t.equal(toldWithIds(`g/members/${name}`, idOf), 'g/members/the-id')
  t.equal(toldWithIds(`user ${strange}`, idOf), `user ${strange}`)
  t.strictSame([hasPending(`g/members/${name}`), hasPending('g/members/1')], [true, false])
  t.end()
})

t.test('a cell that names a created object is refused, also within a list, and the steps of a plan may name one', t => {
  for (const cell of [name, ['a', name]])
    t.throws(() => expectNoCreated({ note: 'x', user: cell }), { code: 'ROW_INVALID', facts: { column: 'user' } })
  expectNoCreated({ note: inText, user: ['a', null, 1], steps: [{ kind: 'add-member', value: { member: name } }] })
  t.end()
})
