import { columns, type Cells, type Person } from './people.ts'
import type { Random } from './random.ts'

/** The cells of a person as somebody typed them, in one of several equivalent spellings. */
export const typed = (person: Person, random: Random): Cells => {
  const cells: Record<string, string> = {
    ...person,
    'Hire Date': spelledDay(person['Hire Date'], random),
    'Leave Date': leaveDay(person['Leave Date'], random),
    Active: random.one(person.Active ? yes : no),
    Country: random.happens(0.02) ? person.Country.toLowerCase() : person.Country,
  }
  const untidy = random.one(untidyColumns)
  if (random.happens(0.05)) cells[untidy] += random.one([' ', '  ', '\u00a0', '\u00a0 '])
  if (random.happens(0.01)) cells[untidy] = random.one([' ', '\u00a0']) + cells[untidy]
  if (random.happens(0.01)) cells['Display Name'] = cells['Display Name']!.replace(' ', '\u00a0')
  if (random.happens(0.005)) cells['Last Name'] += '\u200b'
  if (random.happens(0.01)) cells['Display Name'] = ''
  if (random.happens(0.01))
    cells['Display Name'] = `${person['First Name']} "${person['First Name'].slice(0, 2)}" ${person['Last Name']}`
  return cells as Cells
}

const yes = ['Y', 'Y', 'Y', 'Y', 'Y', 'yes', 'Yes', '1', 'TRUE', 'true', 'y']
const no = ['N', 'N', 'N', 'no', 'No', '0', 'FALSE', 'false', 'n']
const untidyColumns = columns.filter(column => !['Active', 'Hire Date', 'Leave Date'].includes(column))

const spelledDay = (day: string, random: Random): string => {
  const [year, month, date] = day.split('-') as [string, string, string]
  const german = `${date}.${month}.${year}`
  if (random.happens(0.85)) return german
  return random.one([
    day,
    `${Number(date)}.${Number(month)}.${year}`,
    `${date}/${month}/${year}`,
    `${date}-${month}-${year}`,
    `${year}/${month}/${date}`,
    `${day} 00:00:00`,
    `${german} 00:00`,
  ])
}

const leaveDay = (day: string, random: Random): string =>
  day !== '' ? spelledDay(day, random) : random.happens(0.06) ? '31.12.9999' : ''

/** The names of the columns in Microsoft Graph, in order. */
const graphNames = [
  'employeeId',
  'givenName',
  'surname',
  'displayName',
  'mail',
  'department',
  'jobTitle',
  'managerEmployeeId',
  'employeeHireDate',
  'employeeLeaveDateTime',
  'usageLocation',
  'officeLocation',
  'costCenter',
  'accountEnabled',
  'businessPhones',
]

const tidied = (cell: string): string =>
  cell
    .replaceAll('\u200b', '')
    .replaceAll(/[\s\u00a0]+/g, ' ')
    .trim()

/** The expected output row for a person who was typed like this. */
export const cleaned = (person: Person, cells: Cells): Readonly<Record<string, string>> => {
  const clean: Record<string, string> = {}
  for (const [at, column] of columns.entries()) clean[graphNames[at]!] = tidied(cells[column])
  return {
    ...clean,
    displayName: clean['displayName'] || `${person['First Name']} ${person['Last Name']}`,
    employeeHireDate: person['Hire Date'],
    employeeLeaveDateTime: person['Leave Date'],
    usageLocation: person.Country,
    accountEnabled: String(person.Active),
  }
}
