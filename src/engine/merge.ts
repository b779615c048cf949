import type { Context } from '../core/context.ts'
import { EntrapipeError } from '../core/errors.ts'
import { copyOf, type Json } from '../core/json.ts'
import { unparsedIn } from '../core/json-rows.ts'
import type { Shard, Read, Source } from '../core/parts.ts'
import type { Key, Page, Position } from '../core/row.ts'
import type { Cut, PageOrCut } from './pages-and-cuts.ts'
import { noRows, parsedRows, unparsedRows } from './arrived.ts'
import { expectRows } from './expect-rows.ts'
import type { UniqueKeys } from './unique.ts'
import { within } from './within.ts'

/** The saved position of a shard that was read to its end. No source may use it. */
export const ended = { $end: true } as const

const isEnded = (position: Json | undefined): boolean =>
  typeof position === 'object' && position !== null && '$end' in position

/** Options of `merge`. */
export interface MergeOptions {
  readonly source: Source<unknown>
  readonly shards: readonly Shard[]
  /** Returns the number of shards read in parallel. Asked at the start, and after each page while shards wait. */
  readonly shardsAtOnce: () => number
  /** A cut follows the page that completes this many rows. Infinity if the plan is not resumable. */
  readonly rowsPerCut: number
  /** Stops after this many rows of the run. */
  readonly limit: number
  /** Read after all others, unless a limit ended them. Saved with the shards from then on. */
  readonly late?: Shard | undefined
  /** Where a resumed run continues. */
  readonly from?: { readonly cut: number; readonly positions: Readonly<Record<string, Json>>; readonly read: number }
  readonly context: (shard: Shard) => Context
  /** Drops repeated rows of a source with unique keys. */
  readonly unique?: UniqueKeys | undefined
  /** Called with the number of repeated rows that were dropped. */
  readonly cameAgain: (rows: number) => void
  /** The number of repeated rows so far. */
  readonly repeated: () => number
  /** Keys of the rows that the shard settled while it read its page, in order. They count as read. */
  readonly settled: (shard: string) => readonly Key[]
  /**
   * Called before a page leaves. What the shard settled while it read the page belongs to the page. Of the rows that it
   * settled, only these are new and within the limit.
   */
  readonly leaving: (shard: string, settled: readonly Key[]) => Promise<void>
  /** Called with the number of rows that leave. */
  readonly left: (rows: number) => void
  /** Called when a shard was divided, with the number of all. */
  readonly divided?: (shards: number) => void
  /** Called when a cut leaves. */
  readonly cutMade: (cut: number) => void
  /** What is saved with a cut as of the pages before it. */
  readonly states?: () => Record<string, Json>
  /** Ends the merge with its reason, also while a shard waits for rows. */
  readonly signal: AbortSignal
}

interface Reading {
  readonly shard: Shard
  readonly pages: AsyncIterator<Read<unknown>>
  /** Whether it can be resumed at its last position, or at its start, without a row lost or repeated. */
  placed: boolean
}

type Event = { readonly reading: Reading } & (
  { readonly next: IteratorResult<Read<unknown>> } | { readonly error: unknown }
)

interface Taken {
  readonly reading: Reading
  page: Page<unknown> | undefined
  /** Whether more of the same page follows. */
  readonly isUnfinished: boolean
  /** The shard ends here, and these remain of it. */
  readonly rest: readonly Shard[] | undefined
  /** Whether its reader has ended by itself. */
  readonly isOver: boolean
}

/**
 * Not inlined in the generator, which keeps its variables while it waits: a page held while the next one is parsed is
 * expensive to collect.
 */
const pageOf = (taken: Taken): Page<unknown> => {
  const { page } = taken
  taken.page = undefined
  return page!
}

/**
 * Reads the shards of a source in parallel and merges them into one stream of pages and cuts. The order of rows is kept
 * within a shard. A shard is asked for its next page when the page before it is taken; a source that reads ahead does so itself.
 *
 * A page that comes in pieces is taken to its end before a page of another shard. So few rows are in memory, and a cut, which is
 * never made within a page, waits for no other shard to reach the end of one.
 *
 * A cut waits until every shard has a position. A shard with unique keys always has one, its last: repeated rows after it are
 * dropped.
 */
export async function* merge(options: MergeOptions): AsyncGenerator<PageOrCut, void, void> {
  const { source, from, rowsPerCut, limit, signal, unique } = options
  const positions: Record<string, Json> = { ...from?.positions }
  let { shards } = options
  const expectNew = newNames(source)
  expectNew(shards)
  const waiting = largestLast(shards.filter(shard => !isEnded(positions[shard.name])).reverse())
  const open = new Set<Reading>()
  const events: Event[] = []
  /** The shard whose page is taken piece by piece. */
  let inPieces: Reading | undefined
  let wake = (): void => {}
  let cut = from?.cut ?? 0
  let read = from?.read ?? 0
  let rowsSinceCut = 0

  const advance = (reading: Reading): void => {
    const arrived = (event: Event): void => {
      events.push(event)
      wake()
    }
    reading.pages.next().then(
      next => arrived({ reading, next }),
      (error: unknown) => arrived({ reading, error }),
    )
  }
  const begin = (): void => {
    const most = waiting.length > 0 ? Math.max(1, options.shardsAtOnce()) : 0
    while (waiting.length > 0 && open.size < most) {
      const shard = waiting.pop()!
      const position = positions[shard.name] as Position | undefined
      const pages = iteratorOf(source.read(options.context(shard), shard, position), source)
      const reading: Reading = { shard, pages, placed: true }
      open.add(reading)
      advance(reading)
    }
  }

  /** The next event, if it has arrived. An error does not wait for the end of a page. */
  const nextEvent = (): Event | undefined => {
    const at = inPieces ? events.findIndex(event => event.reading === inPieces || 'error' in event) : 0
    return at < 0 ? undefined : events.splice(at, 1)[0]
  }

  const makeCut = (): Cut | undefined => {
    if (rowsSinceCut < rowsPerCut || inPieces || !everyPlaced(open)) return undefined
    rowsSinceCut = 0
    options.cutMade(++cut)
    return {
      cut,
      positions: { ...positions },
      shards,
      ...(unique && { ids: unique.saved() }),
      read,
      repeated: options.repeated(),
      states: options.states?.() ?? {},
      dropped: 0,
    }
  }

  /** Ends a shard. `rest` are the shards that remain of it. */
  const finish = (reading: Reading, rest: readonly Shard[]): void => {
    open.delete(reading)
    positions[reading.shard.name] = ended
    unique?.placed(reading.shard.name)
    if (rest.length === 0) return
    expectNew(rest)
    // What it has read is safe with the next cut. There may be thousands of shards, so nothing is kept of it.
    delete positions[reading.shard.name]
    shards = [...shards.filter(({ name }) => name !== reading.shard.name), ...rest]
    options.divided?.(shards.length)
    waiting.unshift(...rest.toReversed())
    largestLast(waiting)
  }

  /** Begins the late shard once all others have ended. */
  const beginLate = (): boolean => {
    const { late } = options
    if (!late || shards.some(({ name }) => name === late.name)) return false
    expectNew([late])
    shards = [...shards, late]
    waiting.push(late)
    begin()
    return true
  }

  /** Takes what has arrived: its rows, as far as they are new and within the limit. */
  const take = async (event: Event): Promise<Taken> => {
    if ('error' in event) throw event.error
    const { reading, next } = event
    const { name } = reading.shard
    const json = next.done ? undefined : unparsedIn(next.value)
    const found = next.done ? noRows : json ? unparsedRows(json) : parsedRows(rowsOf(next.value, source))
    const settled = options.settled(name)
    const fresh = unique?.fresh(name, found, settled) ?? { rows: found, settled, repeated: 0 }
    options.cameAgain(fresh.repeated)
    const taken = within(fresh.rows, fresh.settled, limit - read)
    await options.leaving(name, fresh.settled.slice(0, taken.settled))
    read += taken.rows + taken.settled
    options.left(taken.rows + taken.settled)
    if (next.done) return { reading, page: undefined, isUnfinished: false, rest: [], isOver: true }
    const { position, unfinished, rest } = next.value
    const rows = taken.rows < fresh.rows.count ? fresh.rows.first(taken.rows) : fresh.rows
    rowsSinceCut += rows.count
    reading.placed = unique !== undefined || position !== undefined
    if (position !== undefined) {
      // The source may change its object. A cut is saved later.
      positions[name] = copyOf(position)
      unique?.placed(name)
    }
    return {
      reading,
      page: rows.page(name),
      isUnfinished: unfinished === true && rest === undefined,
      rest,
      isOver: false,
    }
  }

  const aborted = (): void => wake()
  signal.addEventListener('abort', aborted)
  try {
    begin()
    while (open.size > 0 || beginLate()) {
      signal.throwIfAborted()
      const event = nextEvent()
      if (!event) {
        await new Promise<void>(resolve => (wake = resolve))
        continue
      }
      const taken = await take(event)
      const { reading, rest } = taken
      inPieces = taken.isUnfinished ? reading : undefined
      if (taken.page) {
        const full = read >= limit
        yield pageOf(taken)
        if (full) return
      }
      if (rest) {
        finish(reading, rest)
        if (!taken.isOver) close(reading)
      }
      const made = makeCut()
      if (!rest) advance(reading)
      if (made) yield made
      if (!inPieces) begin()
    }
  } finally {
    signal.removeEventListener('abort', aborted)
    // Readers that wait for the network are ended by the run's signal. They are not awaited here.
    open.forEach(close)
  }
}

/** Shards whose rows are not known keep their order. */
const largestLast = (shards: Shard[]): Shard[] => shards.sort((a, b) => (a.rows ?? 0) - (b.rows ?? 0))

const close = ({ pages }: Reading): void => void Promise.resolve(pages.return?.()).catch(() => undefined)

/**
 * Returns a function that is called with the shards that are added. A position belongs to the name of its shard.
 *
 * @throws EntrapipeError `PIPELINE_INVALID` when two shards have one name
 */
const newNames = ({ kind }: Source<unknown>): ((shards: readonly Shard[]) => void) => {
  const names = new Set<string>()
  return shards => {
    for (const { name } of shards) {
      if (names.has(name))
        throw new EntrapipeError('PIPELINE_INVALID', `The source ${kind} has two shards with the name ${name}.`)
      names.add(name)
    }
  }
}

const iteratorOf = (pages: AsyncIterable<Read<unknown>>, { kind }: Source<unknown>): AsyncIterator<Read<unknown>> => {
  if (Symbol.asyncIterator in Object(pages)) return pages[Symbol.asyncIterator]()
  throw new EntrapipeError('PIPELINE_INVALID', `The source ${kind} returns no pages: write its read as async *read()`)
}

const rowsOf = (page: Read<unknown>, { kind }: Source<unknown>): Read<unknown>['rows'] =>
  expectRows((page as Partial<Read<unknown>> | undefined)?.rows, 'source', kind)

const everyPlaced = (open: ReadonlySet<Reading>): boolean => {
  for (const reading of open) if (!reading.placed) return false
  return true
}
