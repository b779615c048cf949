import type { Fields } from '../core/json.ts'
import type { Search } from './parse-search.ts'

/** Properties that are searched by word. All others match by prefix. */
const tokenised: ReadonlySet<string> = new Set(['displayName', 'description'])

/**
 * The words of a string as Graph's search index splits them: at spaces, symbols and digits, and between a lower-case and
 * an upper-case letter. Words with only symbols between them are also indexed joined: `hello-world` gives `hello`, `-`,
 * `world`, `helloworld`. Lower case.
 *
 * @see https://learn.microsoft.com/graph/search-query-parameter#using-search-on-directory-object-collections
 */
export const searchWordsOf = (text: string): readonly string[] => {
  const found = new Set<string>()
  for (const chunk of text.split(/\s+/).filter(Boolean)) {
    const pieces = chunk.match(/\p{L}+|\p{N}+|[^\p{L}\p{N}]+/gu) ?? []
    for (const piece of pieces) for (const word of piece.split(/(?<=\p{Ll})(?=\p{Lu})/u)) found.add(word.toLowerCase())
    if (/[\p{L}\p{N}][^\p{L}\p{N}]+[\p{L}\p{N}]/u.test(chunk))
      found.add(chunk.replace(/[^\p{L}\p{N}]+/gu, '').toLowerCase())
  }
  return [...found]
}

/**
 * Compiles a search to a predicate. In displayName and description each word of the clause must begin a word of the
 * value, in any order, ignoring symbols. Other properties must begin with the text. Case-insensitive.
 */
export const compileSearch = <T = Fields>(
  search: Search,
  read: (row: T, property: string) => unknown = (row, property) => (row as Fields)[property],
): ((row: T) => boolean) => {
  if (search.kind !== 'clause') {
    const items = search.items.map(item => compileSearch(item, read))
    return search.kind === 'and' ? row => items.every(item => item(row)) : row => items.some(item => item(row))
  }
  const { property, text } = search
  if (!tokenised.has(property)) return row => begins(read(row, property), text.toLowerCase())
  const wanted = wantedWords(text)
  return row => {
    const value = read(row, property)
    if (typeof value !== 'string') return false
    // Splitting is slow. Without symbols no words are joined.
    if (plain.test(value)) {
      const lower = value.toLowerCase()
      return wanted.every(word => hasWord(value, lower, word))
    }
    const words = searchWordsOf(value)
    return wanted.every(word => words.some(one => one.startsWith(word)))
  }
}

const plain = /^[A-Za-z0-9 ]*$/
const classes = [/[a-z]/, /[A-Z]/, /[0-9]/]
const [smallLetter, capital] = [1, 2]
/** By character code: a small letter, a capital, a digit; 0 for a space. */
const classOf = Uint8Array.from(
  { length: 128 },
  (_, code) => 1 + classes.findIndex(of => of.test(String.fromCharCode(code))),
)

/** Whether a word of a plain text begins with the given one. @param lower the text in lower case */
const hasWord = (text: string, lower: string, word: string): boolean => {
  const isBoundary = (at: number): boolean => {
    if (at === 0) return true
    const [before, here] = [classOf[text.charCodeAt(at - 1)]!, classOf[text.charCodeAt(at)]!]
    return before !== here && !(before === capital && here === smallLetter)
  }
  for (let at = lower.indexOf(word); at >= 0; at = lower.indexOf(word, at + 1)) {
    let end = at + 1
    while (end < at + word.length && !isBoundary(end)) end++
    if (end === at + word.length && isBoundary(at)) return true
  }
  return false
}

/** The words to look for: no symbols, unless the clause has nothing else, and no joined words, only their parts. */
const wantedWords = (text: string): readonly string[] => {
  const words =
    text.match(/\p{L}+|\p{N}+/gu)?.flatMap(piece => piece.split(/(?<=\p{Ll})(?=\p{Lu})/u)) ?? searchWordsOf(text)
  return words.map(word => word.toLowerCase())
}

const begins = (value: unknown, lower: string): boolean =>
  Array.isArray(value)
    ? value.some(item => begins(item, lower))
    : typeof value === 'string' && value.slice(0, lower.length).toLowerCase() === lower
