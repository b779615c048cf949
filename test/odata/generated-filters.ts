import { joined, type Filter, type Literal, type Path } from '../../src/odata/ast.ts'

/** Numbers from 0 up to 1, the same ones for the same seed (mulberry32). */
const randomOf = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

const texts = ['', 'a', 'Ann', "O'Hara", 'ann b', 'Ä']
const days = ['2024-01-01T00:00:00Z', '2024-01-02T12:00:00.5Z', '2024-06-30T00:00:00Z']

/** Rows and filters that meet often: few names, few values. */
export const generator = (seed: number) => {
  const random = randomOf(seed)
  const pick = <V>(values: readonly V[]): V => values[Math.floor(random() * values.length)]!
  const at = (name: string, variable?: string): Path =>
    variable === undefined ? { names: [name], at: 0 } : { names: name === '' ? [] : [name], variable, at: 0 }
  const text = (): Literal => ({ type: 'string', value: pick(texts) })
  const number = (): Literal => ({ type: 'number', value: Math.floor(random() * 5) - 1 })
  const date = (): Literal => ({ type: 'date', value: pick(days) })
  const nothing: Literal = { type: 'null', value: null }

  const leaf = (): Filter => {
    const operator = pick(['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const)
    const makers: readonly (() => Filter)[] = [
      () => ({
        kind: 'call',
        name: pick(['startsWith', 'endsWith', 'contains'] as const),
        path: at(pick(['s', 't'])),
        value: pick(texts),
      }),
      () => ({
        kind: 'compare',
        operator: pick(['eq', 'ne'] as const),
        path: at(pick(['s', 't', 'n', 'd'])),
        value: nothing,
      }),
      () => ({ kind: 'compare', operator, path: at(pick(['s', 't'])), value: text() }),
      () => ({ kind: 'compare', operator, path: at('n'), value: number() }),
      () => ({ kind: 'compare', operator, path: at('d'), value: date() }),
      () => ({ kind: 'in', path: at('s'), values: [text(), text(), nothing] }),
      () => ({
        kind: 'lambda',
        quantifier: pick(['any', 'all'] as const),
        path: at('list'),
        variable: 'x',
        item: { kind: 'compare', operator: 'eq', path: at('', 'x'), value: text() },
      }),
      () => ({ kind: 'compare', operator, path: { names: ['list'], counts: true, at: 0 }, value: number() }),
    ]
    return pick(makers)()
  }
  const filter = (depth = 3): Filter => {
    const kind = depth === 0 ? 'leaf' : pick(['leaf', 'and', 'or', 'not', 'and'] as const)
    if (kind === 'leaf') return leaf()
    if (kind === 'not') return { kind, item: filter(depth - 1) }
    return joined(
      kind,
      Array.from({ length: 2 + Math.floor(random() * 2) }, () => filter(depth - 1)),
    )
  }
  const row = (): Record<string, unknown> => ({
    s: pick([...texts, null]),
    t: pick([...texts.map(value => value.toUpperCase()), null]),
    n: pick([-1, 0, 1, 2, 3, null]),
    d: pick([...days, null]),
    list: pick([[], ['ANN'], ['a', 'ann b'], null]),
  })
  return { filter, row, pick }
}
