import type { Json } from '../../core/json.ts'

/** A part's description in one line: `csv: from people.csv, delimiter ";"`. */
export const partWords = (described: Json): string => {
  if (typeof described !== 'object' || described === null || Array.isArray(described)) return shown(described)
  const { kind, ...rest } = described as { readonly [name: string]: Json }
  const told = Object.entries(rest)
    .filter(
      ([name, value]) => !hidden.has(name) && value !== null && value !== false && value !== '' && shown(value) !== '',
    )
    .map(([name, value]) =>
      name === 'query' && typeof value === 'string'
        ? queryWords(value)
        : value === true
          ? wordsOf(name)
          : `${wordsOf(name)} ${shown(value)}`,
    )
  return `${String(kind ?? '')}${told.length > 0 ? `${kind === undefined ? '' : ': '}${told.join(', ')}` : ''}`
}

/** Facts that only identify a run. */
const hidden: ReadonlySet<string> = new Set(['sha256', 'advanced'])

/** `arraySeparator` as `array separator`. */
const wordsOf = (name: string): string => name.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`)

const shown = (value: Json): string => {
  if (typeof value === 'string') return /^[\w@./:-]+$/.test(value) ? value : JSON.stringify(value)
  if (Array.isArray(value)) return few(value.map(item => shown(item as Json)))
  if (typeof value !== 'object' || value === null) return String(value)
  if ('kind' in value) return `(${partWords(value)})`
  return few(Object.entries(value).map(([name, item]) => `${shown(name)} → ${shown(item)}`))
}

/** Shortens a long list, such as the columns of a wide table, to fit on a line. */
const few = (items: readonly string[]): string =>
  items.length <= 6 ? items.join(' ') : `${items.slice(0, 5).join(' ')} and ${items.length - 5} more`

/** A query is shown decoded; in the description it is as sent. */
const queryWords = (query: string): string =>
  query
    .split('&')
    .map(part => {
      const [, name = '', value = ''] = /^\$?([^=]*)=(.*)$/s.exec(part) ?? []
      return `${name} ${name === 'select' ? few(value.split(',')) : decodeURIComponent(value)}`
    })
    .join(', ')
