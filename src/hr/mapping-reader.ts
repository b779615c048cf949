import { isFields } from '../core/json.ts'
import { strangeIn } from '../core/expect-names.ts'
import { isExpression, type Expression, type Made } from './expression.ts'
import { expressionOf } from './values.ts'
import type { Mistakes } from './mapping.ts'
import type { Written } from './written.ts'

/** An empty list of mistakes. */
export const mistakesIn = (written: Written): Mistakes => {
  const all: Mistakes['all'] = []
  return { all, written, add: (text, place = written.at) => void all.push({ at: place, text }) }
}

/** The property that words are about: `effective of rows`. */
const propertyIn = (what: string): string => what.split(' ', 1)[0]!

/** Reads parts of a mapping, and collects their mistakes. */
export const mappingReader = (mistakes: Mistakes) => {
  const { written } = mistakes
  const expression = (what: string, value: unknown, makes: Made, how: string): Expression | undefined => {
    if (typeof value !== 'string' && !isExpression(value)) {
      mistakes.add(`${what} needs ${how}.`, written.property(propertyIn(what)))
      return undefined
    }
    const found = expressionOf(value, written.property(propertyIn(what), value))
    for (const { text, at } of found.mistakes) mistakes.add(text, at)
    if (found.makes !== makes && found.mistakes.length === 0) mistakes.add(`${what} needs ${how}.`, found.at)
    return found
  }
  const optional = (what: string, value: unknown, makes: Made, how: string): Expression | undefined =>
    value === undefined ? undefined : expression(what, value, makes, how)
  const options = (what: string, value: unknown, known: readonly string[]): Readonly<Record<string, unknown>> => {
    if (value === undefined) return {}
    if (!isFields(value)) {
      mistakes.add(`${what} needs named options: ${known.join(', ')}.`, written.property(what))
      return {}
    }
    const strange = strangeIn(value, known)
    if (strange) mistakes.add(`${what} has no option ${strange.name}. ${strange.hint}.`, written.property(strange.name))
    return value
  }
  const choice = <T>(what: string, value: unknown, allowed: readonly T[], fallback: T): T => {
    if (value === undefined) return fallback
    if (allowed.includes(value as T)) return value as T
    mistakes.add(
      `${what} is ${allowed.map(word => JSON.stringify(word)).join(' or ')}; got ${shown(value)}.`,
      written.property(propertyIn(what), value),
    )
    return fallback
  }
  return { expression, optional, options, choice }
}

/** Reads parts of a mapping. */
export type MappingReader = ReturnType<typeof mappingReader>

/** A wrong value, for a message. */
export const shown = (value: unknown): string => JSON.stringify(value) ?? String(value)
