import { hash } from 'node:crypto'
import type { Json } from '../core/json.ts'

/** What an entry of the audit log has. */
export type AuditEntry = { readonly [name: string]: Json }

/** An entry with its place in the chain. */
export interface AuditLine {
  /** From 1. */
  readonly sequence: number
  /** Hash of the line before, or `noHead`. */
  readonly previous: string
  readonly entry: AuditEntry
  /** SHA-256 (hex) of the line up to here. */
  readonly hash: string
}

/** The end of the chain. */
export type AuditHead = Pick<AuditLine, 'sequence' | 'hash'>

/** The head of an empty log. */
export const noHead: AuditHead = { sequence: 0, hash: '0'.repeat(64) }

const before = ',"hash":"'
const after = '"}'
const suffixLength = before.length + noHead.hash.length + after.length

/** Returns the text of the line that follows `head`, without its line break, and the new head. */
export const auditLine = (head: AuditHead, entry: AuditEntry): { readonly text: string; readonly head: AuditHead } => {
  const sequence = head.sequence + 1
  const body = JSON.stringify({ sequence, previous: head.hash, entry }).slice(0, -1)
  const own = hash('sha256', body)
  return { text: `${body}${before}${own}${after}`, head: { sequence, hash: own } }
}

/** Reads a line; undefined if it does not match its own hash. */
export const readAuditLine = (text: string): AuditLine | undefined => {
  const body = text.slice(0, -suffixLength)
  const own = hash('sha256', body)
  if (text.slice(-suffixLength) !== `${before}${own}${after}`) return undefined
  try {
    return JSON.parse(text) as AuditLine
  } catch {
    return undefined
  }
}

/** Whether a line follows `head`. */
export const follows = ({ sequence, previous }: AuditLine, head: AuditHead): boolean =>
  sequence === head.sequence + 1 && previous === head.hash
