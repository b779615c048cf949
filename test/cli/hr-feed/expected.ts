/**
 * What a directory holds after a sequence of HR feeds, worked out from the feeds and the rules of the mapping alone. It shares no code
 * with the program: whoever changes the rules of feeds changes them here, too.
 */
export interface Fed {
  /** The day on which the feed is acted on, such as `2026-03-02`. */
  readonly day: string
  readonly csv: string
  readonly deletesAfterDays?: number
}

export interface Account {
  readonly employeeId: string
  name: string
  upn: string
  department: string
  enabled: boolean
  inBin: boolean
  manager: string | undefined
  /** The group that a rule gives. */
  team: string | undefined
}

const teams: Readonly<Record<string, string>> = { Sales: 'Nordlys Sales', IT: 'Nordlys IT' }

/** What is seen of an account in the bin. */
export const inBin = {
  name: '',
  upn: '',
  department: '',
  enabled: false,
  inBin: true,
  manager: undefined,
  team: undefined,
} as const

interface Known extends Account {
  absent: number
  leftOn?: string | undefined
}

const isoDay = (text: string): string => text.split('.').toReversed().join('-')
const daysBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 86_400_000

/** Rows of a person that count today: of those in effect the latest, the main job first; else the earliest to come. */
const chosen = (rows: readonly Record<string, string>[], today: string): Record<string, string> => {
  const from = (row: Record<string, string>): string => isoDay(row['ValidFrom']!)
  const main = rows.filter(row => row['MainJob'] === 'Y')
  const inEffect = main.filter(row => from(row) <= today).toSorted((a, b) => from(b).localeCompare(from(a)))
  return inEffect[0] ?? main.toSorted((a, b) => from(a).localeCompare(from(b)))[0]!
}

/** A name that nobody has, and nobody had this morning. */
const upnFor = (first: string, last: string, taken: Set<string>): string => {
  for (let n = 1; ; n++) {
    const upn = `${first}.${last}${n === 1 ? '' : n}@contoso.com`.toLowerCase()
    if (!taken.has(upn)) {
      taken.add(upn)
      return upn
    }
  }
}

export const expectedAfter = (feeds: readonly Fed[]): readonly Account[] => {
  const accounts = new Map<string, Known>()
  for (const { day, csv, deletesAfterDays = Infinity } of feeds) {
    const [header, ...lines] = csv
      .trim()
      .split('\n')
      .map(line => line.split(';'))
    const rows = lines.map(cells => Object.fromEntries(header!.map((name, at) => [name, cells[at]!])))
    const taken = new Set([...accounts.values()].map(each => each.upn))
    const people = Map.groupBy(rows, row => row['EmpNo']!)
    const leave = (known: Known): void => {
      known.leftOn ??= day
      Object.assign(known, { enabled: false, team: undefined })
      if (daysBetween(known.leftOn, day) >= deletesAfterDays) known.inBin = true
    }
    for (const employeeId of [...people.keys()].toSorted()) {
      const row = chosen(people.get(employeeId)!, day)
      const { First: first = '', Last: last = '', Dept: department = '', Status: status, LastDay: lastDay } = row
      let known = accounts.get(employeeId)
      // A word that the mapping does not name fails the row.
      if (!['A', 'L', 'T'].includes(status!)) {
        if (known) known.absent = 0
        continue
      }
      if (status === 'T' || (lastDay !== '' && isoDay(lastDay!) < day)) {
        if (known) leave(known)
        continue
      }
      if (!known) {
        if (daysBetween(day, isoDay(row['Hire']!)) > 7) continue
        const upn = upnFor(first, last, taken)
        known = {
          employeeId,
          name: '',
          upn,
          department,
          enabled: true,
          inBin: false,
          manager: undefined,
          team: undefined,
          absent: 0,
        }
        accounts.set(employeeId, known)
      }
      const name = `${first} ${last}`
      if (known.name !== '' && known.name !== name) known.upn = upnFor(first, last, taken)
      Object.assign(known, { name, department, absent: 0, inBin: false, leftOn: undefined })
      Object.assign(known, { enabled: isoDay(row['Hire']!) <= day && status === 'A', team: teams[department] })
      known.manager = row['Manager'] === '' ? known.manager : row['Manager']
    }
    for (const [employeeId, known] of accounts) if (!people.has(employeeId) && ++known.absent >= 3) leave(known)
  }
  // A directory does not show a manager who is in the bin.
  const shown = (manager: string | undefined) =>
    manager !== undefined && accounts.get(manager)?.inBin === false ? manager : undefined
  return [...accounts.values()].map(({ absent: _, leftOn: __, ...account }) =>
    account.inBin ? { ...inBin, employeeId: account.employeeId } : { ...account, manager: shown(account.manager) },
  )
}
