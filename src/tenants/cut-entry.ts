import { closing, codeOf, tenantsIn } from './module-text.ts'

/** Where an entry of an object stands: from its name to behind the comma that follows it, if one does. */
interface Place {
  readonly name: string
  readonly from: number
  readonly to: number
}

/** The entries between two brackets, told by brackets and commas. */
const entriesOf = (text: string, code: string, open: number, close: number): readonly Place[] => {
  const found: Place[] = []
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

/**
 * A module's text without one entry of its `tenants: { … }`; all else stays as it was. Undefined when there is not exactly
 * one such object or entry: then a person has to take it out. What comes out has to be read again before it replaces
 * anything, since this knows brackets, not the language.
 */
export const cutEntry = (text: string, tenant: string): string | undefined => {
  const code = codeOf(text)
  const tenants = tenantsIn(code)
  if (!tenants) return undefined
  const found = entriesOf(text, code, tenants.open, tenants.close).filter(({ name }) => name === tenant)
  const [place] = found
  if (!place || found.length > 1) return undefined
  // With the line it stands on, and a comment behind it, where nothing else is there.
  const before = /(?:^|\n)[ \t]*$/.exec(code.slice(0, place.from))
  const after = /^[ \t]*(?=\n|$)/.exec(code.slice(place.to, tenants.close))
  return before && after
    ? text.slice(0, before.index) + text.slice(place.to + after[0].length)
    : text.slice(0, place.from) + text.slice(place.to).replace(/^[ \t]+/, '')
}
