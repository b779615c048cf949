/** Hours of a day. */
export interface Hours {
  /** Minutes after midnight. */
  readonly from: number
  /** Minutes after midnight, at most 1440. Before `from`: on the next day. */
  readonly to: number
}

/** Hours of each day, in a time zone. It is open while a clock on the wall there shows a time from `from` on and before `to`. */
export interface TimeWindow extends Hours {
  /** IANA name, such as `Europe/Berlin`. */
  readonly timeZone: string
}

const minuteMs = 60_000
/** Hours that the clocks leave out may close a window for one day. */
const furthestMinutes = 3 * 24 * 60
const wholeDay = 24 * 60

const shape = /^(\d{1,2}):(\d\d) ?[-–] ?(\d{1,2}):(\d\d)$/

/** Parses `22:00-05:00`. Returns undefined for any other text, and for hours that begin where they end. */
export const hoursIn = (text: string): Hours | undefined => {
  const found = shape.exec(text.trim())
  if (!found) return undefined
  const [fromHour, fromMinute, toHour, toMinute] = found.slice(1).map(Number) as [number, number, number, number]
  const [from, to] = [fromHour * 60 + fromMinute, toHour * 60 + toMinute]
  if (fromMinute > 59 || toMinute > 59 || from >= wholeDay || to > wholeDay || from === to) return undefined
  return { from, to }
}

const knownZones = new Set<string>()

/** Whether a text names a time zone that this program knows. */
export const isTimeZone = (text: string): boolean => {
  // Rows of a feed ask again and again, and a format is slow to make.
  if (knownZones.has(text)) return true
  try {
    const isKnown = new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== ''
    if (isKnown) knownZones.add(text)
    return isKnown
  } catch {
    return false
  }
}

/** The time zone of this machine. */
export const machineTimeZone = (): string => new Intl.DateTimeFormat('en').resolvedOptions().timeZone

const time = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

/** `22:00-05:00`. */
export const hoursText = ({ from, to }: Hours): string => `${time(from)}-${time(to)}`

/** `22:00-05:00 (Europe/Berlin)`. */
export const windowText = (window: TimeWindow): string => `${hoursText(window)} (${window.timeZone})`

/** `2026-11-30 22:00 (Europe/Berlin)`: what a clock on the wall shows there. */
export const wallTime = (ms: number, timeZone: string): string => `${clockOf(timeZone)(ms).text} (${timeZone})`

const clockOf = (timeZone: string) => {
  const format = new Intl.DateTimeFormat('en', {
    ...({ timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit' } as const),
    ...({ hour: '2-digit', minute: '2-digit' } as const),
  })
  return (ms: number) => {
    const parts = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]))
    const { year, month, day, hour, minute } = parts as Record<string, string>
    return { minutes: Number(hour) * 60 + Number(minute), text: `${year}-${month}-${day} ${hour}:${minute}` }
  }
}

/**
 * When a window opens and closes. Clocks that are set forward shorten it by the hour that does not exist; if it is all that hour, it
 * stays closed for the day. Clocks that are set back show an hour twice: it is open both times.
 */
export const hoursOf = (window: TimeWindow) => {
  const { from, to, timeZone } = window
  const clock = clockOf(timeZone)
  const isOpen = (ms: number): boolean => {
    const { minutes } = clock(ms)
    return from < to ? minutes >= from && minutes < to : minutes >= from || minutes < to
  }
  return {
    isOpen,
    /** The next time from which it is open, if it is closed, or closed, if it is open. Undefined if it never closes. */
    nextChange(ms: number): number | undefined {
      const now = isOpen(ms)
      // Zones differ by whole minutes.
      const start = Math.floor(ms / minuteMs) * minuteMs
      for (let after = 1; after <= furthestMinutes; after++) {
        const at = start + after * minuteMs
        if (isOpen(at) !== now) return at
      }
      return undefined
    },
  }
}
