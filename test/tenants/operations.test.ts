import t from 'tap'
import { isCode } from '../../src/core/errors.ts'
import { findOperations, operationNames } from '../../src/tenants/operations.ts'

const names = (...words: string[]) => findOperations(words).map(({ operation }) => operation)

t.test('separate words and words in one argument name the same operation', async t => {
  t.strictSame(names('export', 'users'), ['export users'])
  t.strictSame(names('export users'), ['export users'])
  t.strictSame(names('Export   Users'), ['export users'])
})

t.test('a family includes all its operations', async t => {
  t.strictSame(names('tenants'), ['tenants check'])
  t.ok(names('export').includes('export skus'))
})

t.test('operations that this version lacks are omitted', async t => {
  t.strictSame(names('members'), ['export members', 'members add', 'members remove', 'members sync'])
  t.strictSame(names('licenses'), [
    'export licenses',
    'licenses report',
    'licenses group status',
    'licenses assign',
    'licenses modify',
    'licenses transfer',
    'licenses remove',
    'licenses group assign',
    'licenses group remove',
    'licenses group reprocess',
    'licenses group migrate --to group',
    'licenses group migrate --to direct',
  ])
  for (const later of ['logs provisioning', 'logs'])
    t.throws(() => names(later), { code: 'OPTION_INVALID', message: /is not supported by this version/ }, later)
})

t.test('with later operations included, a family has them too', async t => {
  const all = findOperations(['devices'], { planned: true })
  t.strictSame(
    all.map(({ operation, planned }) => [operation, planned]),
    [
      ['export devices', undefined],
      ['devices update', undefined],
      ['devices enable', undefined],
      ['devices disable', undefined],
      ['devices delete', undefined],
    ],
  )
})

t.test('after a comma a single word belongs to the family before it, if that has such an operation', async t => {
  t.strictSame(names('export', 'users,groups,members'), ['export users', 'export groups', 'export members'])
  t.strictSame(names('export users,tenants check'), ['export users', 'tenants check'])
})

t.test('several operations may be words of their own, quoted or not', async t => {
  t.strictSame(names('export users', 'members'), ['export users', 'export members'])
  t.strictSame(names('export', 'users', 'export', 'members'), ['export users', 'export members'])
  t.strictSame(names('users create', 'tenants'), ['users create', 'tenants check'])
  t.throws(() => names('export', 'users', 'membrs'), { code: 'OPTION_INVALID', message: /"export users membrs"/ })
})

t.test('a repeated operation is returned once', async t => {
  t.strictSame(names('export users,export users,'), ['export users'])
})

t.test('an unknown name suggests the nearest one and lists the families', async t => {
  t.throws(() => names('export', 'usrs'), {
    code: 'OPTION_INVALID',
    message: 'Operation "export usrs" does not exist. Did you mean "export users"?',
  })
  try {
    names('fly')
    t.fail('fly was found')
  } catch (error) {
    t.ok(isCode(error, 'OPTION_INVALID'))
    t.match(error, {
      fix: /export, (?:[a-z-]+, )*tenants, (?:[a-z-]+, )*groups, members, owners, (?:[a-z-]+, )*runs, apply, (?:[a-z-]+, )*or/,
    })
  }
})

t.test('every suggested name is accepted', async t => {
  for (const planned of [false, true])
    for (const name of operationNames({ planned })) t.not(findOperations([name], { planned }).length, 0)
})
