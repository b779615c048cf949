import t from 'tap'
import { parseSelect } from '../../src/odata/parse-select.ts'

t.test('names are parsed in order, without repeats', async t => {
  t.strictSame(parseSelect('id, displayName,id,employeeOrgData/division'), [
    'id',
    'displayName',
    'employeeOrgData/division',
  ])
  t.strictSame(parseSelect('*'), ['*'])
})

t.test('an invalid list of names is an error with its position', async t => {
  t.throws(() => parseSelect('id,,mail'), {
    code: 'OPTION_INVALID',
    message: '$select, at character 4: expected a property, got nothing.',
  })
  t.throws(() => parseSelect('id displayName'), {
    message:
      '$select, at character 1: expected a property, got id displayName. Names are separated by commas. Did you mean id,displayName?',
  })
  t.throws(() => parseSelect('id,manager($select=id)'), { code: 'OPTION_INVALID' })
})
