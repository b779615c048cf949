import type { Span } from '../../odata/key-spans.ts'

/**
 * The keys of dates between two inclusive bounds, as one span or none. Keys of dates are whole seconds, so bounds are rounded to the next second
 * inside.
 *
 * @throws RangeError for a bound that is not a date
 */
export const dateSpans = (bounds: { readonly from?: string; readonly to?: string }): readonly Span[] => {
  const from = bounds.from === undefined ? '\0' : second(bounds.from, Math.ceil)
  if (bounds.to === undefined) return [{ from }]
  const to = `${second(bounds.to, Math.floor)}\0`
  return from < to ? [{ from, to }] : []
}

const second = (text: string, round: (value: number) => number): string => {
  const withZone = /(?:z|[+-]\d\d:\d\d)$/i.test(text) || !/t/i.test(text) ? text : `${text}Z`
  const ms = Date.parse(withZone)
  if (Number.isNaN(ms)) throw new RangeError(`Expected an ISO 8601 date, got ${text}`)
  return `${new Date(round(ms / 1000) * 1000).toISOString().slice(0, 19)}z`.toLowerCase()
}
