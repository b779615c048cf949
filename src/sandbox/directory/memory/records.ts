import type { Fields } from '../../../core/json.ts'
import { words } from './column.ts'
import { addValue, type Memory } from './memory.ts'
import { textArena } from './text-arena.ts'

/**
 * Properties with their values, by number. A record never changes: changed properties make a new one, which shares the other
 * values. Values that are frequent are kept once. Record 0 has no properties.
 */
export interface Records {
  add(values: Fields): number
  /** The record with other values of some properties, and more. */
  with(record: number, values: Fields): number
  without(record: number, names: readonly string[]): number
  /** Undefined for a property that the record does not have, and for one that has no value. */
  value(record: number, name: string): unknown
  has(record: number, name: string): boolean
  /** Reads one property as a small number, which is the same for equal values: 0 without a value, −1 for a value that is not frequent. */
  numbersOf(name: string): (record: number) => number
  fields(record: number): Fields
}

/** The names of a record's properties, in order. */
interface Shape {
  readonly number: number
  readonly names: readonly string[]
  readonly slots: ReadonlyMap<string, number>
  readonly next: Map<string, Shape>
}

/** Different values of one property that are kept once. Later ones are kept each time. */
const mostDistinct = 1024
const [isKept, isText, isJson] = [0, 1, 2]

/** Creates records in a memory. */
export const recordsOf = (memory: Memory): Records => {
  /** The number of a shape, then a value for each name: two bits say what the other 30 are. */
  const cells = words(memory, 'record.cells', true)
  const texts = textArena(memory, 'record.texts')
  let used = 1
  let shapes: Shape[] = []
  let kept: unknown[] = [undefined]
  let numbers = new Map<string, number>()
  let distinct = new Map<string, number>()

  const shapeAfter = (shape: Shape, name: string): Shape => {
    let found = shape.next.get(name)
    if (!found) {
      const names = [...shape.names, name]
      found = {
        number: shapes.length,
        names,
        slots: new Map(names.map((each, slot) => [each, slot])),
        next: new Map(),
      }
      shape.next.set(name, found)
      shapes.push(found)
    }
    return found
  }
  const reset = (): void => {
    shapes = [{ number: 0, names: [], slots: new Map(), next: new Map() }]
    kept = [undefined]
    numbers = new Map()
  }
  reset()
  addValue(
    memory,
    'record.known',
    () => ({ used, shapes: shapes.map(({ names }) => names), kept: kept.slice(1), distinct: [...distinct] }),
    saved => {
      reset()
      used = saved.used
      distinct = new Map(saved.distinct)
      for (const names of saved.shapes.slice(1)) names.reduce(shapeAfter, shapes[0]!)
      for (const value of saved.kept) keep(keyOf(value), value)
    },
  )
  const keyOf = (value: unknown): string => (typeof value === 'string' ? value : `\0${JSON.stringify(value)}`)
  const keep = (key: string, value: unknown): number => {
    numbers.set(key, kept.length)
    return kept.push(value) - 1
  }
  const cellOf = (name: string, value: unknown): number => {
    if (value === undefined) return 0
    const isSimple = value === null || typeof value === 'boolean'
    const count = distinct.get(name) ?? 0
    if (!isSimple && count >= mostDistinct) {
      const isPlain = typeof value === 'string' && value.isWellFormed()
      const place = texts.add(isPlain ? value : JSON.stringify(value))
      if (place !== undefined) return place * 4 + (isPlain ? isText : isJson)
    }
    const key = keyOf(value)
    const found = numbers.get(key)
    if (found !== undefined) return found * 4 + isKept
    if (!isSimple) distinct.set(name, count + 1)
    return keep(key, value) * 4 + isKept
  }
  const valueOf = (cell: number): unknown => {
    const place = cell >>> 2
    switch (cell & 3) {
      case isText:
        return texts.get(place)
      case isJson:
        return JSON.parse(texts.get(place)) as unknown
      default:
        return kept[place]
    }
  }
  const shapeOf = (record: number): Shape => shapes[cells.get(record)] as Shape
  const write = (shape: Shape, count: number, cellAt: (slot: number) => number): number => {
    const record = used
    cells.set(record, shape.number)
    for (let slot = 0; slot < count; slot++) cells.set(record + 1 + slot, cellAt(slot))
    used += 1 + count
    return record
  }
  const merged = (record: number, values: Fields): number => {
    const before = shapeOf(record)
    let shape = before
    for (const name of Object.keys(values)) if (!shape.slots.has(name)) shape = shapeAfter(shape, name)
    const { names } = shape
    return write(shape, names.length, slot => {
      const name = names[slot]!
      return Object.hasOwn(values, name) ? cellOf(name, values[name]) : cells.get(record + 1 + slot)
    })
  }
  return {
    add: values => merged(0, values),
    with: merged,
    without(record, left) {
      const before = shapeOf(record)
      const names = before.names.filter(name => !left.includes(name))
      const shape = names.reduce(shapeAfter, shapes[0]!)
      return write(shape, names.length, slot => cells.get(record + 1 + before.slots.get(names[slot]!)!))
    },
    value(record, name) {
      if (record === 0) return undefined
      const slot = shapeOf(record).slots.get(name)
      return slot === undefined ? undefined : valueOf(cells.get(record + 1 + slot))
    },
    numbersOf(name) {
      /** Slot plus one by shape, 0 without the property. */
      const slots: number[] = []
      return record => {
        if (record === 0) return 0
        const shape = cells.get(record)
        const slot = (slots[shape] ??= 1 + (shapes[shape]!.slots.get(name) ?? -1))
        if (slot === 0) return 0
        const cell = cells.get(record + slot)
        return (cell & 3) === isKept ? cell >>> 2 : -1
      }
    },
    has: (record, name) => record !== 0 && shapeOf(record).slots.has(name),
    fields: record =>
      Object.fromEntries(
        shapeOf(record).names.map((name, slot) => [name, valueOf(cells.get(record + 1 + slot))]),
      ) as Fields,
  }
}
