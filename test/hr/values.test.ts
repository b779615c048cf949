import t from 'tap'
import { column, constant, firstOf, join } from '../../src/hr/values.ts'

t.test('a column is read as it is written, and a blank cell is empty', async t => {
  const dept = column('Dept')
  t.equal(dept.read({ Dept: ' Sales ' }), ' Sales ')
  t.equal(dept.trim().read({ Dept: ' Sales ' }), 'Sales')
  t.equal(dept.read({ Dept: '  ' }), null)
  t.equal(dept.read({}), null)
  t.equal(dept.trim().read({ Dept: '\u200b' }), null, 'what a conversion leaves empty is empty, too')
  t.equal(dept.values({ S: '' }).read({ Dept: 'S' }), null)
})

t.test('numbers of JSON are text, and leading zeros of text stay', async t => {
  t.equal(column('EmpNo').read({ EmpNo: 4711 }), '4711')
  t.equal(column('EmpNo').read({ EmpNo: '004711' }), '004711')
  t.throws(() => column('EmpNo').read({ EmpNo: ['1'] }), { code: 'ROW_INVALID', facts: { column: 'EmpNo' } })
})

t.test('methods apply in the order in which they are written, and leave the expression as it was', async t => {
  const name = column('Name')
  t.equal(name.trim().upper().read({ Name: ' ann ' }), 'ANN')
  t.equal(name.lower().read({ Name: 'ANN' }), 'ann')
  t.equal(name.read({ Name: ' Ann ' }), ' Ann ')
})

t.test('is() compares words without case and blanks', async t => {
  const main = column('Main').is('Y', 'ja')
  t.strictSame(
    ['Y', ' y ', 'JA', 'N', ''].map(Main => main.read({ Main })),
    [true, true, true, false, false],
  )
  t.equal(column('Main').is('').read({ Main: ' ' }), true)
})

t.test('dates are read in the stated order only', async t => {
  const read = (order: 'dmy' | 'mdy' | 'ymd', text: string) => column('Day').date(order).read({ Day: text })
  t.equal(read('dmy', '01.02.2026'), '2026-02-01')
  t.equal(read('mdy', '1/2/2026'), '2026-01-02')
  t.equal(read('ymd', '2026-02-01'), '2026-02-01')
  t.equal(read('ymd', '20260201'), '2026-02-01')
  t.equal(read('dmy', '01022026'), '2026-02-01')
  t.equal(read('ymd', '2026-02-01T00:00:00'), '2026-02-01')
  t.equal(read('ymd', ''), null)
  for (const text of [
    '2026-02-01',
    '2026/2/1',
    '2026-02-01-08:00',
    '2026-02-01T00:00:00.000-08:00',
    '2026-02-01T00:00:00+00:00',
    '/Date(1769904000000)/',
    '/Date(1769904000000+0000)/',
  ])
    for (const order of ['dmy', 'mdy', 'ymd'] as const) t.equal(read(order, text), '2026-02-01', `${order} ${text}`)
  for (const text of ['0000-00-00', '0000-00-00T00:00:00', '00000000', '00.00.0000']) t.equal(read('dmy', text), null)
  for (const [order, text] of [
    ['dmy', '2026-13-01'],
    ['dmy', '20260201'],
    ['dmy', '/Date(1769904000001)/'],
    ['dmy', '0000-01-00'],
    ['dmy', '31.02.2026'],
    ['mdy', '13/1/2026'],
    ['dmy', '1.2.26'],
    ['ymd', 'soon'],
    ['ymd', '2026-02-01T08:00:00'],
  ] as const)
    t.throws(() => read(order, text), { code: 'ROW_INVALID', facts: { column: 'Day' } }, `${order} ${text}`)
  const fix = (text: string) =>
    `Write .date('${text}') in the mapping if the column has this order, or correct the row.`
  t.throws(() => read('ymd', '31.01.2026'), { code: 'ROW_INVALID', fix: fix('dmy') })
  t.throws(() => read('dmy', '01/31/2026'), { code: 'ROW_INVALID', fix: fix('mdy') })
  t.throws(() => read('ymd', '01.02.2026'), { code: 'ROW_INVALID', fix: fix("dmy') or .date('mdy") })
  t.throws(() => read('dmy', 'soon'), { code: 'ROW_INVALID', fix: 'Correct the row, or the order in the mapping.' })
  t.throws(() => read('dmy', '46054'), { message: /Excel counts days/ })
})

t.test('values() knows the words of its table, and fails the row for another one', async t => {
  const dept = column('Dept').values({ S: 'Sales', e: 'Engineering' })
  t.equal(dept.read({ Dept: ' s ' }), 'Sales')
  t.equal(dept.read({ Dept: 'E' }), 'Engineering')
  t.equal(dept.read({ Dept: '' }), null)
  t.throws(() => dept.read({ Dept: 'X' }), { code: 'ROW_INVALID', message: /"X"/ })
})

t.test('country() knows codes and names, and guesses nothing', async t => {
  const country = column('Country').country()
  t.strictSame(
    ['de', 'Deutschland', 'Germany', 'Österreich', "Cote d'Ivoire", 'UK', 'USA', 'Niger', '日本', ''].map(Country =>
      country.read({ Country }),
    ),
    ['DE', 'DE', 'DE', 'AT', 'CI', 'GB', 'US', 'NE', 'JP', null],
  )
  t.throws(() => country.read({ Country: 'Atlantis' }), { code: 'ROW_INVALID' })
})

t.test('firstOf() and join() leave out what is empty', async t => {
  const phone = firstOf('Mobile', column('Desk').trim(), constant('none'))
  t.equal(phone.read({ Mobile: '', Desk: ' 1 ' }), '1')
  t.equal(phone.read({ Mobile: '', Desk: '' }), 'none')
  const name = join(' ', 'First', 'Middle', 'Last')
  t.equal(name.read({ First: ' Ann ', Middle: '', Last: 'Lee' }), 'Ann Lee')
  t.equal(name.read({ First: '', Middle: '', Last: '' }), null)
  t.strictSame(name.columns, ['First', 'Middle', 'Last'])
})

t.test('a mistake is kept with its place, and nothing is thrown', async t => {
  const place = /^values\.test\.ts:\d+$/
  t.match(column('Day').date('dym' as 'dmy').mistakes, [{ at: place, text: /order, dmy, mdy, ymd; got "dym"/ }])
  t.match(column('').mistakes, [{ at: place }])
  t.match(column('A').values({}).mistakes, [{ at: place }])
  t.match(column('A').values({ a: '1', A: '2' }).mistakes, [{ text: /twice/ }])
  t.match(column('A').is().mistakes, [{ at: place }])
  t.match(join(' ', 5 as unknown as string).mistakes, [{ at: place }])
  t.match(constant('').mistakes, [{ at: place }])
})
