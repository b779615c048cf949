import { mkdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { mistakes, type Mistake, type Scene } from './hr-feed/mistakes.ts'
import { columns, peopleFrom, type Cells, type Column, type Person } from './hr-feed/people.ts'
import { seeded, type Random } from './hr-feed/random.ts'
import { cleaned, typed } from './hr-feed/untidy.ts'

/** The expected result of a line. `line` is the line number in an editor, from 1. */
export type Truth =
  | { readonly line: number; readonly outcome: 'clean'; readonly row: Readonly<Record<string, string>> }
  | {
      readonly line: number
      readonly outcome: 'rejected'
      readonly mistake: string
      /** Undefined if the whole line is invalid. */
      readonly column: Column | undefined
      /** Text that the reason must contain. */
      readonly reason: string
      /** The cells as written, from left to right. */
      readonly cells: readonly string[]
    }

export interface HrFeed {
  /** Lines end in `\r\n`. There is no byte order mark. */
  readonly text: string
  readonly truth: readonly Truth[]
}

/** A planned line: a person, and the mistake that it will have. */
interface Planned {
  readonly person: Person
  readonly mistake: Mistake | undefined
}

const quoted = (cell: string): string => (/[;"\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)

const blank = ';'.repeat(columns.length - 1)

/** Chooses a mistake for a line. Most lines have none. */
const drawn = (random: Random): Mistake | undefined => {
  let at = random.whole(10_000)
  return mistakes.find(({ per10000 }) => (at -= per10000) < 0)
}

/**
 * Makes a feed like that of an HR system, and the expected result of each line. Equal arguments give equal text. Besides
 * mistakes, the feed has variations that are valid: spaces around cells, non-breaking spaces, dates and booleans in several
 * spellings, line breaks, quotes and delimiters in quotes, empty lines.
 */
export const hrFeed = (people: number, seed = 1): HrFeed => {
  const random = seeded(seed)
  const next = peopleFrom(random)
  const planned: Planned[] = Array.from({ length: people }, () => ({ person: next(), mistake: drawn(random) }))
  const good = planned.filter(({ mistake }) => !mistake).map(({ person }) => person.EmployeeID)
  const lines = [columns.join(';')]
  const truth: Truth[] = []
  const earlier: { readonly cells: Cells; readonly line: number }[] = []
  let line = 2

  const add = (text: string): void => {
    lines.push(text)
    line += 1 + (text.match(/\n/g)?.length ?? 0)
  }

  for (const [at, { person: without, mistake }] of planned.entries()) {
    const manager = at < 3 ? '' : managerOf(without, good, random)
    const person = { ...without, 'Manager ID': manager }
    const cells = typed(person, random)
    const scene: Scene = { cells, random, earlier: earlier.length > 0 ? random.one(earlier) : undefined }
    const wrong = mistake?.make(scene)
    if (!mistake || !wrong) {
      truth.push({ line, outcome: 'clean', row: cleaned(person, cells) })
      if (!cells.EmployeeID.startsWith(' ')) earlier.push({ cells, line })
      add(lineOf(cells))
    } else {
      const text = lineOf({ ...cells, ...wrong })
      const torn = mistake.tear?.(text) ?? text
      const reason = typeof mistake.reason === 'string' ? mistake.reason : mistake.reason(scene)
      const given = columns.map(column => ({ ...cells, ...wrong })[column])
      truth.push({
        line,
        outcome: 'rejected',
        mistake: mistake.name,
        column: mistake.column,
        reason,
        cells: mistake.tear ? tornCells(given, mistake.tear) : given,
      })
      add(torn)
    }
    if (random.happens(0.0005)) add(random.one([blank, '']))
  }
  for (let more = 0; more < 3; more++) add(blank)
  return { text: lines.map(text => `${text}\r\n`).join(''), truth }
}

const lineOf = (cells: Cells): string => columns.map(column => quoted(cells[column])).join(';')

const managerOf = (person: Person, good: readonly string[], random: Random): string => {
  const boss = random.one(good.slice(0, Math.max(4, Math.ceil(good.length / 8))))
  return boss === person.EmployeeID ? '' : boss
}

/** The cells of a torn line. It is torn at the department. */
const tornCells = (cells: readonly string[], tear: (line: string) => string): readonly string[] => {
  const at = columns.indexOf('Department')
  const department = tear(`;${cells[at]};${cells[at + 1]}`)
    .slice(1)
    .split(';')
  return [...cells.slice(0, at), ...department, ...cells.slice(at + 2)]
}

const samples = new URL('../samples/', import.meta.url)

/** The samples in this repository: name, feed and bytes. */
export const sampleFeeds = (): readonly { readonly name: string; readonly feed: HrFeed; readonly bytes: Buffer }[] => {
  const large = hrFeed(10_400, 2026)
  const small = hrFeed(200, 7)
  return [
    { name: 'hr-feed.csv', feed: large, bytes: Buffer.from(`\ufeff${large.text}`, 'utf8') },
    { name: 'hr-feed-utf16.csv', feed: small, bytes: Buffer.from(`\ufeff${small.text}`, 'utf16le') },
  ]
}

if (import.meta.main) {
  await mkdir(samples, { recursive: true })
  for (const { name, bytes } of sampleFeeds()) await writeFile(fileURLToPath(new URL(name, samples)), bytes)
}
