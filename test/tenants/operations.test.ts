import t from 'tap'
import { isCode } from '../../src/core/errors.ts'
import { findOperations, operationNames } from '../../src/tenants/operations.ts'

const names = (...words: string[]) => findOperations(words).map(({ operation }) => operation)

t.test('words apart and words in one argument name the same operation', async t => {
  t.strictSame(names('export', 'users'), ['export users'])
  t.strictSame(names('export users'), ['export users'])
  t.strictSame(names('Export   Users'), ['export users'])
})

t.test('a family stands for all its operations', async t => {
  t.strictSame(names('members'), ['members add', 'members remove'])
  t.strictSame(names('export,members').slice(-2), ['members add', 'members remove'])
})

t.test('after a comma a single word is of the family before it, where that has such an operation', async t => {
  t.strictSame(names('export', 'users,groups,members'), ['export users', 'export groups', 'export members'])
  t.strictSame(names('export users,licenses report'), ['export users', 'licenses report'])
})

t.test('an operation that is named twice comes once', async t => {
  t.strictSame(names('export users,export users,'), ['export users'])
})

t.test('an unknown name is refused with the nearest one and the families', async t => {
  t.throws(() => names('export', 'usrs'), {
    code: 'OPTION_INVALID',
    message: 'No operation is called "export usrs". Did you mean "export users"?',
  })
  try {
    names('fly')
    t.fail('fly was found')
  } catch (error) {
    t.ok(isCode(error, 'OPTION_INVALID') && error.fix?.includes('export, users, groups, members'))
  }
})

t.test('every name that is offered is understood', async t => {
  for (const name of operationNames) t.not(findOperations([name]).length, 0)
})
