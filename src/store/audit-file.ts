import { closeSync, constants, fdatasyncSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs'
import { EntrapipeError } from '../core/errors.ts'
import { auditLine, noHead, readAuditLine, type AuditEntry, type AuditHead } from './audit-line.ts'
import { onDisk } from './database.ts'
import { syncFolderOf } from './seal.ts'

const lineBreak = 0x0a
/** Bytes read at once from the end of the file. */
const tailBytes = 65_536
/** Characters written at once. */
const pieceLength = 1_000_000

/** Reads up to `length` bytes before `end`. */
const bytesBefore = (file: number, end: number, length: number): Buffer => {
  const from = Math.max(0, end - length)
  const bytes = Buffer.alloc(end - from)
  readSync(file, bytes, 0, bytes.length, from)
  return bytes
}

/** The place of the last line break before `end`, or -1. */
const lastBreak = (file: number, end: number): number => {
  for (let to = end; to > 0; to -= tailBytes) {
    const bytes = bytesBefore(file, to, tailBytes)
    const at = bytes.lastIndexOf(lineBreak)
    if (at >= 0) return to - bytes.length + at
  }
  return -1
}

/** The end of the chain, and of its complete lines. */
const endOf = (file: number, path: string): { readonly head: AuditHead; readonly end: number } => {
  const end = lastBreak(file, fstatSync(file).size) + 1
  if (end === 0) return { head: noHead, end }
  const start = lastBreak(file, end - 1) + 1
  const line = readAuditLine(bytesBefore(file, end - 1, end - 1 - start).toString('utf8'))
  if (line) return { head: line, end }
  throw new EntrapipeError(
    'VERIFY_FAILED',
    `The audit log ${path} was changed: its last line does not match its hash.`,
    {
      facts: { path },
      fix: 'Move the file away and keep it. A new log is then started.',
    },
  )
}

const writeAll = (file: number, text: string, position: number): number => {
  const bytes = Buffer.from(text, 'utf8')
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done, bytes.length - done, position + done)
  return position + bytes.length
}

/**
 * Appends entries and flushes them to disk. An incomplete last line was never acknowledged: it is removed, and an entry says so.
 * Called under the lock of the log.
 */
export const appendAudit = (path: string, entries: readonly AuditEntry[]): AuditHead =>
  onDisk(path, () => {
    const file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600)
    try {
      const { size } = fstatSync(file)
      let { head, end } = endOf(file, path)
      const torn = size - end
      const all = torn > 0 ? [{ event: 'incomplete line removed', bytes: torn }, ...entries] : entries
      const from = end
      try {
        let piece = ''
        for (const entry of all) {
          const line = auditLine(head, entry)
          head = line.head
          piece += `${line.text}\n`
          if (piece.length < pieceLength) continue
          end = writeAll(file, piece, end)
          piece = ''
        }
        end = writeAll(file, piece, end)
        if (end < size) ftruncateSync(file, end)
        fdatasyncSync(file)
      } catch (error) {
        ftruncateSync(file, from)
        throw error
      }
      if (size === 0) syncFolderOf(path)
      return { sequence: head.sequence, hash: head.hash }
    } finally {
      closeSync(file)
    }
  })
