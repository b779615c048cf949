import { Readable, Transform as NodeTransform, Writable, type Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { asStream, flushable, none } from 'stream-chain'
import { unparsedIn, type JsonRows } from '../core/json-rows.ts'
import type { Writer } from '../core/parts.ts'
import { pagesOf } from './foreign.ts'
import { thrownBy } from './guarded.ts'
import { isCut, type Cut, type FlowingPage, type PageOrCut } from './pages-and-cuts.ts'
import type { Stage } from './stage.ts'

/**
 * Pages are large, and sources read ahead. Streams without a buffer keep fewer pages alive, and short-lived pages are cheap to
 * collect.
 */
const unbuffered = { highWaterMark: 0 }

interface Flow {
  /** Pages and cuts. An abort ends them with the reason of the signal, even while the source waits. */
  readonly pagesAndCuts: (signal: AbortSignal) => AsyncIterable<PageOrCut>
  /** Stages of fused steps, and foreign streams between them. */
  readonly stages: readonly (Stage | Duplex)[]
  readonly writer: Writer<unknown>
  /** Writes rows that are not parsed; see `Writer.unparsed`. */
  readonly writeUnparsed: ((rows: JsonRows) => Promise<boolean>) | undefined
  /** Called before rows are written. */
  readonly writing: (page: FlowingPage) => void
  readonly written: (rows: number) => Promise<void>
  readonly cutArrived: (cut: Cut) => Promise<void>
  readonly signal: AbortSignal
}

/** Runs pages and cuts through Node streams to the writer. Resolves when the last one is accepted. */
export const flow = async ({
  pagesAndCuts,
  stages,
  writer,
  writeUnparsed,
  writing,
  written,
  cutArrived,
  signal,
}: Flow): Promise<void> => {
  const streams: (NodeJS.ReadWriteStream | typeof pagesOf)[] = []
  for (const stage of stages)
    if ('pass' in stage) streams.push(stageStream(stage))
    else streams.push(unwrap(), stage, pagesOf)
  const sink = new Writable({
    objectMode: true,
    ...unbuffered,
    write(flowing: PageOrCut, _encoding, done) {
      const accepted = isCut(flowing) ? cutArrived(flowing) : write(flowing)
      accepted.then(
        () => done(),
        (error: unknown) => done(error as Error),
      )
    },
  })
  const write = async (page: FlowingPage): Promise<void> => {
    const json = writeUnparsed && unparsedIn(page)
    if (json) {
      writing(page)
      if (await writeUnparsed(json)) {
        json.written()
        return written(json.count)
      }
    }
    if (page.rows.length === 0) return
    writing(page)
    await writer.write(page.rows)
    await written(page.rows.length)
  }
  // A source that waits for a row would not notice that its reader is gone.
  const over = new AbortController()
  sink.once('close', () => over.abort())
  const source = Readable.from(pagesAndCuts(AbortSignal.any([signal, over.signal])), {
    objectMode: true,
    ...unbuffered,
  })
  try {
    await pipeline([source, ...streams, sink] as unknown as readonly NodeJS.ReadWriteStream[], { signal })
  } catch (error) {
    throw thrownBy('stream', error)
  }
}

const stageStream = (stage: Stage): Duplex =>
  asStream(
    flushable(async (flowing: PageOrCut | typeof none) =>
      flowing === none ? ((await stage.end()) ?? none) : stage.pass(flowing as PageOrCut),
    ),
    { readableHighWaterMark: 0, writableHighWaterMark: 0 },
  ) as unknown as Duplex

/** Turns pages into the values in them. */
const unwrap = (): NodeTransform =>
  new NodeTransform({
    objectMode: true,
    ...unbuffered,
    transform(flowing: PageOrCut, _encoding, done) {
      if (!isCut(flowing)) for (const row of flowing.rows) this.push(row.value)
      done()
    },
  })
