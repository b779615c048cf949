import { isFields } from '../core/json.ts'
import { strangeIn } from '../core/expect-names.ts'
import { isExpression, type Expression, type Made } from './expression.ts'
import { expressionOf } from './values.ts'
import type { Mistakes } from './mapping.ts'

/** An empty list of mistakes. @param at where they are, unless they say it */
export const mistakesAt = (at: string | undefined): Mistakes => {
  const all: Mistakes['all'] = []
  return { all, add: (text, place = at) => void all.push({ at: place, text }) }
}

/** Reads parts of a mapping, and collects their mistakes. */
export const mappingReader = (mistakes: Mistakes) => {
  const expression = (what: string, value: unknown, makes: Made, how: string): Expression | undefined => {
    if (typeof value !== 'string' && !isExpression(value)) {
      mistakes.add(`${what} needs ${how}.`)
      return undefined
    }
    const found = expressionOf(value)
    for (const { text, at } of found.mistakes) mistakes.add(text, at)
    if (found.makes !== makes && found.mistakes.length === 0) mistakes.add(`${what} needs ${how}.`, found.at)
    return found
  }
  const optional = (what: string, value: unknown, makes: Made, how: string): Expression | undefined =>
    value === undefined ? undefined : expression(what, value, makes, how)
  const options = (what: string, value: unknown, known: readonly string[]): Readonly<Record<string, unknown>> => {
    if (value === undefined) return {}
    if (!isFields(value)) {
      mistakes.add(`${what} needs named options: ${known.join(', ')}.`)
      return {}
    }
    const strange = strangeIn(value, known)
    if (strange) mistakes.add(`${what} has no option ${strange.name}. ${strange.hint}.`)
    return value
  }
  const choice = <T>(what: string, value: unknown, allowed: readonly T[], fallback: T): T => {
    if (value === undefined) return fallback
    if (allowed.includes(value as T)) return value as T
    mistakes.add(`${what} is ${allowed.map(word => JSON.stringify(word)).join(' or ')}; got ${shown(value)}.`)
    return fallback
  }
  return { expression, optional, options, choice }
}

/** Reads parts of a mapping. */
export type MappingReader = ReturnType<typeof mappingReader>

/** A wrong value, for a message. */
export const shown = (value: unknown): string => JSON.stringify(value) ?? String(value)
