/** The people of a small company, feed by feed. Each feed is the one before with some changes. */
const columns = [
  'EmpNo',
  'First',
  'Last',
  'Dept',
  'Manager',
  'Status',
  'MainJob',
  'ValidFrom',
  'Hire',
  'LastDay',
] as const

type Line = Record<(typeof columns)[number], string>

const day = (iso: string): string => iso.split('-').toReversed().join('.')

const line = (EmpNo: string, First: string, Last: string, given: Partial<Line> = {}): Line => ({
  EmpNo,
  First,
  Last,
  Dept: 'Finance',
  Manager: '',
  Status: 'A',
  MainJob: 'Y',
  ValidFrom: day('2020-01-01'),
  Hire: day('2020-01-01'),
  LastDay: '',
  ...given,
})

const many = Array.from({ length: 40 }, (_, at) =>
  line(
    `E9${String(at).padStart(3, '0')}`,
    'Robin',
    `Quist${'abcdefghij'[Math.floor(at / 10)]}${'klmnopqrst'[at % 10]}`,
    { Manager: 'E0005' },
  ),
)

const csvOf = (lines: readonly Line[], header: readonly string[] = columns): string =>
  [header.join(';'), ...lines.map(each => columns.map(name => each[name]).join(';'))].join('\n') + '\n'

const changed = (lines: readonly Line[], change: (line: Line) => Partial<Line> | undefined): Line[] =>
  lines.map(each => ({ ...each, ...change(each) }))

const on =
  (EmpNo: string, given: Partial<Line>) =>
  (each: Line): Partial<Line> | undefined =>
    each.EmpNo === EmpNo ? given : undefined

const isMainJob = (each: Line): boolean => each.Dept === 'Sales'

const first: readonly Line[] = [
  line('E0001', 'Anna', 'Berg'),
  line('E0002', 'Anna', 'Berg'),
  line('E0003', 'Jonas', 'Falk', { Dept: 'IT', MainJob: 'N' }),
  line('E0003', 'Jonas', 'Falk', { Dept: 'Sales' }),
  line('E0004', 'Mira', 'Sand', { Hire: day('2026-03-22'), ValidFrom: day('2026-03-22'), Manager: 'E0011' }),
  line('E0005', 'Karin', 'Roth', { Dept: 'Board' }),
  line('E0006', 'Lena', 'Lind', { Manager: 'E0005' }),
  line('E0007', 'Paul', 'Dahl', { Manager: 'E0006' }),
  line('E0008', 'Erik', 'Moe'),
  line('E0009', 'Nora', 'Vik', { Dept: 'Sales' }),
  line('E0010', 'Ida', 'Nygren'),
  line('E0011', 'Tom', 'Aas'),
  line('E0012', 'Siri', 'Lund', { Dept: 'Sales' }),
  line('E0013', 'Olaf', 'Krog'),
  ...many,
]

// A change of name, a transfer, and the other job becomes the main one.
const second = changed(changed(changed(first, on('E0006', { Last: 'Holm' })), on('E0007', { Dept: 'Sales' })), each =>
  each.EmpNo === 'E0003' ? { MainJob: isMainJob(each) ? 'N' : 'Y' } : undefined,
)
// Leavers by their last day and by their status, and one person on leave.
const third = changed(
  changed(changed(second, on('E0008', { LastDay: day('2026-03-03') })), on('E0009', { Status: 'T' })),
  on('E0010', { Status: 'L' }),
)
// A manager leaves, a person is back, one is missing, and a transfer lies ahead.
const sixth = [
  ...changed(changed(changed(third, on('E0005', { Status: 'T' })), on('E0010', { Status: 'A' })), each =>
    each.EmpNo === 'E0006' ? { Manager: 'E0011' } : undefined,
  ).filter(({ EmpNo }) => EmpNo !== 'E0012'),
  line('E0013', 'Olaf', 'Krog', { Dept: 'Sales', ValidFrom: day('2026-03-20') }),
]
const ninth = changed(sixth, on('E0001', { Dept: 'Legal' }))
// A person who left, and is in the bin by now, is hired again.
const tenth = changed(ninth, on('E0009', { Status: 'A', Hire: day('2026-03-22'), ValidFrom: day('2026-03-22') }))

const whole = csvOf(third)

/** What each feed is for, the day on which it comes, and why it is refused, if it is. */
export const feeds = [
  { what: 'the first', day: '2026-03-02', csv: csvOf(first) },
  { what: 'movers', day: '2026-03-03', csv: csvOf(second) },
  { what: 'leavers and a leave', day: '2026-03-04', csv: whole },
  {
    what: 'one cut off at half its length',
    day: '2026-03-05',
    csv: whole.slice(0, whole.length / 2),
    refused: /--accept cut-off,shorter/,
  },
  { what: "yesterday's", day: '2026-03-05', csv: csvOf(second), refused: /--accept older/ },
  { what: 'a manager leaves, one comes back', day: '2026-03-06', csv: csvOf(sixth) },
  {
    what: 'a renamed column',
    day: '2026-03-07',
    csv: csvOf(
      sixth,
      columns.map(name => (name === 'Dept' ? 'Department' : name)),
    ),
    refused: /no column Dept/,
  },
  {
    what: 'an emptied column',
    day: '2026-03-08',
    csv: csvOf(changed(sixth, () => ({ Dept: '' }))),
    refused: /--accept column-emptied/,
  },
  { what: 'the grace period ends, a joiner is near', day: '2026-03-17', csv: csvOf(ninth), deletesAfterDays: 10 },
  { what: 'a rehire, a transfer, a leaver by absence', day: '2026-03-23', csv: csvOf(tenth), deletesAfterDays: 10 },
] as const
