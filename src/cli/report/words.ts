import { thousands } from '../../core/thousands.ts'

/** A whole number: `1,234,567`. */
export const count = thousands

/** `1 row`, `1,234 rows`: a number and what it counts. */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`

/** `850 ms`, `12 s`, `3 min 5 s`, `2 h 10 min`. */
export const duration = (ms: number): string => {
  if (ms < 1000) return `${Math.round(ms)} ms`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return seconds % 60 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`
  return minutes % 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${minutes / 60} h`
}

/** `2026-11-21 08:30`, in UTC. */
export const minute = (at: string | number): string => new Date(at).toISOString().replace('T', ' ').slice(0, 16)

/** `once`, `twice`, `3 times`. */
export const times = (value: number): string => (value === 1 ? 'once' : value === 2 ? 'twice' : `${count(value)} times`)

/** `12.3 MB`. */
export const size = (bytes: number): string =>
  bytes < 1000
    ? `${bytes} B`
    : bytes < 1e6
      ? `${(bytes / 1e3).toFixed(1)} kB`
      : bytes < 1e9
        ? `${(bytes / 1e6).toFixed(1)} MB`
        : `${(bytes / 1e9).toFixed(2)} GB`

/** A file name quoted for a command line. `./` goes before a leading dash, so that it is not read as an option. */
export const quotedPath = (path: string): string => quoted(path.startsWith('-') && path !== '-' ? `./${path}` : path)

/** Quotes a word for a POSIX shell if needed. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
