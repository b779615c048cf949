import { createReadStream, existsSync } from 'node:fs'
import { EntrapipeError } from '../core/errors.ts'
import { appendAudit } from './audit-file.ts'
import { follows, noHead, readAuditLine, type AuditEntry, type AuditHead, type AuditLine } from './audit-line.ts'
import { takeLock, type HeldLock } from './held-lock.ts'

/** What `verify` found. */
interface AuditCheck {
  /** Number of valid lines from the start. */
  readonly entries: number
  /** Hash of the last valid line. */
  readonly head: string
  /** The first line that is not the one which was written. */
  readonly broken?: { readonly line: number; readonly why: string }
  /** Hashes that were looked for and that no line has; only if no line is broken. */
  readonly missing: readonly string[]
}

/**
 * What was changed in directories from this store: JSON lines, each with the hash of the one before, so that a line that was
 * changed, removed or added later is found. Lines that are removed from the end are found by a head that was noted elsewhere.
 */
export interface Audit {
  /** Appends entries, flushed to disk before it resolves, and returns the hash of the last one. Processes append one after the other. */
  append(entries: readonly AuditEntry[]): Promise<string>
  /** @param heads hashes that must occur, for example of a report */
  verify(heads?: readonly string[]): Promise<AuditCheck>
  /** Lines in order, some at a time. An incomplete last line is left out. @throws EntrapipeError `VERIFY_FAILED` at a changed line */
  lines(): AsyncIterable<readonly AuditLine[]>
}

/** How often another process that appends is waited for, each time about a second. */
const attempts = 30

const acquire = (path: string): HeldLock => {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const lock = takeLock(path)
    if (lock) return lock
  }
  throw new EntrapipeError('STORE_UNUSABLE', `${path} is locked: another process has been writing for too long.`, {
    facts: { path },
    fix: 'Try again. If it fails again, end any stopped or hanging entrapipe process.',
  })
}

/** Complete lines of the file. */
async function* textLines(path: string): AsyncGenerator<readonly string[]> {
  if (!existsSync(path)) return
  let rest: string[] = []
  for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 262_144 })) {
    const lines = (chunk as string).split('\n')
    if (lines.length === 1) {
      rest.push(lines[0]!)
      continue
    }
    lines[0] = rest.join('') + lines[0]!
    rest = [lines.pop()!]
    yield lines
  }
}

/** Opens the log; the file is created by the first entry, with mode 0600. */
export const openAudit = (path: string): Audit => {
  /** Lines with what is wrong with the first that is not as written. */
  const checked = async function* () {
    let head: AuditHead = noHead
    for await (const texts of textLines(path)) {
      const lines: AuditLine[] = []
      for (const text of texts) {
        const line = readAuditLine(text)
        const why = !line
          ? 'It does not match its hash.'
          : follows(line, head)
            ? undefined
            : 'It does not follow the line before it.'
        if (why !== undefined) {
          yield { lines, broken: { line: head.sequence + 1, why } }
          return
        }
        head = line!
        lines.push(line!)
      }
      yield { lines, broken: undefined }
    }
  }

  return {
    async append(entries) {
      const lock = acquire(`${path}.lock`)
      try {
        return appendAudit(path, entries).hash
      } finally {
        lock.release()
      }
    },
    async verify(heads = []) {
      const wanted = new Set(heads)
      let { sequence: entries, hash: head } = noHead
      let broken: AuditCheck['broken']
      for await (const page of checked()) {
        for (const line of page.lines) wanted.delete(line.hash)
        entries += page.lines.length
        head = page.lines.at(-1)?.hash ?? head
        broken = page.broken
      }
      wanted.delete(noHead.hash)
      return { entries, head, ...(broken && { broken }), missing: broken ? [] : [...wanted] }
    },
    async *lines() {
      for await (const { lines, broken } of checked()) {
        if (lines.length > 0) yield lines
        if (broken)
          throw new EntrapipeError('VERIFY_FAILED', `Line ${broken.line} of ${path} was changed. ${broken.why}`, {
            facts: { path, line: broken.line },
          })
      }
    },
  }
}
