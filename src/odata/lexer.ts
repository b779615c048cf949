import { named } from '../core/columns.ts'
import { given } from '../core/given.ts'
import { momentOf } from '../core/instant.ts'

/** A token of a filter. */
export interface Token {
  /** `wrong` is not valid in any filter; `hint` suggests a correction. */
  readonly kind: 'name' | 'string' | 'number' | 'guid' | 'date' | 'mark' | 'end' | 'wrong'
  /** As written. */
  readonly text: string
  /** For a string, its content without quotes. */
  readonly value: string
  /** Offset, from 0. */
  readonly at: number
  readonly hint?: string
  /** True when a string ends directly before this token. */
  readonly glued?: boolean
  /** A column name in brackets. */
  readonly quoted?: boolean
  /** A column name followed by a question mark. */
  readonly optional?: boolean
}

const space = /\s+/y
const name = /[\p{L}_$@][\p{L}\p{N}_.@-]*/uy
// Without the lookahead, backtracking would end the string at the first half of a doubled quote.
const string = /'(?:[^']|'')*'(?!')/y
const guid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\p{L}\p{N}_-])/iuy
const date = /\d{4}-\d\d-\d\d(?:T[0-9:.]*(?:Z|[+-]\d\d:?\d\d)?)?(?![\p{L}\p{N}_-])/iuy
const dateForm = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/i
const number = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\p{L}\p{N}_])/iuy
const mark = /[(),/:]/y
const column = /\[((?:[^\]]|\]\])+)\](\??)|([\p{L}_$@][\p{L}\p{N}_.@-]*\?+)/uy
const power = /-(eq|ne|gt|ge|lt|le|and|or|not|like|match|in|contains)\b/iy
const operator = /===?|!==?|<>|<=|>=|=|<|>|&&?|\|\|?|!|\*|\+/y
const quoted = /"([^"]*)"|“([^”]*)”|‘([^’]*)’|`([^`]*)`/y

// prettier-ignore
const meant: Readonly<Record<string, string>> = {
  '=': 'eq', '==': 'eq', '===': 'eq', '!=': 'ne', '!==': 'ne', '<>': 'ne', '<': 'lt', '<=': 'le', '>': 'gt', '>=': 'ge',
  '&': 'and', '&&': 'and', '|': 'or', '||': 'or', '!': 'not',
}

const wrong = (text: string): Pick<Token, 'text' | 'hint'> => {
  const instead = meant[text] ?? /^-(\w+)/.exec(text)?.[1]?.toLowerCase()
  if (instead === 'like' || instead === 'match') return { text, hint: `Did you mean startsWith(…) or contains(…)?` }
  if (instead !== undefined) return { text, hint: `Did you mean '${instead}'?` }
  if (text === '*') return { text, hint: `Wildcards are not supported. Use startsWith(…), endsWith(…) or contains(…).` }
  if (text === '+' || text === '%')
    return { text, hint: 'Write the filter without percent-encoding. It is encoded when the request is sent.' }
  return { text }
}

/**
 * All tokens of a filter, the last one of kind `end`. Never throws: invalid text becomes a token of kind `wrong`.
 *
 * @param ofRows whether names may be written `[Employee ID]` (with `]` doubled inside) and may end in a question mark
 */
export const tokens = (text: string, ofRows = false): readonly Token[] => {
  const list: Token[] = []
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    return pattern.exec(text)
  }
  while (at < text.length) {
    at += take(space)?.[0].length ?? 0
    if (at >= text.length) break
    const token = (ofRows ? columnAt(take, at) : undefined) ?? next(take, text, at)
    const before = list.at(-1)
    const glued = before?.kind === 'string' && before.at + before.text.length === at
    list.push(glued ? { ...token, glued } : token)
    at += token.text.length
  }
  list.push({ kind: 'end', text: '', value: '', at: text.length })
  return list
}

const columnAt = (take: (pattern: RegExp) => RegExpExecArray | null, at: number): Token | undefined => {
  const found = take(column)
  if (!found) return undefined
  const [text, bracketed, mark = '', plain = ''] = found
  if (bracketed === undefined) {
    const { name, optional } = named(plain)
    return { kind: 'name', text, value: name, at, ...given({ optional }) }
  }
  // In brackets, a question mark belongs to the name. It may be written twice, as it is elsewhere.
  const value = bracketed.replaceAll(']]', ']').replace(/\?+$/, marks => '?'.repeat(Math.ceil(marks.length / 2)))
  return { kind: 'name', text, value, at, quoted: true, ...(mark === '?' ? { optional: true } : {}) }
}

const next = (take: (pattern: RegExp) => RegExpExecArray | null, text: string, at: number): Token => {
  const plain = (kind: Token['kind'], found: string, value = found): Token => ({ kind, text: found, value, at })
  let found = take(string)
  if (found) return plain('string', found[0], found[0].slice(1, -1).replaceAll("''", "'"))
  if (text[at] === "'") return { ...plain('wrong', text.slice(at)), hint: `The closing quote of this text is missing.` }
  if ((found = take(guid))) return plain('guid', found[0])
  if ((found = take(date))) return isDate(found[0]) ? plain('date', found[0]) : badDate(found[0], at)
  if ((found = take(number))) return plain('number', found[0])
  if ((found = take(name))) return plain('name', found[0])
  if ((found = take(mark))) return plain('mark', found[0])
  if ((found = take(power)) ?? (found = take(operator))) return { ...plain('wrong', found[0]), ...wrong(found[0]) }
  if ((found = take(quoted))) {
    const inner = (found[1] ?? found[2] ?? found[3] ?? found[4] ?? '').replaceAll("'", "''")
    return { ...plain('wrong', found[0]), hint: `Text must be in single quotes. Did you mean '${inner}'?` }
  }
  const char = String.fromCodePoint(text.codePointAt(at) ?? 0)
  return { ...plain('wrong', char), ...wrong(char) }
}

/** Whether the text is a date in OData's format that exists in the calendar. */
const isDate = (text: string): boolean => dateForm.test(text) && momentOf(text) !== undefined

const badDate = (text: string, at: number): Token => {
  const withColon = text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')
  const hint =
    /T[\d:.]+$/i.test(text) && isDate(`${text}Z`)
      ? `A time must have a time zone. Did you mean ${text}Z?`
      : isDate(withColon)
        ? `Did you mean ${withColon}?`
        : 'This date does not exist. Expected a date such as 2026-01-31 or 2026-01-31T09:00:00Z.'
  return { kind: 'wrong', text, value: text, at, hint }
}
