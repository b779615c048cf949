const units: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

/** Milliseconds of a time with its unit, such as `30s`, `10m`, `24h`, `2d` or `2w`; undefined for any other text. */
export const durationIn = (text: string): number | undefined => {
  const [, number, unit = ''] = /^(\d{1,9}) ?(s|m|min|h|d|w)$/.exec(text.trim()) ?? []
  const ms = Number(number) * (units[unit] ?? Number.NaN)
  return ms > 0 ? ms : undefined
}
