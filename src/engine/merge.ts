import type { Context } from '../core/context.ts'
import { EntrapipeError } from '../core/errors.ts'
import type { Json } from '../core/json.ts'
import type { Shard, Read, Source } from '../core/parts.ts'
import type { Key, Position } from '../core/row.ts'
import type { Cut, Item } from './items.ts'
import { expectRows } from './expect-rows.ts'
import { within } from './within.ts'

/** How a shard that was read to its end is saved; no source may use it as a position. */
export const ended = { $end: true } as const

const isEnded = (position: Json | undefined): boolean =>
  typeof position === 'object' && position !== null && '$end' in position

/** Cuts in a row that are made although the one shard cannot say where it stands. */
const mostUnsaved = 3

/** What is read, and when a cut is due. */
export interface MergeOptions {
  readonly source: Source<unknown>
  readonly shards: readonly Shard[]
  /** How many shards are read side by side. */
  readonly shardsAtOnce: number
  /** A cut follows the page that completes this many rows; Infinity for a plan that is not resumable. */
  readonly rowsPerCut: number
  /** Stops after this many rows, counted from the first one of the run. */
  readonly limit: number
  /** Where a resumed run goes on. */
  readonly from?: { readonly cut: number; readonly positions: Readonly<Record<string, Json>>; readonly read: number }
  readonly context: (shard: Shard) => Context
  /** Rows that came again and were dropped by the shards, so far. */
  readonly repeated: () => number
  /** Keys of the rows that the shard itself refused while it read its page, in order: they were read, although they do not flow. */
  readonly refused: (shard: string) => readonly Key[]
  /**
   * Called as a page leaves, before it does: what the shard settled while reading it belongs to it; of the rows it refused
   * only the first so many, those within the limit.
   */
  readonly leaving: (shard: string, refused: number) => Promise<void>
  /** Called with the number of rows as they leave. */
  readonly left: (rows: number) => void
  /** Called as a cut leaves. */
  readonly cutMade: (cut: number) => void
  /** Ends the merge with its reason, also while a shard waits for rows that may never come. */
  readonly signal: AbortSignal
}

interface Reading {
  readonly shard: Shard
  readonly pages: AsyncIterator<Read<unknown>>
  /** After the last page that left; undefined where that page could not say. */
  position: Position | undefined
  /** Whether the shard can be gone on with from what was said so far: a shard without a page goes on where it began. */
  placed: boolean
  /** Whether more of the same page follows. */
  unfinished: boolean
}

type Event = { readonly reading: Reading } & (
  { readonly next: IteratorResult<Read<unknown>> } | { readonly error: unknown }
)

/**
 * Reads the shards of a source side by side and merges them into one stream of pages and cuts. Order is kept within a
 * shard. A shard is asked for its next page when the one before is taken: whoever wants to be ahead of that (Graph) is so itself. A cut
 * never falls within a page that comes in pieces, and waits until every shard can say where it stands.
 * Of one shard it does not wait: it falls where it always falls and is just not saved, so that the bytes of a compressed file
 * do not depend on which page took a second try. Only after a few of those does it wait.
 */
export async function* merge(options: MergeOptions): AsyncGenerator<Item, void, void> {
  const { source, from, rowsPerCut, limit, signal } = options
  const positions: Record<string, Json> = { ...from?.positions }
  const waiting = options.shards.filter(shard => !isEnded(positions[shard.name])).reverse()
  const open = new Set<Reading>()
  const held = new Set<Reading>()
  const events: Event[] = []
  let wake = (): void => {}
  let cut = from?.cut ?? 0
  let read = from?.read ?? 0
  let rowsSinceCut = 0
  let unsaved = 0

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
    while (open.size < options.shardsAtOnce && waiting.length > 0) {
      const shard = waiting.pop()!
      const position = positions[shard.name] as Position | undefined
      const pages = iteratorOf(source.read(options.context(shard), shard, position), source)
      const reading: Reading = { shard, pages, position, placed: true, unfinished: false }
      open.add(reading)
      advance(reading)
    }
  }

  const isDue = (): boolean => rowsSinceCut >= rowsPerCut
  const release = (): void => {
    if (someUnfinished(open)) return
    held.forEach(advance)
    held.clear()
  }

  const makeCut = (): Cut | undefined => {
    if (!isDue() || someUnfinished(open)) return undefined
    const placed = everyPlaced(open)
    if (!placed && (options.shards.length > 1 || unsaved >= mostUnsaved)) return undefined
    unsaved = placed ? 0 : unsaved + 1
    rowsSinceCut = 0
    options.cutMade(++cut)
    return {
      cut,
      positions: placed ? { ...positions } : undefined,
      read,
      repeated: options.repeated(),
      states: {},
      dropped: 0,
    }
  }

  const aborted = (): void => wake()
  signal.addEventListener('abort', aborted)
  try {
    begin()
    while (open.size > 0) {
      if (events.length === 0 && !signal.aborted) await new Promise<void>(resolve => (wake = resolve))
      signal.throwIfAborted()
      const event = events.shift()!
      if ('error' in event) throw event.error
      const { reading, next } = event
      const found = next.done ? [] : rowsOf(next.value, source)
      const taken = within(found, options.refused(reading.shard.name), limit - read)
      await options.leaving(reading.shard.name, taken.refused)
      read += taken.rows + taken.refused
      options.left(taken.rows + taken.refused)
      if (next.done) {
        open.delete(reading)
        positions[reading.shard.name] = ended
        const last = makeCut()
        release()
        if (last) yield last
        begin()
        continue
      }
      const rows = taken.rows < found.length ? found.slice(0, taken.rows) : found
      rowsSinceCut += rows.length
      reading.position = next.value.position
      reading.placed = next.value.position !== undefined
      reading.unfinished = next.value.unfinished === true
      if (reading.position !== undefined) positions[reading.shard.name] = reading.position
      const full = read >= limit
      yield {
        shard: reading.shard.name,
        rows,
        ...(reading.position === undefined ? {} : { position: reading.position }),
      }
      if (full) return
      const made = makeCut()
      // Where a cut is due and others are in the middle of a page, this one waits at the end of its own.
      if (isDue() && !reading.unfinished && someUnfinished(open)) held.add(reading)
      else advance(reading)
      release()
      if (made) yield made
    }
  } finally {
    signal.removeEventListener('abort', aborted)
    // Readers that wait for the network wake up by the run's signal; nobody waits for them here.
    for (const reading of open) void Promise.resolve(reading.pages.return?.()).catch(() => undefined)
  }
}

const iteratorOf = (pages: AsyncIterable<Read<unknown>>, { kind }: Source<unknown>): AsyncIterator<Read<unknown>> => {
  if (Symbol.asyncIterator in Object(pages)) return pages[Symbol.asyncIterator]()
  throw new EntrapipeError(
    'PIPELINE_INVALID',
    `The source ${kind} gives no pages to wait for: write it as async *read()`,
  )
}

const rowsOf = (page: Read<unknown>, { kind }: Source<unknown>): Read<unknown>['rows'] =>
  expectRows((page as Partial<Read<unknown>> | undefined)?.rows, 'source', kind)

const someUnfinished = (open: ReadonlySet<Reading>): boolean => {
  for (const reading of open) if (reading.unfinished) return true
  return false
}

const everyPlaced = (open: ReadonlySet<Reading>): boolean => {
  for (const reading of open) if (!reading.placed) return false
  return true
}
