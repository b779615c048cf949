import t from 'tap'
import { groupsOf } from '../../src/hr/group-rules.ts'
import { sample } from './sample.ts'

t.test('who has all properties of a rule is a member of its group, without regard to case', async t => {
  const { groups } = sample({
    groups: [
      { when: { department: ['Sales', 'Marketing'], employeeType: 'Employee' }, group: 'Front' },
      { when: { department: 'sales ' }, group: 'Sales team' },
      { when: { department: 'Marketing' }, group: 'Front' },
    ],
  })
  t.strictSame(groupsOf(groups, { department: 'SALES', employeeType: 'Employee' }), ['Front', 'Sales team'])
  t.strictSame(groupsOf(groups, { department: 'Marketing', employeeType: 'Employee' }), ['Front'])
  t.strictSame(groupsOf(groups, { department: 'Marketing', employeeType: null }), ['Front'])
  t.strictSame(groupsOf(groups, { department: null }), [])
})
