import t from 'tap'
import { claimIn } from '../../src/hr/claims.ts'
import { column } from '../../src/hr/values.ts'
import type { Mapping } from '../../src/hr/mapping.ts'
import { personIn } from '../../src/hr/person.ts'
import { row, sample, sampleOptions } from './sample.ts'

const moment = { nowMs: Date.parse('2026-06-15T22:30:00Z'), timeZone: 'UTC' }
const person = (cells: Readonly<Record<string, string>> = {}, mapping: Mapping = sample()) =>
  personIn(mapping, claimIn(mapping, 2, row(cells), moment), moment)

t.test('empty cells leave properties alone, unless the mapping says that they clear them', async t => {
  t.strictSame(person({ Mobile: '', CostCentre: '', Boss: ' 12 ' }), {
    key: '007',
    line: 2,
    today: '2026-06-15',
    standing: 'active',
    wanted: {
      employeeId: '007',
      employeeType: 'Employee',
      givenName: 'Ann',
      surname: 'Lee',
      displayName: 'Ann Lee',
      department: 'Sales',
      mobilePhone: null,
    },
    manager: '12',
  })
  t.equal(person({ CostCentre: '0815' }).wanted['onPremisesExtensionAttributes/extensionAttribute1'], '0815')
})

t.test('what recognises an account is written as it is compared, and other text as it stands', async t => {
  t.match(person({ EmpNo: 'T014  ', Dept: 'Sales ' }).wanted, { employeeId: 'T014', department: 'Sales ' })
  const byPath = sample({ match: ['onPremisesExtensionAttributes/extensionAttribute1'] })
  const wanted = (CostCentre: string) => person({ CostCentre }, byPath).wanted
  t.match(wanted('\u00a0C1 '), { 'onPremisesExtensionAttributes/extensionAttribute1': 'C1' })
  t.throws(() => wanted('C\u200d1'), { code: 'ROW_INVALID', facts: { column: 'CostCentre' }, message: /U\+200D/ })
})

t.test('characters that nobody sees are named: in the key of a manager, at the end of text, in a status', async t => {
  t.throws(() => person({ Boss: '1\u200b2' }), { code: 'ROW_INVALID', facts: { column: 'Boss' }, message: /U\+200B/ })
  t.throws(() => person({ Dept: 'Sales\u200b' }), { facts: { column: 'Dept' }, message: /U\+200B/ })
  t.throws(() => person({ Status: '\u200bA' }), { facts: { column: 'Status' }, message: /"\[U\+200B\]A", a status/ })
  t.equal(person({ First: 'Ann\u200b' }).wanted['givenName'], 'Ann')
})

t.test('a status says who works, is on leave or has left, and another one fails the row', async t => {
  t.equal(person({ Status: 'l' }).standing, 'leave')
  t.equal(person({ Status: ' T ' }).standing, 'leaver')
  t.throws(() => person({ Status: 'X' }), {
    code: 'ROW_INVALID',
    facts: { column: 'Status' },
    message: /"X", a status/,
  })
  t.throws(() => person({ Status: '' }), { code: 'ROW_INVALID' })
})

t.test('the last day is a day of work, in the time zone of the person', async t => {
  t.equal(person({ LastDay: '15.06.2026' }).standing, 'active')
  t.match(person({ LastDay: '14.06.2026' }), { standing: 'leaver', ended: '2026-06-14' })
  // There it is the 16th already.
  t.match(person({ LastDay: '15.06.2026', Zone: 'Europe/Berlin' }), { standing: 'leaver', today: '2026-06-16' })
})

t.test('somebody who starts later has the first day, of the job or of the row', async t => {
  t.equal(person({ Hired: '01.07.2026' }).starts, '2026-07-01')
  t.equal(person({ ValidFrom: '01.08.2026', Hired: '01.07.2026' }).starts, '2026-08-01')
  t.equal(person({ Hired: '15.06.2026' }).starts, undefined)
})

t.test('a last day before the first one is that of an earlier employment if the mapping says so', async t => {
  const earlier = sample({ lastDayBeforeHireDate: 'earlier' })
  const dates = { Hired: '01.06.2026', LastDay: '30.06.2025' }
  const rehired = person(dates, earlier)
  t.match(rehired, { standing: 'active' })
  t.notOk('ended' in rehired)
  t.match(person({ ...dates, Hired: '01.11.2026', Status: 'L' }, earlier), { standing: 'leave', starts: '2026-11-01' })
  t.match(person({ ...dates, LastDay: '02.06.2026' }, earlier), { standing: 'leaver', ended: '2026-06-02' })
  t.throws(() => person({ ...dates, Status: 'T' }, earlier), {
    code: 'ROW_INVALID',
    fix: 'Correct the dates in the feed.',
  })
  t.throws(() => person(dates), { code: 'ROW_INVALID', fix: /lastDayBeforeHireDate: 'earlier' in the mapping/ })
})

t.test('a last day before the first one fails the row', async t => {
  t.throws(() => person({ Hired: '01.07.2026', LastDay: '01.05.2026' }), { code: 'ROW_INVALID', message: /before/ })
})

t.test('values that Graph refuses, and what a spreadsheet leaves, fail the row with the column', async t => {
  const location = sample({
    account: { ...sampleOptions.account, usageLocation: 'Country', businessPhones: 'Phones' },
  })
  t.throws(() => person({ Country: 'Germany', Phones: '' }, location), {
    code: 'ROW_INVALID',
    facts: { column: 'Country' },
  })
  t.throws(() => person({ EmpNo: '12345678901234567' }), { code: 'ROW_INVALID', message: /16/ })
  t.throws(() => person({ EmpNo: '1.23E+11' }), { code: 'ROW_INVALID', facts: { column: 'EmpNo' }, message: /rounded/ })
  t.throws(() => person({ Dept: '#N/A' }), { code: 'ROW_INVALID', facts: { column: 'Dept' } })
  t.strictSame(person({ Country: 'de', Phones: '+49 1' }, location).wanted['businessPhones'], ['+49 1'])
})

t.test('a list that is cleared is empty', async t => {
  const phones = sample({ account: { ...sampleOptions.account, businessPhones: column('Phones').orClear() } })
  t.strictSame(person({ Phones: '' }, phones).wanted['businessPhones'], [])
})
