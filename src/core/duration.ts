const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 }

/** Milliseconds of a time with its unit, such as `30s`, `10m`, `24h` or `2d`; undefined for any other text. */
export const durationIn = (text: string): number | undefined => {
  const [, number, unit = ''] = /^(\d{1,9}) ?(s|m|min|h|d)$/.exec(text.trim()) ?? []
  const ms = Number(number) * (units[unit] ?? Number.NaN)
  return ms > 0 ? ms : undefined
}
