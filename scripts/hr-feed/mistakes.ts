import { employeeId, type Cells, type Column } from './people.ts'
import type { Random } from './random.ts'

/** The cells that a mistake changes, and a valid line above them. */
export interface Scene {
  readonly cells: Cells
  readonly random: Random
  readonly earlier: { readonly cells: Cells; readonly line: number } | undefined
}

export interface Mistake {
  readonly name: string
  /** Approximate number of lines with the mistake per ten thousand. */
  readonly per10000: number
  /** The column that must be reported. Undefined if the whole line is invalid. */
  readonly column: Column | undefined
  /** Text that the reason must contain. */
  readonly reason: string | ((scene: Scene) => string)
  /** Returns the cells with the mistake. Undefined if these cells cannot have it. */
  readonly make: (scene: Scene) => Partial<Cells> | undefined
  /** Changes the line instead of its cells. */
  readonly tear?: (line: string) => string
}

const empty = 'This cell must not be empty'

const one = (
  name: string,
  per10000: number,
  column: Column,
  reason: Mistake['reason'],
  cell: (scene: Scene) => string | undefined,
): Mistake => ({
  name,
  per10000,
  column,
  reason,
  make(scene) {
    const made = cell(scene)
    return made === undefined ? undefined : { [column]: made }
  },
})

const missing = (per10000: number, column: Column): Mistake =>
  one(`no ${column}`, per10000, column, empty, ({ random }) => random.one(['', '', ' ', '\u00a0']))

const misread = (text: string): string => new TextDecoder('windows-1252').decode(new TextEncoder().encode(text))

const before = ({ earlier }: Scene): string => `already appeared in row ${earlier?.line}`

const unlikely = (text: string, random: Random): string =>
  random.one([text, text.toLowerCase(), `${text} `, ` ${text}`, `${text}\u00a0`])

/** Mistakes of real feeds. A line has at most one. */
export const mistakes: readonly Mistake[] = [
  missing(25, 'EmployeeID'),
  missing(20, 'First Name'),
  missing(20, 'Last Name'),
  missing(60, 'E-Mail'),
  missing(25, 'Hire Date'),
  missing(20, 'Country'),
  missing(15, 'Active'),
  one('invalid id', 15, 'EmployeeID', 'Expected letters and digits such as E004711', ({ random }) =>
    random.one(['TBD', '#N/A', 'E00 4711', '???', '4711E', 'extern']),
  ),
  one(
    'id twice',
    60,
    'EmployeeID',
    before,
    ({ earlier, random }) => earlier && unlikely(earlier.cells.EmployeeID, random),
  ),
  {
    name: 'line twice',
    per10000: 25,
    column: 'EmployeeID',
    reason: before,
    make: ({ earlier }) => earlier?.cells,
  },
  one(
    'address twice',
    25,
    'E-Mail',
    before,
    ({ earlier, random }) => earlier && unlikely(earlier.cells['E-Mail'], random),
  ),
  one(
    'address with a typing error',
    80,
    'E-Mail',
    'Expected an address such as ann@contoso.com',
    ({ cells, random }) => {
      const [user, domain] = cells['E-Mail'].trim().split('@') as [string, string]
      return random.one([
        `${user}@contoso,com`,
        `${user}contoso.com`,
        `${user}@@${domain}`,
        `${user} @${domain}`,
        `${user}@contoso`,
        `${user}@${domain}.`,
        `jürgen.${user}@${domain}`,
        `${user}@${domain}; ${user}@fabrikam.com`,
      ])
    },
  ),
  one('day that does not exist', 60, 'Hire Date', 'Expected a date that exists', ({ random }) =>
    random.one(['31.02.2024', '30.02.2023', '29.02.2023', '31/04/2022', '2024-13-05', '00.05.2021', '31.06.2019']),
  ),
  one('American day', 40, 'Hire Date', 'Expected a date that exists (read as day, month, year)', ({ random }) =>
    random.one(['12/31/2021', '03/15/2020', '7/24/2018']),
  ),
  one('day in another form', 35, 'Hire Date', 'Expected a date such as 2026-01-31', ({ random }) =>
    random.one(['1. März 2021', 'Jan-21', '44197', '01.02.21', 'sofort', '2021', '01.03.2021 bis auf Weiteres']),
  ),
  one('placeholder day', 20, 'Hire Date', 'Expected a day from 1950 to 2099', ({ random }) =>
    random.one(['01.01.1900', '1900-01-01', '01.01.0001', '31.12.9999']),
  ),
  one('left before hired', 20, 'Leave Date', 'The leave date is before the hire date', () => '15.06.1990'),
  one('unknown manager', 70, 'Manager ID', 'was not found in column EmployeeID', ({ random }) =>
    employeeId(900000 + random.whole(90000)),
  ),
  one('manager without zeros', 25, 'Manager ID', 'was not found in column EmployeeID', ({ earlier }) =>
    earlier?.cells.EmployeeID.trim().replace(/^E0+/, 'E'),
  ),
  one('manager by name', 15, 'Manager ID', 'was not found in column EmployeeID', ({ earlier }) =>
    earlier?.cells['Display Name'].includes('"') || !earlier?.cells['Display Name'].trim()
      ? undefined
      : earlier.cells['Display Name'],
  ),
  one('own manager', 15, 'Manager ID', 'A person cannot be their own manager', ({ cells, random }) =>
    unlikely(cells.EmployeeID.trim(), random),
  ),
  one('country by name', 60, 'Country', 'Expected a country code of two letters such as DE', ({ random }) =>
    random.one(['Germany', 'Deutschland', 'UK', 'Türkiye', 'Polska', 'GER', 'D', 'U.S.', 'France', 'XX']),
  ),
  one('Active in another form', 40, 'Active', 'Expected true or false', ({ random }) =>
    random.one(['ja', 'aktiv', 'X', 'inactive', '?', 'on leave', '2']),
  ),
  one('phone as a number', 50, 'Phone', 'A spreadsheet changed it to a number', ({ random }) =>
    random.one(['4,91709E+12', '4.93012E+11', '4,9E+11', '3.31423E+10']),
  ),
  one('phone in words', 15, 'Phone', 'Expected digits such as +49 30 123456', ({ random }) =>
    random.one(['n/a', 'siehe Zentrale', 'ext. 12', '123']),
  ),
  one('letters misread', 50, 'Last Name', 'The text was read in the wrong encoding', ({ cells }) => {
    const made = misread(cells['Last Name'].trim())
    return /[\u00c2-\u00c5]./.test(made) && !cells['Last Name'].includes('\u200b') && !cells['Last Name'].includes('’')
      ? made
      : undefined
  }),
  one('letters lost', 20, 'First Name', 'The text was read in the wrong encoding', ({ cells }) => {
    const made = cells['First Name'].trim().replaceAll(/[^\x20-\x7e]/g, '\ufffd')
    return made.includes('\ufffd') ? made : undefined
  }),
  one('formula', 15, 'Job Title', 'Expected text, got a formula', ({ random }) =>
    random.one(['=HYPERLINK("http://example.com";"Lead")', '=1+1', '@SUM(A1:A9)', "=cmd|'/c calc'!A1"]),
  ),
  {
    name: 'missing cell',
    per10000: 25,
    column: undefined,
    reason: 'has 14 cells, but the header has 15. Is a delimiter missing?',
    make: () => ({ Department: 'Sales', 'Job Title': 'Engineer' }),
    tear: line => line.replace(';Sales;', ';Sales '),
  },
  {
    name: 'surplus cell',
    per10000: 25,
    column: undefined,
    reason: 'has 16 cells, but the header has 15. Does a cell that contains a delimiter lack quotes?',
    make: ({ cells }) => ({ Department: 'Sales', 'Job Title': 'Engineer', Phone: cells.Phone || '+49 30 1234567' }),
    tear: line => line.replace(';Sales;', ';Sales; DACH;'),
  },
]
