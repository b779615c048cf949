import { closeSync, fstatSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import type { Json } from '../../../core/json.ts'
import type { Memory } from './memory.ts'

/**
 * A snapshot of a memory in a file: the length of a head in eight digits, the head (JSON), the bytes of all parts, and a checksum of
 * everything before it. It appears under its name when it is complete.
 */
interface Head<T> {
  readonly about: T
  readonly parts: readonly (readonly [name: string, sizes: readonly number[]])[]
}

const digits = 8
/** Parts are read and written in pieces of at most this size. */
const most = 4 * 1024 * 1024

/** The memory as it is now, ready to be written: changes that follow do not show in it. */
const piecesOf = (memory: Memory, about: Json): readonly Uint8Array[] => {
  const saved = [...memory.parts].map(([name, part]) => [name, part.save()] as const)
  const parts = saved.map(([name, pieces]) => [name, pieces.map(({ byteLength }) => byteLength)] as const)
  const head = Buffer.from(JSON.stringify({ about, parts }))
  return [Buffer.from(String(head.length).padStart(digits, '0')), head, ...saved.flatMap(([, pieces]) => pieces)]
}

function* cut(pieces: readonly Uint8Array[]): Iterable<Uint8Array> {
  for (const piece of pieces)
    for (let at = 0; at < piece.byteLength; at += most) yield piece.subarray(at, Math.min(piece.byteLength, at + most))
}

const checksum = (crc: number): Buffer => Buffer.from(crc.toString(16).padStart(digits, '0'))

/** Writes a snapshot before it returns. @param about what the memory belongs to */
export const writeSnapshotNow = (path: string, memory: Memory, about: Json): void => {
  const partial = `${path}.partial`
  const file = openSync(partial, 'w', 0o600)
  try {
    let crc = 0
    const write = (bytes: Uint8Array): void => {
      for (let at = 0; at < bytes.byteLength;) at += writeSync(file, bytes, at)
    }
    for (const piece of cut(piecesOf(memory, about))) {
      crc = crc32(piece, crc)
      write(piece)
    }
    write(checksum(crc))
  } catch (error) {
    rmSync(partial, { force: true })
    throw error
  } finally {
    closeSync(file)
  }
  renameSync(partial, path)
}

/**
 * Writes a snapshot of the memory as it is when this is called, and lets changes be made meanwhile.
 *
 * @param signal stops it. The file can be written at once after that: this no longer touches it
 */
export const writeSnapshot = async (path: string, memory: Memory, about: Json, signal: AbortSignal): Promise<void> => {
  const pieces = piecesOf(memory, about)
  // A name of its own: one that is written at once does not wait until this one has stopped.
  const partial = `${path}.background.partial`
  const file = await open(partial, 'w', 0o600)
  let isComplete = false
  try {
    let crc = 0
    for (const piece of cut(pieces)) {
      if (signal.aborted) return
      crc = crc32(piece, crc)
      await file.writeFile(piece)
    }
    await file.writeFile(checksum(crc))
    isComplete = !signal.aborted
  } finally {
    await file.close()
    // Synchronous, so that nobody aborts between the check and the renaming.
    if (isComplete && !signal.aborted) renameSync(partial, path)
    else rmSync(partial, { force: true })
  }
}

/**
 * Loads a snapshot into a memory if it is whole, has the same parts and `fits`. Returns what it is about, else undefined, and the
 * memory is then unchanged.
 */
export const loadSnapshot = <T>(path: string, memory: Memory, fits: (about: T) => boolean): T | undefined => {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch {
    return undefined
  }
  try {
    let [at, crc] = [0, 0]
    const read = (size: number): Uint8Array => {
      const bytes = new Uint8Array(size)
      for (let filled = 0; filled < size;) {
        const count = readSync(file, bytes, filled, Math.min(most, size - filled), at)
        if (count === 0) throw new RangeError('Unexpected end')
        crc = crc32(bytes.subarray(filled, filled + count), crc)
        filled += count
        at += count
      }
      return bytes
    }
    const { size } = fstatSync(file)
    const length = Number(Buffer.from(read(digits)).toString())
    if (!(length <= size)) return undefined
    const { about, parts } = JSON.parse(Buffer.from(read(length)).toString()) as Head<T>
    if (!fits(about) || parts.map(([name]) => name).join() !== [...memory.parts.keys()].join()) return undefined
    if (parts.reduce((sum, [, sizes]) => sizes.reduce((all, one) => all + one, sum), at) + digits !== size)
      return undefined
    const loaded = parts.map(([name, sizes]) => [name, sizes.map(read)] as const)
    const expected = checksum(crc)
    if (!expected.equals(read(digits))) return undefined
    for (const [name, pieces] of loaded) memory.parts.get(name)!.load(pieces)
    return about
  } catch (error) {
    // Not JSON, or cut off.
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined
    throw error
  } finally {
    closeSync(file)
  }
}
