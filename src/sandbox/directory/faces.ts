import type { Fields } from '../../core/json.ts'
import type { Population } from './population.ts'
import type { Entity } from './types.ts'

/** An object that was created, changed or deleted: its rank among the synthetic objects (or −1), and what differs from that. */
export interface Version {
  readonly id: string
  readonly rank: number
  readonly patch: Fields
}

/** Ways to read the objects of a population, changed or not. */
export interface Faces {
  value(version: Version, property: string): unknown
  /** Every property of the object, including nulls. */
  entity(version: Version): Entity
  /**
   * Returns the same object on every call. Its properties are computed when read, and valid until the next call. Without a
   * patch it is the synthetic object of the rank.
   */
  probe(rank: number, patch?: Fields): Entity
  /** Serialises a synthetic object with the selected properties. */
  writer(select: readonly string[]): (rank: number) => string
  json(version: Version, select: readonly string[]): string
}

const keptWriters = 200

/** Keeps the writers of the last 200 selections. */
export const faces = <S>(population: Population<S>): Faces => {
  const { columns, empty, subject, load } = population
  let rank = -1
  let patch: Fields | undefined
  const lazy: { [property: string]: unknown } = {}
  for (const [name, column] of Object.entries(columns))
    Object.defineProperty(lazy, name, {
      enumerable: true,
      get() {
        const own = patch?.[name]
        if (own !== undefined) return own
        return rank < 0 ? (empty[name] ?? null) : column.value(subject)
      },
    })
  const probe = (at: number, changes?: Fields): Entity => {
    rank = at
    patch = changes
    if (at >= 0) load(at)
    return lazy as Entity
  }
  const entity = ({ rank: at, patch: changes }: Version): Entity => {
    const found: { [property: string]: unknown } = { ...probe(at, changes), ...changes }
    for (const name of Object.keys(found))
      if (found[name] === undefined || name.startsWith('#') || isUnsetExtension(name, found)) delete found[name]
    return found as Entity
  }
  const value = ({ rank: at, patch: changes }: Version, property: string): unknown => {
    if (property in changes) return changes[property]
    if (at < 0) return empty[property] ?? null
    load(at)
    return columns[property]?.value(subject)
  }

  const writers = new Map<string, (at: number) => string>()
  const compile = (select: readonly string[]): ((at: number) => string) => {
    const parts = select.flatMap(name => {
      const column = columns[name]
      return column ? [{ column, head: `,${JSON.stringify(name)}:` }] : []
    })
    return at => {
      load(at)
      let text = ''
      for (const { column, head } of parts) {
        const json = column.json(subject)
        if (json === undefined) continue
        text += text === '' ? `{${head.slice(1)}` : head
        text += json
      }
      return text === '' ? '{}' : `${text}}`
    }
  }
  return {
    value,
    entity,
    probe,
    writer(select) {
      const key = select.join(',')
      let found = writers.get(key)
      if (found === undefined) {
        if (writers.size >= keptWriters) writers.clear()
        writers.set(key, (found = compile(select)))
      }
      return found
    },
    json(version, select) {
      const parts = select.flatMap(name => {
        const found = value(version, name)
        return found === undefined || name.startsWith('#') || isUnsetExtension(name, { [name]: found })
          ? []
          : [`${JSON.stringify(name)}:${JSON.stringify(found)}`]
      })
      return `{${parts.join(',')}}`
    },
  }
}

/** Graph omits extensions without a value. */
const isUnsetExtension = (name: string, entity: Fields): boolean =>
  entity[name] === null && /^ext(ension_|[a-z0-9]{8}_)/.test(name)
