/**
 * One property of the synthetic objects of a kind, as a value and as JSON text. `S` is the subject: fields that are set for
 * one rank and read by every column. Both must agree exactly: `json` equals `JSON.stringify(value)` and is faster.
 * Undefined means that the object does not have the property.
 */
export interface Column<S> {
  value(subject: S): unknown
  json(subject: S): string | undefined
}

/** The same value for every object. */
export const constant = (value: unknown): Column<unknown> => {
  const json = JSON.stringify(value)
  return typeof value === 'object' && value !== null
    ? { value: () => structuredClone(value), json: () => json }
    : { value: () => value, json: () => json }
}

/** Null for every object. */
export const none = constant(null)

/** One value of a list, each serialised once. A negative index gives null. */
export const word = <S>(words: readonly unknown[], index: (subject: S) => number): Column<S> => {
  const texts = words.map(each => JSON.stringify(each))
  return {
    value(subject) {
      const at = index(subject)
      return at < 0 ? null : words[at]
    },
    json(subject) {
      const at = index(subject)
      return at < 0 ? 'null' : texts[at]
    },
  }
}

/** A string that needs no escaping: no quote, backslash or control character. */
export const plain = <S>(text: (subject: S) => string | null): Column<S> => ({
  value: text,
  json(subject) {
    const found = text(subject)
    return found === null ? 'null' : `"${found}"`
  },
})

/** Any value; as slow as `JSON.stringify`. */
export const any = <S>(value: (subject: S) => unknown): Column<S> => ({
  value,
  json: subject => JSON.stringify(value(subject)),
})

/** A boolean or null. */
export const flag = <S>(truth: (subject: S) => boolean | null): Column<S> => ({
  value: truth,
  json(subject) {
    const found = truth(subject)
    return found === null ? 'null' : found ? 'true' : 'false'
  },
})

/** A whole number or null. */
export const integer = <S>(count: (subject: S) => number | null): Column<S> => ({
  value: count,
  json: subject => String(count(subject)),
})

/** A list of strings that need no escaping. */
export const plainList = <S>(texts: (subject: S) => readonly string[]): Column<S> => ({
  value: texts,
  json(subject) {
    const found = texts(subject)
    return found.length === 0 ? '[]' : `["${found.join('","')}"]`
  },
})

/** An object made of columns; null where `exists` is false. */
export const record = <S>(
  members: { readonly [name: string]: Column<S> },
  exists: (subject: S) => boolean = () => true,
): Column<S> => {
  const list = Object.entries(members).map(([name, column]) => ({ name, column, head: `${JSON.stringify(name)}:` }))
  return {
    value(subject) {
      return exists(subject) ? Object.fromEntries(list.map(({ name, column }) => [name, column.value(subject)])) : null
    },
    json(subject) {
      if (!exists(subject)) return 'null'
      let text = '{'
      for (const { head, column } of list) text += (text.length > 1 ? ',' : '') + head + String(column.json(subject))
      return text + '}'
    },
  }
}

/** A column that is omitted where `holds` is false. */
export const only = <S>(holds: (subject: S) => boolean, column: Column<S>): Column<S> => ({
  value: subject => (holds(subject) ? column.value(subject) : undefined),
  json: subject => (holds(subject) ? column.json(subject) : undefined),
})
