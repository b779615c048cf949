import type { Fed } from '../../cli/hr-feed/expected.ts'
import { whole } from '../../programs/random.ts'

/** What a feed does to a person, so that kills can be aimed at it. */
export type Turn = 'joiners' | 'movers' | 'renames' | 'leave' | 'leavers' | 'rehires' | 'managers'

/** A feed of one day. */
export interface CompanyDay extends Required<Fed> {
  /** What happens to whom, by employee id. The last thing that happens to a person counts. */
  readonly turns: ReadonlyMap<string, Turn>
}

interface Person {
  readonly no: string
  readonly first: string
  last: string
  dept: string
  manager: string
  status: 'A' | 'L' | 'T' | 'X'
  readonly hire: string
  lastDay: string
  /** Department of a second job, which does not count. */
  readonly second: string | undefined
  isAbsent: boolean
}

const firsts = 'Anna Bo Carl Dina Eva Finn Greta Hans Ida Jon Kari Lars Mona Nils Olga Per Rita Siri Tor Vera'.split(
  ' ',
)
const lasts =
  'Aas Berg Dahl Eide Falk Gran Holm Krog Lind Moe Nygren Orr Platt Quist Roth Sand Tuft Ulv Vik Wold'.split(' ')
const departments = ['Sales', 'IT', 'Finance', 'Board']

const dayAfter = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10)
const written = (iso: string): string => iso.split('-').toReversed().join('.')
/** A number in letters, for names. */
const letters = (at: number): string => [...String(at)].map(digit => 'abcdefghij'[Number(digit)]).join('')

/** Days for which an account is created early, as in the mapping. */
const daysEarly = 7

const header = 'EmpNo;First;Last;Dept;Manager;Status;MainJob;ValidFrom;Hire;LastDay'

/**
 * The feeds of a company, day by day, in which everything happens to somebody: people join, move, are renamed, go on leave, leave, stay
 * away, come back, also from the bin, and get other managers. One row in a hundred is wrong.
 */
export const companyDays = (size: number, days: number, next: () => number): readonly CompanyDay[] => {
  const people: Person[] = []
  const draw = <T>(from: readonly T[]): T => from[whole(next, 0, from.length - 1)]!
  const chance = (share: number): boolean => next() < share
  /** Managers have a lower number, so that nobody reports to themselves. */
  const bossOf = (at: number): string => {
    const bosses = people
      .slice(0, at)
      .filter(({ status, isAbsent, lastDay }) => status === 'A' && !isAbsent && lastDay === '')
    return bosses.length === 0 ? '' : draw(bosses).no
  }
  const newName = (): string => `${draw(lasts)}${letters(whole(next, 0, 9_999_999))}`
  const join = (day: string): Person => {
    const at = people.length
    const person: Person = {
      no: `E${String(at + 1).padStart(6, '0')}`,
      first: draw(firsts),
      last: draw(lasts),
      dept: draw(departments),
      manager: chance(0.9) ? bossOf(Math.min(at, 400)) : '',
      status: 'A',
      hire: dayAfter(day, chance(0.1) ? whole(next, 1, daysEarly) : -whole(next, 0, 2_000)),
      lastDay: '',
      second: chance(0.03) ? draw(departments) : undefined,
      isAbsent: false,
    }
    people.push(person)
    return person
  }
  const live = (person: Person, at: number, day: string): Turn | undefined => {
    if (person.isAbsent) {
      if (!chance(0.15)) return undefined
      Object.assign(person, { isAbsent: false, manager: bossOf(at) || person.manager })
      return 'rehires'
    }
    if (person.status === 'X') {
      person.status = 'A'
      return undefined
    }
    if (person.status === 'T' || person.lastDay !== '') {
      if (!chance(0.2)) return undefined
      Object.assign(person, { status: 'A', lastDay: '', manager: bossOf(at) || person.manager })
      if (chance(0.2)) person.last = newName()
      return 'rehires'
    }
    let turn: Turn | undefined
    if (person.hire > day) return undefined
    if (chance(0.1)) [person.dept, turn] = [draw(departments), 'movers']
    if (chance(0.12)) [person.manager, turn] = [bossOf(at) || person.manager, 'managers']
    if (chance(0.06)) [person.last, turn] = [newName(), 'renames']
    if (person.status === 'L') {
      if (!chance(0.4)) return turn
      person.status = 'A'
      return 'leave'
    }
    if (chance(0.06)) [person.status, turn] = ['L', 'leave']
    else if (chance(0.04)) [person.status, turn] = ['T', 'leavers']
    else if (person.hire < dayAfter(day, -1) && chance(0.03)) [person.lastDay, turn] = [dayAfter(day, -1), 'leavers']
    else if (chance(0.02)) person.isAbsent = true
    else if (chance(0.01)) person.status = 'X'
    return turn
  }
  const csv = (): string => {
    const rows = people.flatMap(person => {
      if (person.isAbsent) return []
      const { no, first, last, dept, manager, status, hire, lastDay, second } = person
      const row = (job: string, main: string): string =>
        [no, first, last, job, manager, status, main, '01.01.2020', written(hire), lastDay && written(lastDay)].join(
          ';',
        )
      return second === undefined ? [row(dept, 'Y')] : [row(second, 'N'), row(dept, 'Y')]
    })
    return [header, ...rows].join('\n') + '\n'
  }
  return Array.from({ length: days }, (_, number): CompanyDay => {
    const day = dayAfter('2026-03-02', number)
    const turns = new Map<string, Turn>()
    people.forEach((person, at) => {
      const turn = live(person, at, day)
      if (turn) turns.set(person.no, turn)
    })
    const joining = number === 0 ? size : Math.ceil(size * 0.05)
    for (let count = 0; count < joining; count++) turns.set(join(day).no, 'joiners')
    return { day, csv: csv(), deletesAfterDays: 2, turns }
  })
}
