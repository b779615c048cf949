import { syntaxError } from './syntax-error.ts'

/** A parsed `$search`. */
export type Search =
  | { readonly kind: 'and' | 'or'; readonly items: readonly Search[] }
  | { readonly kind: 'clause'; readonly property: string; readonly text: string; readonly at: number }

const token = /\s*(?:("(?:[^"\\]|\\.)*")|([()])|([^\s()"]+))/y
const property = /^\s*([\p{L}_][\p{L}\p{N}_/]*)\s*:(.*)$/su

/**
 * Parses a `$search`: clauses `"property:text"` in double quotes, joined by upper-case `AND` and `OR` (AND binds
 * tighter), with parentheses. Quotes and backslashes inside a clause are escaped with a backslash.
 *
 * @throws EntrapipeError `OPTION_INVALID` (facts: option, position from 1)
 * @see https://learn.microsoft.com/graph/search-query-parameter
 */
export const parseSearch = (text: string): Search => {
  let at = 0
  const peek = (): { readonly at: number; readonly text: string; readonly end: number } => {
    token.lastIndex = at
    const found = token.exec(text)
    if (found) {
      const word = found[1] ?? found[2] ?? found[3] ?? ''
      return { at: token.lastIndex - word.length, text: word, end: token.lastIndex }
    }
    return {
      at: Math.min(text.length, at + /^\s*/.exec(text.slice(at))![0].length),
      text: text.slice(at).trim(),
      end: text.length,
    }
  }
  const fail = (expected: string, hint?: string): never => {
    const got = peek()
    throw syntaxError({ option: '$search', at: got.at, expected, got: got.text === '' ? 'the end' : got.text, hint })
  }
  const list = (kind: 'and' | 'or', next: () => Search): Search => {
    const items = [next()]
    for (let word = peek(); word.text === kind.toUpperCase(); word = peek()) {
      at = word.end
      items.push(next())
    }
    return items.length === 1 && items[0] ? items[0] : { kind, items }
  }
  const or = (): Search => list('or', () => list('and', one))
  const one = (): Search => {
    const got = peek()
    if (got.text === '(') {
      at = got.end
      const inner = or()
      if (peek().text !== ')') fail("')'")
      at = peek().end
      return inner
    }
    const bare = property.exec(got.text)
    if (!/^".*"$/s.test(got.text) || got.text.length < 2)
      return fail(
        'a clause in double quotes',
        bare ? `Did you mean "${got.text}"?` : 'Write a clause as "displayName:word".',
      )
    const clause = property.exec(got.text.slice(1, -1).replace(/\\(.)/gs, '$1'))
    if (!clause?.[1] || clause[2]?.trim() === '')
      return fail('"property:text"', 'Write a clause as "displayName:word".')
    at = got.end
    return { kind: 'clause', property: clause[1], text: clause[2]?.trim() ?? '', at: got.at }
  }
  const search = or()
  const rest = peek().text
  if (rest !== '')
    fail("'AND', 'OR' or the end", /^(and|or)$/i.test(rest) ? `Did you mean ${rest.toUpperCase()}?` : undefined)
  return search
}

/** The clauses of a search, in order. */
export const clausesOf = (search: Search): readonly Extract<Search, { kind: 'clause' }>[] =>
  search.kind === 'clause' ? [search] : search.items.flatMap(clausesOf)
