/** A wait that no service means: a page of digits is a broken header, and a pause that long would lock everybody out. */
const longestMs = 86_400_000

/**
 * How long a reply's `Retry-After` asks to wait, in milliseconds: seconds (Graph also sends decimals) or a date. A date is
 * one of the service's clock, so it counts from the reply's own `Date` where there is one. Undefined when it is absent,
 * empty, unreadable, already over, or more than a day.
 *
 * @param headers of the reply, with lower-case names
 * @param sentAt `Date` of the reply; for an entry of a batch that of the batch
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
