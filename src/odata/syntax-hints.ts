import { nearest } from '../core/nearest.ts'
import { comparisons, functions, type Path } from './ast.ts'
import type { Token } from './lexer.ts'

/** A token for messages, truncated to 40 characters. */
export const shown = ({ kind, text }: Token): string =>
  kind === 'end' ? 'the end' : text.length > 40 ? `${text.slice(0, 40)}…` : text

/** Hint for a bare word where a value was expected. */
export const quoteHint = ({ kind, text }: Token): string | undefined => {
  if (kind !== 'name') return undefined
  if (/^(datetime|datetimeoffset|guid)$/i.test(text))
    return 'Write dates and GUIDs without a prefix and without quotes.'
  const word = nearest(text, ['true', 'false', 'null'])
  return word === undefined
    ? `Text must be in single quotes. Did you mean '${text}'?`
    : `Did you mean ${word}? Text must be in single quotes: '${text}'.`
}

/** Hint where `and` or `or` was expected. */
export const joinHint = (token: Token): string | undefined => {
  const word = token.kind === 'name' ? nearest(token.text, ['and', 'or']) : undefined
  return word === undefined ? undefined : `Did you mean '${word}'?`
}

// prettier-ignore
const synonyms: Readonly<Record<string, string>> = {
  equals: 'eq', equal: 'eq', is: 'eq', not: 'ne', isnot: 'ne', greater: 'gt', less: 'lt', after: 'ge', before: 'le', since: 'ge',
}

/** Hint where an operator was expected after a property. */
export const operatorHint = (token: Token, path: Path): string | undefined => {
  const property = [path.variable, ...path.names].filter(Boolean).join('/')
  if (token.kind === 'end' || token.text === ')' || /^(and|or)$/i.test(token.text))
    return `Did you mean ${property} eq true?`
  if (token.kind !== 'name') return undefined
  const infix = nearest(token.text, functions)
  if (infix !== undefined || token.text.toLowerCase() === 'like')
    return `Did you mean ${infix ?? 'contains'}(${property},'…')?`
  const word = synonyms[token.text.toLowerCase()] ?? nearest(token.text, [...comparisons, 'in'])
  return word === undefined ? undefined : `Did you mean '${word}'?`
}

/** Hint for a path that ends in a slash: a shell has replaced `$count` by nothing. */
export const shellHint = 'If it was $count, write the filter in single quotes: in double quotes a shell replaces it.'

/** Hint for a name with blanks, or with a digit first, before an operator: `Employee ID eq 7`. */
export const bracketHint = (tokens: readonly Token[]): string | undefined => {
  const end = tokens.findIndex(({ text }, at) => at > 0 && operators.has(text.toLowerCase()))
  const words = tokens.slice(0, Math.max(0, end))
  if (words.length === 0 || !words.every(({ kind }) => kind === 'name' || kind === 'number')) return undefined
  return `In a filter of rows, write such a name in brackets: [${words.map(({ text }) => text).join(' ')}].`
}

const operators: ReadonlySet<string> = new Set([...comparisons, 'in'])

/** Hint for a function that Graph does not support. */
export const functionHint = (name: string): string => {
  if (/^(tolower|toupper|trim)$/i.test(name))
    return 'Text is compared case-insensitively, so the function is not needed.'
  if (/^(substringof|indexof|matchespattern)$/i.test(name)) return `Did you mean contains(property,'text')?`
  if (/^(any|all)$/i.test(name)) return `Did you mean property/${name.toLowerCase()}(x:…)?`
  const near = nearest(name, functions)
  return near === undefined ? 'No other function is supported.' : `Did you mean '${near}'?`
}
