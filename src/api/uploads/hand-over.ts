/** Pieces on their way from the loop that has them to a reader that asks for them. */
interface HandOver<T> {
  readonly pieces: AsyncIterable<T>
  /** Resolves when the reader asks for the next piece, or reads no more. Rejects with what the reader failed with. */
  push(piece: T): Promise<void>
  end(): void
  /** The reader needs no more. */
  close(): void
  /** Ends both sides with an error. */
  fail(error: Error): void
}

/** One piece at a time: neither side is ahead of the other. */
export const handOver = <T = Buffer>(): HandOver<T> => {
  let piece: T | undefined
  let state: 'open' | 'ended' | 'closed' = 'open'
  let failure: Error | undefined
  let wakeReader = (): void => undefined
  let wakeWriter = (): void => undefined
  const woken = (): void => {
    wakeReader()
    wakeWriter()
  }
  async function* read(): AsyncGenerator<T> {
    for (;;) {
      if (failure) throw failure
      if (piece !== undefined) {
        const next = piece
        piece = undefined
        yield next
        wakeWriter()
      } else if (state !== 'open') return
      else await new Promise<void>(resolve => (wakeReader = resolve))
    }
  }
  return {
    pieces: read(),
    async push(next) {
      if (failure) throw failure
      if (state === 'closed') return
      const taken = new Promise<void>(resolve => (wakeWriter = resolve))
      piece = next
      wakeReader()
      await taken
      if (failure) throw failure
    },
    end() {
      if (state === 'open') state = 'ended'
      woken()
    },
    close() {
      state = 'closed'
      woken()
    },
    fail(error) {
      failure ??= error
      woken()
    },
  }
}
