import { numberPackage } from './packages.ts'

/** The text of a number, or what is wrong with it. */
export type NumberText = { readonly text: string } | { readonly fault: string }

/** Excel keeps 15 digits. From here on it has replaced the last ones with zeros. */
const firstRounded = 1e15
const dayMs = 24 * 60 * 60 * 1000
/** Days of the year 10000 and later. */
const firstLate = 2_958_466
/** Between the calendars that begin in 1900 and in 1904. */
const daysTo1904 = 1462

const plain = (value: number): NumberText => {
  if (Number.isInteger(value))
    return Math.abs(value) < firstRounded
      ? { text: String(value) }
      : {
          fault: 'a number of more than 15 digits, of which Excel has changed the last ones to zeros. Enter it as text',
        }
  return { text: String(Number(value.toPrecision(15))) }
}

const iso = (days: number): string => {
  // The calendar of 1900 has a 29th of February, which that year had not.
  const real = days < 60 ? days + 1 : days
  return new Date(Date.UTC(1899, 11, 30) + Math.round(real * (dayMs / 1000)) * 1000).toISOString()
}

/**
 * Writes the numbers of a workbook. A whole number is written by a format of digits and fixed characters, as `000000` or
 * `+49 0`: so people see ids and telephone numbers. All other numbers are written with a decimal point and without groups, signs
 * and rounding. Dates are `2026-01-31`, with a time `2026-01-31T08:30:00`, times `08:30:00`.
 */
export const numberTexts = async (
  is1904: boolean,
): Promise<(format: string | number) => (value: number) => NumberText> => {
  const { format: written, getFormatDateInfo, getFormatFromId, getFormatInfo, isDateFormat } = await numberPackage()

  const dated = (pattern: string): ((value: number) => NumberText) => {
    const { year, month, day, hours, minutes, seconds } = getFormatDateInfo(pattern)
    const hasDate = year || month || day
    const hasTime = hours || minutes || seconds
    return value => {
      const days = is1904 && hasDate ? value + daysTo1904 : value
      if (!(days >= 0 && days < firstLate)) return { fault: `${value}, which is not a date` }
      const [date, time] = iso(hasTime ? days : Math.floor(days))
        .slice(0, 19)
        .split('T') as [string, string]
      if (!hasDate) return { text: time }
      return { text: hasTime && time !== '00:00:00' ? `${date}T${time}` : date }
    }
  }

  return format => {
    const pattern = typeof format === 'number' ? (getFormatFromId(format) ?? 'General') : format
    let info: ReturnType<typeof getFormatInfo>
    try {
      info = getFormatInfo(pattern)
    } catch {
      // A format that no Excel writes. The number itself is certain.
      return plain
    }
    if (/\[(?:h+|m+|s+)\]/i.test(pattern)) return value => ({ text: written(pattern, value) })
    if (isDateFormat(pattern)) return dated(pattern)
    if (info.type !== 'number' || info.maxDecimals !== 0 || info.scale !== 1) return plain
    return value => {
      const fallback = plain(value)
      return Number.isInteger(value) && 'text' in fallback ? { text: written(pattern, value).trim() } : fallback
    }
  }
}
