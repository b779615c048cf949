import t from 'tap'
import { parseExpand } from '../../src/odata/parse-expand.ts'

t.test('one relation is parsed, with its selection and its levels', async t => {
  t.strictSame(parseExpand('manager'), { relation: 'manager' })
  t.strictSame(parseExpand('members($select=id, displayName)'), { relation: 'members', select: ['id', 'displayName'] })
  t.strictSame(parseExpand('manager($levels=max;$select=id)'), { relation: 'manager', levels: 'max', select: ['id'] })
  t.strictSame(parseExpand('manager($levels=3)'), { relation: 'manager', levels: 3 })
})

t.test('an unsupported $expand is an error with its position', async t => {
  for (const [text, message] of [
    ['members,owners', '$expand, at character 8: expected the end, got ,owners. Only one relation can be expanded.'],
    ['*', '$expand, at character 1: expected one relation by its name, got *.'],
    ['members($filter=x eq 1)', '$expand, at character 9: expected $select or $levels, got $filter=x eq 1.'],
    ['manager($levels=0)', "$expand, at character 9: expected a number or 'max' for $levels, got $levels=0."],
    ['', '$expand, at character 1: expected a relation such as manager or members($select=id), got the end.'],
  ] as const)
    t.throws(() => parseExpand(text), { code: 'OPTION_INVALID', message })
})
