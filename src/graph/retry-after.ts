/**
 * How long a reply's `Retry-After` asks to wait, in milliseconds: seconds (Graph also sends decimals) or a date, which is
 * one of the service's clock: it counts from the reply's own `Date`, where there is one. Undefined when it is absent,
 * empty, unreadable or already over.
 *
 * @param headers of the reply, by their names in lower case
 * @param sentAt `Date` of the reply; that of an entry of a batch is the batch's
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
  return waitMs > 0 ? waitMs : undefined
}

const since = (date: string | undefined, nowMs: number): number => {
  const at = Date.parse(date ?? '')
  return Number.isNaN(at) ? nowMs : at
}
