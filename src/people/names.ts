import { columnReader, named } from '../core/columns.ts'
import { EntrapipeError } from '../core/errors.ts'
import { kindInWords, type Fields } from '../core/json.ts'
import { doubtIn, latinWords, type Spelling } from './latin.ts'
import { isDomain, namePattern, number, type NamePattern, type Piece, type Placeholder } from './name-pattern.ts'

/** How names are made. */
export interface NameOptions extends Spelling {
  /** What stands between the words of a column, as in Anna Maria. @default '' */
  readonly between?: '' | '-' | '_' | '.'
}

/** Makes the names that a person may have, the best one first. */
interface NameMaker {
  /** Columns that the patterns name. */
  readonly columns: readonly string[]
  /** @throws EntrapipeError `ROW_INVALID`, with the first name, if no pattern makes a valid name */
  readonly namesOf: (row: Fields) => Iterable<string>
}

/** The highest number of `{n}`. */
const highest = 9999
const longest = 64

/** What a pattern cannot make of a row. */
interface Fault {
  readonly fault: string
  readonly column?: string
  /** Whether it is not certain how a text is read. */
  readonly isDoubtful?: boolean
}

const isFault = (made: unknown): made is Fault => typeof made === 'object' && made !== null && 'fault' in made

/**
 * Names from columns, by patterns such as `{givenName}.{surname}{n}@contoso.com`. `{n}` is nothing at first, then 2, 3 and so on.
 * The names of a pattern come before those of the next one. A pattern that cannot make a valid name of a row, because a
 * column is empty or the name is too long, is skipped.
 *
 * @throws EntrapipeError `OPTION_INVALID`
 */
export const nameMaker = (patterns: readonly string[], options: NameOptions = {}): NameMaker => {
  const parsed = patterns.map(namePattern)
  const words = latinWords(options)
  const between = options.between ?? ''
  const columns = new Set(
    parsed.flatMap(({ local, domain }) =>
      [...local, ...(domain ?? [])].flatMap(piece => (typeof piece === 'object' ? piece.column : [])),
    ),
  )
  const readers = new Map([...columns].map(column => [column, columnReader(named(column).name)]))

  const textOf = (row: Fields, column: string): string | Fault => {
    const value = readers.get(column)!(row) ?? ''
    const { name } = named(column)
    if (typeof value !== 'string' && typeof value !== 'number')
      return { fault: `${name} is ${kindInWords(value)}, not text`, column: name }
    const text = String(value).trim()
    return text === '' ? { fault: `${name} is empty`, column: name } : text
  }

  const latinOf = (row: Fields, { column, take }: Placeholder): string | Fault => {
    const text = textOf(row, column)
    if (isFault(text)) return text
    const { name } = named(column)
    const doubt = doubtIn(text, options)
    if (doubt !== undefined)
      return { fault: `${name} ${JSON.stringify(text)} ${doubt}`, column: name, isDoubtful: true }
    const found = words(text)
    if (found.length === 0) return { fault: `${name} ${JSON.stringify(text)} has no letter or digit`, column: name }
    if (take === 'first') return found[0]!
    const whole = found.join(between)
    return take === 'all' ? whole : whole.slice(0, take).replace(/[-_.]$/, '')
  }

  /** The pieces of a name with its columns, before the number is known. */
  const filled = (row: Fields, pieces: readonly Piece[]): readonly (string | typeof number)[] | Fault => {
    const made = pieces.map(piece => (typeof piece === 'object' ? latinOf(row, piece) : piece))
    return made.find(isFault) ?? (made as readonly (string | typeof number)[])
  }

  const domainOf = (row: Fields, domain: NamePattern['domain']): string | Fault => {
    if (!domain) return ''
    const pieces = domain.map(piece => (typeof piece === 'string' ? piece : textOf(row, piece.column)))
    const fault = pieces.find(isFault)
    if (fault) return fault
    const text = pieces.join('').toLowerCase()
    return isDomain(text) ? `@${text}` : { fault: `${JSON.stringify(text)} is not a domain` }
  }

  function* madeBy(row: Fields, { local, domain }: NamePattern): Generator<string, Fault | undefined> {
    const pieces = filled(row, local)
    if (isFault(pieces)) return pieces
    const at = domainOf(row, domain)
    if (isFault(at)) return at
    const last = pieces.includes(number) ? highest : 1
    for (let n = 1; n <= last; n++) {
      const name = pieces.map(piece => (piece === number ? (n === 1 ? '' : n) : piece)).join('')
      const fault = faultOf(name)
      if (fault) return fault
      yield name + at
    }
    return undefined
  }

  return {
    columns: [...columns],
    *namesOf(row) {
      const before = new Set<string>()
      const faults: Fault[] = []
      for (const pattern of parsed) {
        const made = madeBy(row, pattern)
        let next = made.next()
        for (; !next.done; next = made.next())
          if (!before.has(next.value)) {
            before.add(next.value)
            yield next.value
          }
        if (next.value) faults.push(next.value)
      }
      if (before.size === 0) throw unmade(faults)
    },
  }
}

const faultOf = (local: string): Fault | undefined => {
  if (local.length > longest)
    return { fault: `${JSON.stringify(local)} has ${local.length} characters, and a name has at most ${longest}` }
  // Entra ID refuses a dot before the @. Mail systems also refuse one at the start, and two together.
  if (/^\.|\.$|\.\./.test(local))
    return { fault: `${JSON.stringify(local)} has a dot at its start or end, or two together` }
  return undefined
}

const unmade = (faults: readonly Fault[]): EntrapipeError => {
  const causes = [...new Set(faults.map(({ fault }) => fault))]
  const column = faults.find(fault => fault.column !== undefined)?.column
  return new EntrapipeError('ROW_INVALID', `No pattern makes a valid name: ${causes.join('; ')}.`, {
    fix: faults.some(({ isDoubtful }) => isDoubtful)
      ? "Add a column with the name in Latin letters and a pattern that uses it, or set chinese: 'pinyin' for names in Mandarin."
      : 'Correct the row, or add a pattern for such rows.',
    ...(column === undefined ? {} : { facts: { column } }),
  })
}

/**
 * The first name that is free. None is asked for after it.
 *
 * @throws EntrapipeError `ROW_INVALID` if none is free
 */
export const firstFree = (names: Iterable<string>, isFree: (name: string) => boolean): string => {
  let [first, last, count] = ['', '', 0]
  for (const name of names) {
    if (isFree(name)) return name
    if (count++ === 0) first = name
    last = name
  }
  throw new EntrapipeError(
    'ROW_INVALID',
    count === 1 ? `${first} is taken.` : `All ${count} names from ${first} to ${last} are taken.`,
    { fix: 'Add {n} to a pattern, or add another pattern.' },
  )
}
