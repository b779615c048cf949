import { hasSecretColumn, isSecretColumn, secretWords } from '../core/secret-columns.ts'
import { columnsOf, emptyRow, type Fields, type Json } from '../core/json.ts'
import type { Result } from '../core/result.ts'

/**
 * The input of a failed row as recorded in the run's file: columns in order, each with its value. A secret column has only its
 * name. The secret values are in `sealed`, in order.
 */
export interface KeptInput {
  readonly columns: readonly (readonly [name: string, value: Json] | readonly [name: string])[]
  readonly sealed?: string
  /** The reader of the input rejected the row: its cells may be in other columns than they were. */
  readonly isUnread?: true
}

/** Returns a value as JSON; undefined if it has no JSON form (a function, a cycle, a bigint in a list). */
const jsonOf = (value: unknown): Json | undefined => {
  // Cells of a CSV file: many more than all others.
  if (typeof value === 'string') return value
  // Keeps the digits of a bigint, which a JSON number would round.
  if (typeof value === 'bigint') return String(value)
  try {
    const text = JSON.stringify(value) as string | undefined
    return text === undefined ? undefined : (JSON.parse(text) as Json)
  } catch {
    return undefined
  }
}

/**
 * @param seal encrypts the secret values
 * @param isUnread whether cells may be in wrong columns: all are secret then if a column is
 */
export const keepInput = (input: Fields, seal: (text: string) => string, isUnread = false): KeptInput => {
  const isSealed = isUnread && columnsOf(input).some(isSecretColumn)
  const columns: KeptInput['columns'][number][] = []
  const secrets: Json[] = []
  for (const name of columnsOf(input)) {
    const value = jsonOf(input[name])
    if (value === undefined) continue
    const isSecret = value !== null && value !== '' && (isSealed || isSecretColumn(name) || hasSecretColumn(value))
    columns.push(isSecret ? [name] : [name, value])
    if (isSecret) secrets.push(value)
  }
  return {
    columns,
    ...(secrets.length > 0 && { sealed: seal(JSON.stringify(secrets)) }),
    ...(isUnread && { isUnread }),
  }
}

/** The strings and numbers in the secret columns, in the form in which a message may quote them. */
const secretsIn = (value: unknown, isSecret: boolean): readonly string[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, inner]) => secretsIn(inner, isSecret || isSecretColumn(name)))
    : isSecret && (typeof value === 'string' || typeof value === 'number')
      ? [String(value), JSON.stringify(String(value)).slice(1, -1), String(value).trim()]
      : []

/** Shorter strings are part of too many words. */
const shortest = 3

/** These are no secrets, but in messages: what stands in their place would say what they are. */
const noSecrets: ReadonlySet<string> = new Set(['true', 'false'])

/** Replaces the values of secret columns in a text about their row. */
export const withoutSecrets = (text: string, input: Fields): string =>
  columnsOf(input)
    .flatMap(name => secretsIn(jsonOf(input[name]), isSecretColumn(name)))
    .filter(secret => secret.length >= shortest && !noSecrets.has(secret.toLowerCase()))
    // Longest first: replacing a part of a longer secret would leave the rest of it.
    .sort((one, other) => other.length - one.length)
    .reduce((left, secret) => masked(left, secret, [...secretWords, ...columnsOf(input)]), text)

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

/** Replaces a secret, except within a longer word that is none of the row's values. A whole word is always replaced. */
const masked = (text: string, secret: string, words: readonly string[]): string => {
  if (!text.includes(secret)) return text
  const longer = words.filter(word => word.length > secret.length && word.includes(secret) && text.includes(word))
  if (longer.length === 0) return text.replaceAll(secret, '***')
  const kept = longer.toSorted((one, other) => other.length - one.length).map(escaped)
  const found = new RegExp(`(?<![\\p{L}\\p{N}])(?:${kept.join('|')})(?![\\p{L}\\p{N}])|${escaped(secret)}`, 'gu')
  return text.replace(found, match => (match === secret ? '***' : match))
}

/** The fields of a result in which a part may quote the row. The others are names, codes and ids. */
const quoting = ['target', 'action', 'message', 'fix'] as const

/** Replaces the values of secret columns in the result of their row. */
export const resultWithoutSecrets = <R extends Result>(result: R, input: Fields): R => ({
  ...result,
  ...Object.fromEntries(
    quoting.flatMap(name => {
      const text = result[name]
      return text === undefined ? [] : [[name, withoutSecrets(text, input)]]
    }),
  ),
})

/** @param open decrypts what `seal` returned */
export const readInput = ({ columns, sealed }: KeptInput, open: (sealed: string) => string): Fields => {
  const secrets = sealed === undefined ? [] : (JSON.parse(open(sealed)) as Json[])
  const row = emptyRow(columns.map(([name]) => name))()
  for (const [name, ...value] of columns) row[name] = value.length > 0 ? value[0] : secrets.shift()
  return row
}
