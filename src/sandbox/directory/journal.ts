import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { EntrapipeError } from '../../core/errors.ts'
import type { Json } from '../../core/json.ts'

/** A place between two lines of a journal. */
export interface Position {
  readonly bytes: number
  readonly lines: number
  /** Checksum of the last 64 KiB before it. */
  readonly crc: number
}

/** An append-only file of JSON lines. Its first line names the directory that it belongs to. */
interface Journal {
  /** Passes the entry to the system before it returns: killing the process does not lose it. An entry that cannot be written whole is removed. */
  append(entry: Json): void
  /** The position after the last entry. */
  position(): Position
  close(): void
}

interface JournalOptions {
  readonly path: string
  /** The first line. */
  readonly header: Json
  /** Called with each entry, oldest first. */
  readonly replay: (entry: Json) => void
  /** Entries before it are not replayed. @default the beginning */
  readonly from?: Position | undefined
}

/**
 * Opens a journal and replays its entries. A last line without a line feed is dropped: the process was killed before it reported
 * that change. Holds 4 MiB of the file.
 *
 * @throws EntrapipeError `SANDBOX_UNAVAILABLE` when it belongs to another directory or one of its lines is not JSON
 */
export const openJournal = ({ path, header, replay, from }: JournalOptions): Journal => {
  const first = JSON.stringify(header)
  const file = openSync(path, 'a+', 0o600)
  let end = 0
  let lines = 0
  try {
    const begin = from ?? { bytes: 0, lines: 0 }
    lines = begin.lines
    end = readLines(file, begin.bytes, text => replayLine(path, text, ++lines, first, replay))
    if (end < fstatSync(file).size) ftruncateSync(file, end)
    if (end === 0) {
      end = writeAll(file, `${first}\n`, end)
      lines++
    }
  } catch (error) {
    closeSync(file)
    throw error
  }
  let isOpen = true
  return {
    append(entry) {
      end = writeAll(file, `${JSON.stringify(entry)}\n`, end)
      lines++
    },
    position: () => ({ bytes: end, lines, crc: crcBefore(file, end) }),
    close() {
      if (isOpen) closeSync(file)
      isOpen = false
    },
  }
}

/** Whether the journal of a path has this position: what is before it is the same as when the position was taken. */
export const hasPosition = (path: string, { bytes, crc }: Position): boolean => {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch {
    return false
  }
  try {
    return fstatSync(file).size >= bytes && crcBefore(file, bytes) === crc
  } finally {
    closeSync(file)
  }
}

const compared = 64 * 1024

const crcBefore = (file: number, end: number): number => {
  const piece = Buffer.alloc(Math.min(compared, end))
  for (let at = 0; at < piece.length;) {
    const count = readSync(file, piece, at, piece.length - at, end - piece.length + at)
    if (count === 0) return -1
    at += count
  }
  return crc32(piece)
}

const replayLine = (path: string, text: string, line: number, first: string, replay: (entry: Json) => void): void => {
  if (line === 1 && text !== first)
    throw new EntrapipeError('SANDBOX_UNAVAILABLE', `${path} belongs to another sandbox directory; expected ${first}`, {
      fix: 'Use the same seed and sizes, or run `entrapipe sandbox reset`.',
    })
  if (line === 1) return
  try {
    replay(JSON.parse(text))
  } catch (cause) {
    throw new EntrapipeError('SANDBOX_UNAVAILABLE', `Line ${line} of ${path} is corrupted`, {
      cause,
      fix: 'Run `entrapipe sandbox reset`.',
    })
  }
}

const pieceBytes = 4 * 1024 * 1024

/** Reads whole lines, a piece of the file at a time. Returns where the last one ends. */
const readLines = (file: number, from: number, each: (text: string) => void): number => {
  let piece = Buffer.allocUnsafe(pieceBytes)
  let [held, end] = [0, from]
  for (;;) {
    // A line that is longer than the piece.
    if (held === piece.length) piece = Buffer.concat([piece, Buffer.allocUnsafe(piece.length)])
    const read = readSync(file, piece, held, piece.length - held, end + held)
    if (read === 0) return end
    const filled = held + read
    const whole = piece.subarray(0, filled).lastIndexOf(10) + 1
    if (whole > 0) for (const text of piece.toString('utf8', 0, whole - 1).split('\n')) each(text)
    piece.copyWithin(0, whole, filled)
    held = filled - whole
    end += whole
  }
}

/** Returns where the file then ends. */
const writeAll = (file: number, text: string, end: number): number => {
  const bytes = Buffer.from(text)
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at)
  } catch (error) {
    // Half a line would corrupt the next one.
    ftruncateSync(file, end)
    throw error
  }
  return end + bytes.length
}
