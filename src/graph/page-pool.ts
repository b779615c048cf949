import { systemAlarm, type Alarm } from '../core/clock.ts'
import { pageBuffer, type PageBuffer } from './page-buffer.ts'

/** A place for one page, which has memory of the pool from `ready` until `free`. */
export interface PooledBuffer extends PageBuffer {
  /** Takes memory, if it has none: at once (undefined), or when there is some. Rejects with the signal's reason. */
  ready(signal?: AbortSignal): Promise<void> | undefined
  /** Returns the memory. The bytes of the page are no longer valid. */
  free(): void
}

/** A reader of pages. */
interface PoolReader {
  /** A place for a page. */
  buffer(): PooledBuffer
  /** Whether its caller waits for it now. */
  asked(isAsked: boolean): void
  /** Returns the memory of all its buffers. */
  close(): void
}

/** The memory for the pages of all listings of a client. */
export interface PagePool {
  open(): PoolReader
  /** The number of bytes that are allocated. */
  readonly bytes: number
}

interface Memory {
  readonly buffer: PageBuffer
  bytes: number
}

/** Of a buffer that has memory. */
interface Lent {
  readonly memory: Memory
  readonly reader: Reader
  filling: boolean
  /** It was freed while it was filled: what is still received must not reach the next page. */
  freed: boolean
}

interface Reader {
  isAsked: boolean
}

interface Waiter {
  readonly reader: Reader
  readonly take: () => void
}

/** A caller that is busy for longer lets another one have memory beyond the budget. */
const stuckMs = 1_000

/**
 * Lends memory to the pages of all listings, up to a budget of bytes; two pages always have some. A page waits for memory when its first
 * byte has arrived, so that pages on their way take none.
 *
 * Nobody waits forever, in whatever order callers read listings. Memory is live while a page is received into it, or while
 * the caller of its reader waits for that reader: both end without help from anybody else. A caller that is busy with a page makes it live
 * again when it asks for more. If no memory is live for a second, what is lent are pages that no caller waits for, and these might be
 * returned only after the page that a caller waits for, as when two listings are compared. A reader whose caller waits then gets memory
 * beyond the budget, which is not kept. What waits here holds no place of the governor (`Turn.stepAside`).
 *
 * @param pageBytes of new memory, which grows with the largest page
 */
export const pagePool = (budget = 8 << 20, pageBytes = 1 << 20, alarm: Alarm = systemAlarm): PagePool => {
  const lent = new Set<Lent>()
  const idle: Memory[] = []
  const queue: Waiter[] = []
  let readers = 0
  let bytes = 0
  let size = pageBytes
  /** Ends the wait for live memory. */
  let stopWait: (() => void) | undefined

  const allocate = (): Memory => {
    const memory: Memory = {
      buffer: pageBuffer(size, more => {
        memory.bytes += more
        bytes += more
        size = Math.max(size, memory.bytes)
      }),
      bytes: size,
    }
    bytes += size
    return memory
  }
  const drop = (memory: Memory): void => void (bytes -= memory.bytes)

  const isLive = ({ filling, reader }: Lent): boolean => filling || reader.isAsked
  const hasRoom = (): boolean => lent.size < 2 || idle.length > 0 || bytes + size <= budget
  const wanted = (): number => queue.findIndex(({ reader }) => reader.isAsked)
  const admit = (at: number): void => queue.splice(at, 1)[0]!.take()
  const look = (): void => {
    while (queue.length > 0 && hasRoom()) admit(Math.max(0, wanted()))
    const isStuck = queue.length > 0 && wanted() >= 0 && ![...lent].some(isLive)
    if (!isStuck) stopWait?.()
    stopWait = isStuck ? (stopWait ?? alarm(stuckMs, unstick)) : undefined
  }
  const unstick = (): void => {
    stopWait = undefined
    admit(wanted())
    look()
  }

  const bufferOf = (reader: Reader, mine: Set<PooledBuffer>): PooledBuffer => {
    let own: Lent | undefined
    const take = (): void => {
      own = { memory: idle.pop() ?? allocate(), reader, filling: true, freed: false }
      lent.add(own)
    }
    const made: PooledBuffer = {
      ready(signal) {
        if (signal?.aborted) return Promise.reject(signal.reason as Error)
        if (!own && hasRoom()) take()
        if (own) return undefined
        return new Promise<void>((resolve, reject) => {
          const give = (): void => {
            queue.splice(queue.indexOf(waiter), 1)
            look()
            reject(signal?.reason as Error)
          }
          const waiter: Waiter = {
            reader,
            take() {
              signal?.removeEventListener('abort', give)
              take()
              resolve()
            },
          }
          signal?.addEventListener('abort', give, { once: true })
          queue.push(waiter)
          look()
        })
      },
      async fill(chunks) {
        await made.ready()
        const into = own!
        into.filling = true
        try {
          return await into.memory.buffer.fill(chunks)
        } finally {
          into.filling = false
          if (into.freed) made.free()
          else look()
        }
      },
      free() {
        if (!own) return
        own.freed = own.filling
        if (own.freed) return
        lent.delete(own)
        // Memory beyond the budget, and all of it once nothing is read, goes back to the system.
        if (bytes > budget || readers === 0) drop(own.memory)
        else idle.push(own.memory)
        own = undefined
        look()
      },
    }
    mine.add(made)
    return made
  }

  return {
    open() {
      readers++
      const reader: Reader = { isAsked: true }
      const mine = new Set<PooledBuffer>()
      return {
        buffer: () => bufferOf(reader, mine),
        asked(isAsked) {
          reader.isAsked = isAsked
          if (queue.length > 0) look()
        },
        close() {
          reader.isAsked = false
          if (--readers === 0) idle.splice(0).forEach(drop)
          for (const buffer of mine) buffer.free()
        },
      }
    },
    get bytes() {
      return bytes
    },
  }
}
