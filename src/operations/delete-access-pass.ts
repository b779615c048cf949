import type { Decision, Looked, Operation } from '../core/operation.ts'
import { idIn, nameIn, notFound, ofOne, settleOne } from './objects/one.ts'
import { seenAfterLoss } from './replies/verdicts.ts'
import { passesOf, passesSeen } from './users/access-passes.ts'
import { expectOnly, textOf } from './values/expect.ts'

const common = ofOne('delete-access-pass', 'user')

/**
 * Deletes the Temporary Access Passes of users; with `pass`, only the one with this id.
 *
 * @see https://learn.microsoft.com/graph/api/temporaryaccesspassauthenticationmethod-delete
 */
export const deleteAccessPass: Operation = {
  ...common,
  title: 'Delete access passes of users',
  lasts: 'A deleted pass cannot be restored: `entrapipe users access-pass` makes a new one.',
  onlyTakes: true,
  columns: { ...common.columns, options: { pass: { type: 'String', captions: ['passId', 'accessPassId'] } } },
  accept(values) {
    expectOnly(values, ['user', 'pass'], 'delete-access-pass')
    const user = nameIn('user', values)
    return (values['pass'] ?? null) === null ? { user } : { user, pass: textOf(values, 'pass', 'the id of the pass') }
  },
  repeat: () => 'refused',
  touches: value => [idIn('user', value).toLowerCase()],
  async look(values, context) {
    const ids = values.map(value => idIn('user', value))
    const passes = await passesSeen(ids, context)
    return values.map((value, at): Looked => {
      const [id, held] = [ids[at]!, passes[at]]
      if (!held) return notFound('user', id)
      const wanted = held.find(pass => value['pass'] === undefined || pass.id === value['pass'])
      if (wanted) return { send: { pass: wanted.id } }
      return { outcome: 'unchanged', id, message: `The user has no ${held.length > 0 ? 'such ' : ''}pass.` }
    })
  },
  request: ([row]) => ({
    method: 'DELETE',
    url: `${passesOf(idIn('user', row!.value))}/${String(row!.before['pass'])}`,
  }),
  settle: (rows, reply) => settleOne('user', rows, reply),
  async decide(rows, context) {
    const ids = rows.map(({ value }) => idIn('user', value))
    const passes = await passesSeen(ids, context)
    return rows.map(({ before }, at): Decision => {
      const held = passes[at]
      if (!held) return { unknown: 'No reply came, and then the user was deleted.' }
      return held.some(({ id }) => id === before['pass']) ? 'not-done' : seenAfterLoss(ids[at]!)
    })
  },
}
