import { isInstant } from './instant.ts'

/** A word or mark of a filter, and where it stands. */
export interface Token {
  /** `wrong` is what no filter has; `hint` says what was likely meant. */
  readonly kind: 'name' | 'string' | 'number' | 'guid' | 'date' | 'mark' | 'end' | 'wrong'
  /** As written. */
  readonly text: string
  /** The value of a string, without quotes. */
  readonly value: string
  /** From 0. */
  readonly at: number
  readonly hint?: string
  /** True when a string stands directly before it. */
  readonly glued?: boolean
}

const space = /\s+/y
const name = /[\p{L}_$@][\p{L}\p{N}_.@-]*/uy
// A quote that follows the closing one would have been its twin: without the look ahead, the text ends too early.
const string = /'(?:[^']|'')*'(?!')/y
const guid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\p{L}\p{N}_-])/iuy
const date = /\d{4}-\d\d-\d\d(?:T[0-9:.]*(?:Z|[+-]\d\d:\d\d)?)?(?![\p{L}\p{N}_-])/iuy
const number = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\p{L}\p{N}_])/iuy
const mark = /[(),/:]/y
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
  if (text === '*') return { text, hint: `There are no wildcards: use startsWith(…), endsWith(…) or contains(…).` }
  if (text === '+' || text === '%')
    return { text, hint: 'Write the filter plainly: it is encoded for the address later.' }
  return { text }
}

/** Every token of a filter, the last one of kind `end`. Never throws: what cannot be read is of kind `wrong`. */
export const tokens = (text: string): readonly Token[] => {
  const list: Token[] = []
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    return pattern.exec(text)
  }
  while (at < text.length) {
    at += take(space)?.[0].length ?? 0
    if (at >= text.length) break
    const token = next(take, text, at)
    const before = list.at(-1)
    const glued = before?.kind === 'string' && before.at + before.text.length === at
    list.push(glued ? { ...token, glued } : token)
    at += token.text.length
  }
  list.push({ kind: 'end', text: '', value: '', at: text.length })
  return list
}

const next = (take: (pattern: RegExp) => RegExpExecArray | null, text: string, at: number): Token => {
  const plain = (kind: Token['kind'], found: string, value = found): Token => ({ kind, text: found, value, at })
  let found = take(string)
  if (found) return plain('string', found[0], found[0].slice(1, -1).replaceAll("''", "'"))
  if (text[at] === "'")
    return { ...plain('wrong', text.slice(at)), hint: `The text that begins here is never closed: a quote is missing.` }
  if ((found = take(guid))) return plain('guid', found[0])
  if ((found = take(date))) return isInstant(found[0]) ? plain('date', found[0]) : badDate(found[0], at)
  if ((found = take(number))) return plain('number', found[0])
  if ((found = take(name))) return plain('name', found[0])
  if ((found = take(mark))) return plain('mark', found[0])
  if ((found = take(power)) ?? (found = take(operator))) return { ...plain('wrong', found[0]), ...wrong(found[0]) }
  if ((found = take(quoted))) {
    const inner = (found[1] ?? found[2] ?? found[3] ?? found[4] ?? '').replaceAll("'", "''")
    return { ...plain('wrong', found[0]), hint: `Texts stand in single quotes. Did you mean '${inner}'?` }
  }
  const char = String.fromCodePoint(text.codePointAt(at) ?? 0)
  return { ...plain('wrong', char), ...wrong(char) }
}

const badDate = (text: string, at: number): Token => ({
  kind: 'wrong',
  text,
  value: text,
  at,
  hint:
    /T[\d:.]+$/i.test(text) && isInstant(`${text}Z`)
      ? `A time needs its zone. Did you mean ${text}Z?`
      : 'This is no date of the calendar: dates look like 2026-01-31 or 2026-01-31T09:00:00Z.',
})
