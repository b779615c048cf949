import type { Fields } from '../../core/json.ts'
import { isHidden } from './hidden-properties.ts'
import type { Records } from './memory/records.ts'
import type { Population } from './population.ts'
import type { Entity } from './types.ts'

/** Properties of an object that was created, changed or deleted. */
export interface Content {
  /** Rank among the synthetic objects, or −1. */
  readonly rank: number
  /** Number of the record of what differs; 0 for nothing. */
  readonly record: number
}

/** An object that was created, changed or deleted. */
export interface Version extends Content {
  readonly id: string
}

/** Properties of objects that depend on more than their record, such as licences of groups. */
export interface Computed {
  readonly names: ReadonlySet<string>
  /** Whether they differ from what the population has for the object. */
  differs(content: Content): boolean
  value(content: Content, name: string): unknown
}

/** Ways to read the objects of a population, changed or not. */
export interface Faces {
  /** Whether a property depends on more than the record of an object. */
  isComputed(property: string): boolean
  value(content: Content, property: string): unknown
  /** Every property of the object, including nulls. */
  entity(version: Version): Entity
  /**
   * Returns the same object on every call. Its properties are computed when read, and valid until the next call. Without a
   * record it is the synthetic object of the rank.
   */
  probe(rank: number, record?: number): Entity
  /** Calls a function, and returns the names of the properties of the probe that it reads, in order. */
  traced(run: () => void): readonly string[]
  /** Serialises a synthetic object with the selected properties. */
  writer(select: readonly string[]): (rank: number) => string
  json(version: Version, select: readonly string[]): string
}

/** Serialises the selected properties of an object. Those that it does not have are omitted. */
export const jsonOfValues = (valueOf: (property: string) => unknown, select: readonly string[]): string => {
  const parts = select.flatMap(name => {
    const found = valueOf(name)
    return found === undefined || isHidden(name) || isUnsetExtension(name, { [name]: found })
      ? []
      : [`${JSON.stringify(name)}:${JSON.stringify(found)}`]
  })
  return `{${parts.join(',')}}`
}

const keptWriters = 200

/** Keeps the writers of the last 200 selections. */
export const faces = <S>(population: Population<S>, records: Records, computed?: Computed): Faces => {
  const { columns, empty, subject, load } = population
  const isComputed = (name: string): boolean => computed?.names.has(name) ?? false
  let rank = -1
  let record = 0
  let trace: Set<string> | undefined
  const lazy: { [property: string]: unknown } = {}
  for (const [name, column] of Object.entries(columns))
    Object.defineProperty(lazy, name, {
      enumerable: true,
      get() {
        trace?.add(name)
        if (isComputed(name) && computed!.differs({ rank, record })) return computed!.value({ rank, record }, name)
        const own = record === 0 ? undefined : records.value(record, name)
        if (own !== undefined) return own
        return rank < 0 ? (empty[name] ?? null) : column.value(subject)
      },
    })
  const probe = (at: number, changes = 0): Entity => {
    rank = at
    record = changes
    if (at >= 0) load(at)
    return lazy as Entity
  }
  const entity = ({ rank: at, record: changes }: Version): Entity => {
    const seen = probe(at, changes)
    const found: { [property: string]: unknown } = { ...seen, ...records.fields(changes) }
    for (const name of computed?.names ?? []) found[name] = seen[name]
    for (const name of Object.keys(found))
      if (found[name] === undefined || isHidden(name) || isUnsetExtension(name, found)) delete found[name]
    return found as Entity
  }
  const value = (content: Content, property: string): unknown => {
    const { rank: at, record: changes } = content
    if (isComputed(property) && computed!.differs(content)) return computed!.value(content, property)
    if (records.has(changes, property)) return records.value(changes, property)
    if (at < 0) return empty[property] ?? null
    load(at)
    return columns[property]?.value(subject)
  }

  const writers = new Map<string, (at: number) => string>()
  const compile = (select: readonly string[]): ((at: number) => string) => {
    const parts = select.flatMap(name => {
      const column = columns[name]
      return column ? [{ name, column, head: `,${JSON.stringify(name)}:`, mayDiffer: isComputed(name) }] : []
    })
    const mayDiffer = parts.some(part => part.mayDiffer)
    return at => {
      const differs = mayDiffer && computed!.differs({ rank: at, record: 0 })
      load(at)
      let text = ''
      for (const { name, column, head, mayDiffer: differing } of parts) {
        const json =
          differs && differing ? JSON.stringify(computed!.value({ rank: at, record: 0 }, name)) : column.json(subject)
        if (json === undefined) continue
        text += text === '' ? `{${head.slice(1)}` : head
        text += json
      }
      return text === '' ? '{}' : `${text}}`
    }
  }
  return {
    value,
    isComputed,
    entity,
    probe,
    traced(run) {
      const names = (trace = new Set())
      try {
        run()
      } finally {
        trace = undefined
      }
      return [...names]
    },
    writer(select) {
      const key = select.join(',')
      let found = writers.get(key)
      if (found === undefined) {
        if (writers.size >= keptWriters) writers.clear()
        writers.set(key, (found = compile(select)))
      }
      return found
    },
    json: (version, select) => jsonOfValues(name => value(version, name), select),
  }
}

/** Graph omits extensions without a value. */
const isUnsetExtension = (name: string, entity: Fields): boolean =>
  entity[name] === null && /^ext(ension_|[a-z0-9]{8}_)/.test(name)
