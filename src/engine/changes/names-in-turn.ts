import { joined } from '../../core/joined.ts'
import type { Key } from '../../core/row.ts'
import { subjectOf } from '../../store/ledger-tables.ts'
import type { Entry, LedgerReader, Settlement } from '../../store/ledger-types.ts'
import { settlementOfEntry } from './results.ts'
import { numberList } from './number-list.ts'
import type { Tallied } from './tally.ts'

/** What follows for rows that take a name which another row frees. */
interface InTurn {
  /** Rows that cannot be sent, whatever their order. */
  readonly settled: readonly Settlement[]
  /** Rows that are sent after the one that frees their name. */
  readonly waits: readonly { readonly ordinal: number; readonly for: number; readonly waits: 'after' }[]
}

/** Those of sorted numbers that stand there more than once. */
const repeated = (sorted: Float64Array): ReadonlySet<number> =>
  new Set(sorted.filter((each, at) => each === sorted[at - 1]))

const inBoth = (one: Float64Array, other: Float64Array): ReadonlySet<number> => {
  const both = new Set<number>()
  for (let at = 0, there = 0; at < one.length && there < other.length;) {
    if (one[at] === other[there]) both.add(one[at]!)
    if (one[at]! <= other[there]!) at++
    else there++
  }
  return both
}

/** Puts rows in order of which some free the names that others take. Rows are added in any order. */
export const namesInTurn = () => {
  const [ordinals, frees, takes] = [numberList(), numberList(), numberList()]

  /** Ordinals by the digest of a name, for the names that matter. */
  const rowsBy = (digests: Float64Array, wanted: ReadonlySet<number>): ReadonlyMap<number, readonly number[]> => {
    const found = new Map<number, number[]>()
    if (wanted.size === 0) return found
    const all = ordinals.all()
    digests.forEach((digest, at) => {
      if (wanted.has(digest)) found.set(digest, [...(found.get(digest) ?? []), all[at]!])
    })
    return found
  }
  return {
    add({ entry, operation, value, before }: Tallied): void {
      const moved = operation.renames?.(value, before)
      if (!moved || moved.frees === moved.takes) return
      ordinals.add(entry.ordinal)
      frees.add(subjectOf(moved.frees))
      takes.add(subjectOf(moved.takes))
    },
    async arranged(ledger: Pick<LedgerReader, 'entries'>): Promise<InTurn> {
      const taken = takes.all().toSorted()
      const rivals = [...rowsBy(takes.all(), repeated(taken)).values()]
      const wanted = inBoth(frees.all().toSorted(), taken)
      const givers = rowsBy(frees.all(), wanted)
      /** The row that frees the name that a row takes. */
      const before = new Map<number, number>()
      for (const [digest, takers] of rowsBy(takes.all(), wanted))
        for (const taker of takers) before.set(taker, givers.get(digest)![0]!)
      const circles = circlesIn(before)
      if (rivals.length + circles.length === 0)
        return { settled: [], waits: [...before].map(([ordinal, first]) => ({ ordinal, for: first, waits: 'after' })) }
      return { settled: await refused(rivals, circles, before, ledger), waits: [] }
    },
  }
}

/** The circles of rows that each wait for the next one. */
const circlesIn = (before: ReadonlyMap<number, number>): readonly (readonly number[])[] => {
  const circles: (readonly number[])[] = []
  const seen = new Set<number>()
  for (const start of before.keys()) {
    const path: number[] = []
    const onPath = new Set<number>()
    let at: number | undefined = start
    for (; at !== undefined && !seen.has(at); at = before.get(at)) {
      seen.add(at)
      path.push(at)
      onPath.add(at)
    }
    if (at !== undefined && onPath.has(at)) circles.push(path.slice(path.indexOf(at)))
  }
  return circles
}

/** Lines that a message names. */
const mostNamed = 5

const linesIn = (keys: readonly Key[]): string => {
  const sorted = keys.toSorted((one, other) => Number(one) - Number(other))
  if (sorted.length > mostNamed) return `${sorted.slice(0, mostNamed).join(', ')} and ${sorted.length - mostNamed} more`
  return joined(sorted.map(String))
}

/** Results of rows that take the same name, of rows in a circle, and of those that wait for one of them. */
const refused = async (
  rivals: readonly (readonly number[])[],
  circles: readonly (readonly number[])[],
  before: ReadonlyMap<number, number>,
  ledger: Pick<LedgerReader, 'entries'>,
): Promise<readonly Settlement[]> => {
  const entryOf = async (ordinal: number): Promise<Entry> =>
    (await ledger.entries({ after: ordinal - 1, limit: 1 }))[0]!
  const why = new Map<number, { readonly message: string; readonly fix: string }>()
  const say = async (groups: typeof rivals, message: (lines: string) => string, fix: string): Promise<void> => {
    for (const ordinals of groups) {
      const entries = await Promise.all(ordinals.map(entryOf))
      const said = { message: message(linesIn(entries.map(({ key }) => key))), fix }
      for (const ordinal of ordinals) why.set(ordinal, said)
    }
  }
  await say(
    rivals,
    lines => `Lines ${lines} give the same name to different objects, so none of them was sent.`,
    'Keep one of these lines, or choose another name.',
  )
  await say(
    circles,
    lines => `Lines ${lines} exchange names. A name can only be taken once it is free, so none of them was sent.`,
    'In a first run, give one of the objects a temporary name. Then run these lines again, and name that object by its id.',
  )
  for (const start of before.keys()) {
    const path: number[] = []
    let at: number | undefined = start
    for (; at !== undefined && !why.has(at); at = before.get(at)) path.push(at)
    if (at === undefined) continue
    for (const ordinal of path.toReversed()) {
      const { key } = await entryOf(before.get(ordinal)!)
      why.set(ordinal, {
        message: `It takes a name that only line ${key} frees, which is not sent.`,
        fix: `Correct line ${key}, and run both lines again.`,
      })
    }
  }
  return Promise.all(
    [...why].map(async ([ordinal, said]) => ({
      ...settlementOfEntry(await entryOf(ordinal), { outcome: 'failed', code: 'ROWS_CONFLICT', ...said }),
      isFinal: true,
    })),
  )
}
