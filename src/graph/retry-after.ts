/**
 * How long a `Retry-After` asks to wait, in milliseconds: seconds (Graph also sends decimals) or a date. Undefined when
 * it is absent, empty, unreadable or already over.
 *
 * @see https://learn.microsoft.com/graph/throttling
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export const retryAfterMs = (header: string | undefined, nowMs: number): number | undefined => {
  const value = header?.trim()
  if (!value) return undefined
  const waitMs = /^\d*\.?\d+$/.test(value) ? Math.ceil(Number(value) * 1000) : Date.parse(value) - nowMs
  return waitMs > 0 ? waitMs : undefined
}
