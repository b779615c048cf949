import { closing } from './module-text.ts'

/** The range of an entry, from its name to after the following comma, if any. */
interface Entry {
  readonly name: string
  readonly from: number
  readonly to: number
}

/** The entries between two brackets of a module's text. @param code of `codeOf` */
export const entriesOf = (text: string, code: string, open: number, close: number): readonly Entry[] => {
  const found: Entry[] = []
  for (let at = open + 1; at < close;) {
    let end = at
    while (end < close && code[end] !== ',')
      end = '{[('.includes(code[end]!) ? (closing(code, end) ?? close) + 1 : end + 1
    const from = at + code.slice(at, end).search(/\S|$/)
    const [key = ''] = /^(?:"[^"]*"|[\w$]+)/.exec(code.slice(from, end)) ?? []
    const written = text.slice(from, from + key.length)
    found.push({
      name: key.startsWith('"') ? written.slice(1, -1) : written,
      from,
      to: end < close ? end + 1 : code.slice(0, close).trimEnd().length,
    })
    at = end + 1
  }
  return found
}
