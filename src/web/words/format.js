// @ts-check

const whole = new Intl.NumberFormat('en')
const tenth = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })
const two = (/** @type {number} */ number) => String(number).padStart(2, '0')

/** A whole number with its thousands; nothing where there is none. @param {number | null | undefined} number */
export const count = number => (number == null ? '' : whole.format(number))

/** @param {number} number @param {string} one @param {string} [several] */
export const counted = (number, one, several = `${one}s`) => `${whole.format(number)} ${number === 1 ? one : several}`

/** @param {number | null | undefined} number */
export const rate = number =>
  number == null ? '' : number < 10 ? tenth.format(number) : whole.format(Math.round(number))

/** A time of the server in the reader's time zone: `2026-03-01 08:15:00`. @param {string | undefined} iso */
export const time = iso => {
  if (iso === undefined) return ''
  const at = new Date(iso)
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-')
  return `${day} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')}`
}

/** The same without its seconds. @param {string | undefined} iso */
export const minute = iso => time(iso).slice(0, 16)

/** @param {number | null | undefined} seconds */
export const span = seconds => {
  if (seconds == null) return 'not known yet'
  const whole = Math.max(0, Math.round(seconds))
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)]
  if (hours > 0) return `${hours} h ${minutes} min`
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`
}

/** @param {number} bytes */
export const size = bytes => {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB']
  let at = 0
  let value = bytes
  for (; value >= 1000 && at < units.length - 1; at++) value /= 1000
  return `${at === 0 ? whole.format(value) : tenth.format(value)} ${units[at]}`
}
