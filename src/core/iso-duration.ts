import { joined } from './joined.ts'

const form = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/

const dayMs = 86_400_000
const units = [7 * dayMs, dayMs, 3_600_000, 60_000, 1000] as const
const words = ['week', 'day', 'hour', 'minute', 'second'] as const

const partsOf = (text: unknown): readonly number[] | undefined => {
  const found = typeof text === 'string' ? form.exec(text) : undefined
  const parts = found?.slice(1)
  return parts?.some(part => part !== undefined) ? parts.map(part => Number(part ?? 0)) : undefined
}

/** Milliseconds of an ISO 8601 duration such as `P30D` or `PT8H30M`; undefined for years, months and any other text. */
export const isoDurationMs = (text: unknown): number | undefined =>
  partsOf(text)?.reduce((sum, count, at) => sum + count * units[at]!, 0)

/** An ISO 8601 duration in words: `8 hours and 30 minutes`. One with years or months, and other text, stays as it is. */
export const shownDuration = (text: string): string => {
  const parts = partsOf(text)
  const shown = parts?.flatMap((count, at) => (count > 0 ? [`${count} ${words[at]!}${count === 1 ? '' : 's'}`] : []))
  return shown && shown.length > 0 ? joined(shown) : text
}
