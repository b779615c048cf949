import { isoTime } from './iso-time.ts'
import { firstIndex } from './search.ts'

/** The directory's present. No synthetic date is later, whatever the clock says, so that equal seeds give equal bytes. */
export const presentSeconds = Date.UTC(2026, 0, 1) / 1000

const at = (text: string): number => Date.parse(text) / 1000

/** Shares of all objects, and the time by which they existed: slow growth, two migrations in one night each, a merger. */
const growth: readonly (readonly [share: number, seconds: number])[] = [
  [0, at('2015-02-02T08:00:00Z')],
  [0.05, at('2018-05-11T20:00:00Z')],
  [0.15, at('2018-05-13T05:00:00Z')],
  [0.17, at('2018-12-20T15:00:00Z')],
  [0.24, at('2019-09-06T21:00:00Z')],
  [0.42, at('2019-09-08T18:00:00Z')],
  [0.56, at('2021-01-04T08:00:00Z')],
  [0.7, at('2022-10-31T22:00:00Z')],
  [0.81, at('2022-11-01T03:00:00Z')],
  [0.92, at('2024-09-02T07:00:00Z')],
  [1, presentSeconds - 21_600],
]

/** Dates that increase with the position. The first positions may have none. */
export interface Timeline {
  /** Seconds since 1970; undefined without a date. */
  at(position: number): number | undefined
  textAt(position: number): string | null
}

const timeline = (seconds: (position: number) => number | undefined): Timeline => ({
  at: seconds,
  textAt(position) {
    const found = seconds(position)
    return found === undefined ? null : isoTime(found)
  },
})

/** Creation dates, oldest first: a slow start, migrations within hours, then growth. The first `nulls` have no date. */
export const growthTimeline = (size: number, nulls: number): Timeline =>
  timeline(position => {
    if (position < nulls) return undefined
    const share = (position - nulls + 0.5) / (size - nulls)
    const next = Math.max(
      1,
      firstIndex(0, growth.length - 1, index => (growth[index]?.[0] ?? 1) > share),
    )
    const [fromShare, from] = growth[next - 1] ?? [0, 0]
    const [toShare, to] = growth[next] ?? [1, presentSeconds]
    return Math.floor(from + ((share - fromShare) / (toShare - fromShare)) * (to - from))
  })

/** Mostly recent dates: half are within the last tenth of `spanDays` before the present. The first `nulls` have no date. */
export const recentTimeline = (size: number, nulls: number, spanDays: number): Timeline =>
  timeline(position =>
    position < nulls
      ? undefined
      : Math.floor(presentSeconds - 60 - spanDays * 86_400 * (1 - (position - nulls + 0.5) / (size - nulls)) ** 3.3),
  )
