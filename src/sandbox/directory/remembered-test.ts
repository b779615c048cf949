import type { Content, Faces } from './faces.ts'
import type { Records } from './memory/records.ts'
import type { Entity } from './types.ts'

/** What a test decided for the values that it has read so far, or the property that it reads next. */
type Step = boolean | Next

interface Next {
  readonly name: string
  /** Number of the property's value in a record. */
  readonly numberOf: (record: number) => number
  readonly steps: Step[]
}

/**
 * Returns a test that gives the same results, faster for objects without a synthetic one. Its result depends on the properties that it
 * reads, so it is remembered for the values that are frequent. It is valid as long as nothing changes.
 */
export const rememberedTest = (
  test: (entity: Entity) => boolean,
  look: Faces,
  records: Records,
): ((content: Content) => boolean) => {
  const numbers = new Map<string, Next['numberOf']>()
  const numbersOf = (name: string): Next['numberOf'] => {
    const found = numbers.get(name) ?? (look.isComputed(name) ? () => -1 : records.numbersOf(name))
    numbers.set(name, found)
    return found
  }
  const first: Step[] = []
  const learn = (record: number): boolean => {
    let result = false
    const names = look.traced(() => (result = test(look.probe(-1, record))))
    let [steps, number] = [first, 0]
    for (const name of names) {
      const known = steps[number]
      const next = typeof known === 'object' ? known : (steps[number] = { name, numberOf: numbersOf(name), steps: [] })
      // Not by the values alone: it read something else than before.
      if (next.name !== name) return result
      ;[steps, number] = [next.steps, next.numberOf(record)]
      if (number < 0) return result
    }
    steps[number] = result
    return result
  }
  return ({ rank, record }) => {
    if (rank >= 0) return test(look.probe(rank, record))
    let step = first[0]
    while (typeof step === 'object') {
      const number = step.numberOf(record)
      if (number < 0) return test(look.probe(-1, record))
      step = step.steps[number]
    }
    return step ?? learn(record)
  }
}
