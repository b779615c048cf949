/** A longer wait is taken for a corrupted header, since it would block all requests. */
const longestMs = 86_400_000

/**
 * Parses a reply's `Retry-After` to milliseconds: seconds (Graph also sends decimals) or a date. A date is by the service's
 * clock, so it is relative to the reply's own `Date`, if present. Undefined if it is absent, empty, invalid, past, or more
 * than a day ahead.
 *
 * @param headers of the reply, with lower-case names
 * @param sentAt `Date` of the reply, or of the batch for an entry
 * @see https://learn.microsoft.com/graph/throttling
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export const retryAfterMs = (
  headers: Readonly<Record<string, string>>,
  nowMs: number,
  sentAt = headers['date'],
): number | undefined => {
  const value = headers['retry-after']?.trim()
  if (!value) return undefined
  const waitMs = /^\d*\.?\d+$/.test(value) ? Math.ceil(Number(value) * 1000) : Date.parse(value) - since(sentAt, nowMs)
  return waitMs > 0 && waitMs <= longestMs ? waitMs : undefined
}

const since = (date: string | undefined, nowMs: number): number => {
  const at = Date.parse(date ?? '')
  return Number.isNaN(at) ? nowMs : at
}
