import { closeSync, existsSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import { EntrapipeError } from '../../core/errors.ts'
import type { Json } from '../../core/json.ts'

/** An append-only file of JSON lines. Its first line names the directory that it belongs to. */
interface Journal {
  /** Passes the entry to the system before it returns: killing the process does not lose it. */
  append(entry: Json): void
  close(): void
}

/**
 * Opens a journal and replays its entries, oldest first. A last line without a line feed is dropped: the process was killed
 * before it reported that change.
 *
 * @throws EntrapipeError `SANDBOX_UNAVAILABLE` when it belongs to another directory or one of its lines is not JSON
 */
export const openJournal = (path: string, header: Json, replay: (entry: Json) => void): Journal => {
  const first = JSON.stringify(header)
  const isNew = !existsSync(path)
  const file = openSync(path, 'a+', 0o600)
  try {
    const bytes = isNew ? Buffer.alloc(0) : readFileSync(path)
    const end = bytes.lastIndexOf(10) + 1
    if (end < bytes.length) ftruncateSync(file, end)
    if (end === 0) writeAll(file, `${first}\n`)
    else readLines(path, bytes.subarray(0, end), first, replay)
  } catch (error) {
    closeSync(file)
    throw error
  }
  let isOpen = true
  return {
    append: entry => writeAll(file, `${JSON.stringify(entry)}\n`),
    close() {
      if (isOpen) closeSync(file)
      isOpen = false
    },
  }
}

const readLines = (path: string, bytes: Buffer, first: string, replay: (entry: Json) => void): void => {
  let line = 0
  for (let from = 0; from < bytes.length;) {
    const to = bytes.indexOf(10, from)
    const text = bytes.toString('utf8', from, to)
    from = to + 1
    line++
    if (line === 1 && text !== first)
      throw new EntrapipeError(
        'SANDBOX_UNAVAILABLE',
        `${path} belongs to another sandbox directory; expected ${first}`,
        {
          fix: 'Use the same seed and sizes, or run `entrapipe sandbox reset`.',
        },
      )
    if (line === 1) continue
    try {
      replay(JSON.parse(text))
    } catch (cause) {
      throw new EntrapipeError('SANDBOX_UNAVAILABLE', `Line ${line} of ${path} is corrupted`, {
        cause,
        fix: 'Run `entrapipe sandbox reset`.',
      })
    }
  }
}

const writeAll = (file: number, text: string): void => {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at)
}
