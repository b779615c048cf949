/** Values by the name of their dimension. */
export type Point<D extends Readonly<Record<string, readonly string[]>>> = { readonly [K in keyof D]: D[K][number] }

const pairsOf = (point: Readonly<Record<string, string>>): readonly string[] => {
  const entries = Object.entries(point).map(([name, value]) => `${name}=${value}`)
  return entries.flatMap((one, at) => entries.slice(at + 1).map(other => `${one} ${other}`))
}

/**
 * Points that together have each pair of values of two dimensions which is possible, always the same ones: each
 * next point has as many new pairs as any other.
 *
 * @param isPossible whether a point can be made
 */
export function* covering<D extends Readonly<Record<string, readonly string[]>>>(
  dimensions: D,
  isPossible: (point: Point<D>) => boolean,
): Iterable<Point<D>> {
  const names = Object.keys(dimensions)
  const all = names.reduce<readonly Readonly<Record<string, string>>[]>(
    (points, name) => points.flatMap(point => dimensions[name]!.map(value => ({ ...point, [name]: value }))),
    [{}],
  )
  const possible = all.filter(point => isPossible(point as Point<D>))
  const numbers = new Map<string, number>()
  const pairs = possible.map(point =>
    pairsOf(point).map(pair => numbers.get(pair) ?? (numbers.set(pair, numbers.size), numbers.size - 1)),
  )
  const isLeft = new Uint8Array(numbers.size).fill(1)
  const newIn = (at: number): number => pairs[at]!.reduce((sum, pair) => sum + isLeft[pair]!, 0)
  // What a point adds never grows, so a point that still adds the most possible is taken at once.
  for (let most = pairs[0]?.length ?? 0; most > 0; most--)
    for (const at of pairs.keys())
      if (newIn(at) === most) {
        for (const pair of pairs[at]!) isLeft[pair] = 0
        yield possible[at]! as Point<D>
      }
}
