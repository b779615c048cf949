import type { Key } from '../core/row.ts'
import type { Mapping } from './mapping.ts'
import type { FeedFacts } from './read-feed.ts'

/** Why a feed is not acted on, unless the reason is accepted. */
export const reasons = [
  'cut-off',
  'older',
  'growing',
  'shorter',
  'column-missing',
  'column-emptied',
  'property',
  'clock',
  'failing',
] as const

/** One of `reasons`. */
export type Reason = (typeof reasons)[number]

/** What is known of the file of a feed. */
export interface FileFacts {
  readonly sha256: string
  /** The feed's own date, which sorts as text: `2026-06-15`, or an instant. */
  readonly date?: string
  /** Why the file is not whole, as a sentence: a checksum that differs, a trailer that is missing. */
  readonly cutOff?: string
  /** Whether its size or time changed while it was looked at. */
  readonly growing?: boolean
}

/** A feed that was acted on. */
export interface EarlierFeed {
  readonly ordinal: number
  readonly sha256: string
  readonly date: string | null
  readonly rows: number
  readonly columns: Readonly<Record<string, number>>
  /** When it was acted on, as an instant. */
  readonly at: string
}

/** A reason with what was found, as a sentence. */
export interface Unsafe {
  readonly reason: Reason
  readonly text: string
  /** Nothing can be done with such a feed, also if the reason is accepted. */
  readonly isFinal?: true
}

/** Fewer people than this are no sign of a broken feed. */
const floor = 5
const mostShorter = 0.02
const mostEmptied = 0.05
const mostChanged = 0.1
const mostFailing = 0.1

const percent = (share: number): string => `${(share * 100).toFixed(1).replace(/\.0$/, '')} %`

const emptied = (facts: FeedFacts, last: EarlierFeed): readonly Unsafe[] =>
  Object.entries(last.columns).flatMap(([name, filled]): Unsafe[] => {
    const now = facts.columns[name]
    if (now === undefined || facts.rows === 0) return []
    const [before, after] = [filled / last.rows, now / facts.rows]
    const lost = Math.round((before - after) * facts.rows)
    return before - after >= mostEmptied && lost >= floor
      ? [
          {
            reason: 'column-emptied',
            text: `${name} was filled in ${percent(before)} of the rows, and is in ${percent(after)}.`,
          },
        ]
      : []
  })

/**
 * Judges a feed by itself and against the last one that was acted on, before the directory is read.
 *
 * @param mapping what is read of it
 * @param isEarlier whether an earlier feed, other than the last, had the same content
 */
export const judgeFeed = (
  file: FileFacts,
  facts: FeedFacts,
  {
    columns: wanted,
    person,
    match,
  }: Pick<Mapping, 'columns' | 'person'> & {
    readonly match: readonly Pick<Mapping['match'][number], 'from'>[]
  },
  last: EarlierFeed | undefined,
  isEarlier: boolean,
): readonly Unsafe[] => {
  const found: Unsafe[] = []
  if (file.cutOff !== undefined) found.push({ reason: 'cut-off', text: file.cutOff })
  if (facts.doubt !== undefined) found.push({ reason: 'cut-off', text: facts.doubt })
  if (facts.torn !== undefined)
    found.push({ reason: 'cut-off', text: `The last row cannot be read: ${facts.torn.replace(/\.$/, '')}.` })
  if (facts.rows === 0) found.push({ reason: 'cut-off', text: 'The feed has no rows.', isFinal: true })
  if (file.growing === true) found.push({ reason: 'growing', text: 'The file is still being written.' })
  const isThere = (name: string): boolean => name in facts.columns
  const keys = [person, ...match.map(({ from }) => from)].filter(({ columns }) => !columns.some(isThere))
  for (const { name, at } of facts.rows === 0 ? [] : wanted) {
    if (isThere(name)) continue
    const isKey = keys.some(({ columns }) => columns.includes(name))
    // Where rows leave out empty cells, the last feed may have had none either.
    if (facts.isSparse && !isKey && last && !(name in last.columns)) continue
    found.push({
      reason: 'column-missing',
      text: `The feed has no column ${name}, which the mapping reads${at === undefined ? '' : ` (${at})`}.`,
      ...((isKey || !facts.isSparse) && { isFinal: true }),
    })
  }
  if (last === undefined) return found
  const isSame = last.sha256 === file.sha256
  if (isSame) return found
  if (isEarlier)
    found.push({ reason: 'older', text: 'An earlier feed had the same content, and a later one was acted on since.' })
  else if (file.date !== undefined && last.date !== null && file.date < last.date)
    found.push({ reason: 'older', text: `The feed is of ${file.date}, and the last one of ${last.date}.` })
  else if (file.date === undefined && last.date !== null)
    found.push({
      reason: 'older',
      text: `The name of the file has no day, and that of the last feed was ${last.date}, so nothing shows that this one is newer.`,
    })
  const fewer = last.rows - facts.rows
  if (fewer > last.rows * mostShorter && fewer >= floor)
    found.push({
      reason: 'shorter',
      text: `The feed has ${facts.rows} rows, ${fewer} fewer than the last one (${percent(fewer / last.rows)}).`,
    })
  for (const name of Object.keys(last.columns))
    if (!(name in facts.columns) && !wanted.some(one => one.name === name))
      found.push({ reason: 'column-missing', text: `The feed has no column ${name}, which the last one had.` })
  return [...found, ...emptied(facts, last)]
}

/** Clocks are corrected a little now and then. */
const hourMs = 3_600_000

/** Judges the clock: on an earlier day, people who have left would work again. */
export const judgeClock = (nowMs: number, last: EarlierFeed | undefined): readonly Unsafe[] =>
  last !== undefined && Date.parse(last.at) - nowMs > hourMs
    ? [
        {
          reason: 'clock',
          text: `The clock of this computer says ${new Date(nowMs).toISOString()}, and the last feed was acted on at ${last.at}: it is wrong now, or was then.`,
        },
      ]
    : []

/** A row that cannot be used, and why, as a sentence. */
export interface FailedRow {
  readonly line: Key
  readonly fault: string
}

/**
 * Judges how many people have rows that cannot be used: a column may have changed its format. A feed of which nobody can be used is none.
 *
 * @param people of the feed
 * @param first of the rows that cannot be used
 */
export const judgeFailures = (failed: number, people: number, first: FailedRow | undefined): readonly Unsafe[] =>
  (failed > people * mostFailing && failed >= floor) || (failed > 0 && failed === people)
    ? [
        {
          reason: 'failing',
          text: `${failed} of ${people} people have rows that cannot be used (${percent(failed / people)})${first === undefined ? '.' : `, first in line ${first.line}: ${first.fault}`}`,
          ...(failed === people && { isFinal: true }),
        },
      ]
    : []

/** Judges how many people would get another value of a property. @param people with an account */
export const judgeChanges = (changes: ReadonlyMap<string, number>, people: number): readonly Unsafe[] =>
  [...changes].flatMap(([path, count]): Unsafe[] =>
    count > people * mostChanged && count >= floor
      ? [
          {
            reason: 'property',
            text: `${path} would change of ${count} of ${people} people (${percent(count / people)}).`,
          },
        ]
      : [],
  )
