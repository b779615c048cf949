import type { Random } from './random.ts'
import { ascii, departments, jobs, locales } from './vocabulary.ts'

export const columns = [
  'EmployeeID',
  'First Name',
  'Last Name',
  'Display Name',
  'E-Mail',
  'Department',
  'Job Title',
  'Manager ID',
  'Hire Date',
  'Leave Date',
  'Country',
  'Office',
  'Cost Center',
  'Active',
  'Phone',
] as const

export type Column = (typeof columns)[number]

/** The cells of a line of the feed. */
export type Cells = Readonly<Record<Column, string>>

/** The correct data of a person. Days are written `2026-01-31`. */
export type Person = Omit<Cells, 'Active'> & { readonly Active: boolean }

const two = (number: number): string => String(number).padStart(2, '0')

const dayFrom = (random: Random, year: number, years: number): string =>
  `${year + random.whole(years)}-${two(1 + random.whole(12))}-${two(1 + random.whole(28))}`

export const employeeId = (number: number): string => `E${String(number).padStart(6, '0')}`

/** Makes people with unique ids and addresses. Their managers are set later. */
export const peopleFrom = (random: Random): (() => Person) => {
  const addresses = new Set<string>()
  let number = 700
  const address = (first: string, last: string): string => {
    const name = `${ascii(first)}.${ascii(last)}`
    for (let more = 1; ; more++) {
      const made = `${name}${more === 1 ? '' : more}@contoso.com`
      if (addresses.has(made)) continue
      addresses.add(made)
      return made
    }
  }
  return () => {
    const locale = random.happens(0.4) ? locales[0]! : random.one(locales)
    const first = random.one(locale.first)
    const last = random.one(locale.last)
    const hired = dayFrom(random, 1994, 31)
    const isActive = random.happens(0.93)
    return {
      EmployeeID: employeeId((number += 1 + random.whole(9))),
      'First Name': first,
      'Last Name': last,
      'Display Name': random.happens(0.7) ? `${last}, ${first}` : `${first} ${last}`,
      'E-Mail': address(first, last),
      Department: random.one(departments),
      'Job Title': random.one(jobs),
      'Manager ID': '',
      'Hire Date': hired,
      'Leave Date': isActive ? '' : dayFrom(random, Number(hired.slice(0, 4)) + 1, 3),
      Country: random.one(locale.countries),
      Office: random.one(locale.offices),
      'Cost Center': String(random.whole(4000)).padStart(6, '0'),
      Active: isActive,
      Phone: random.happens(0.6) ? locale.phone + String(1000000 + random.whole(9000000)) : '',
    }
  }
}
