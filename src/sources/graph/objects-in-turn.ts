import type { Context } from '../../core/context.ts'
import { given } from '../../core/given.ts'
import type { Repeats } from '../../core/graph.ts'
import type { Source } from '../../core/parts.ts'
import type { Position } from '../../core/row.ts'
import type { Entity } from './listing.ts'

/** Where a reading of objects one after the other stands: all objects up to here are finished. */
export type ObjectsPlace = {
  /** Position of the source of objects. Absent at its start. */
  readonly from?: Position
  /** Objects passed since that position, and the id of the last of them. */
  readonly passed?: number
  readonly last?: string
}

/** An object, and the place once it is finished. */
export interface InTurn {
  readonly object: Entity
  readonly after: ObjectsPlace
  /** So many of the last objects before it are repeated from here on. */
  readonly repeats?: Repeats
}

/**
 * Reads objects from a place on. A page of objects is read again from its start; those that were passed are left out if the last of
 * them is still in it. Otherwise all of them are returned: their rows are repeated, and none is lost.
 */
export async function* objectsInTurn(
  ctx: Context,
  source: Source<Entity>,
  place: ObjectsPlace,
): AsyncGenerator<InTurn, void, void> {
  // The run counts the rows that are made of the objects, not the objects.
  const own = Object.create(ctx, { distinct: { value: undefined } }) as Context
  let { from } = place
  let skip = place.passed ?? 0
  let passed = 0
  let held: Entity[] = []
  let repeats: Repeats = 0
  function* released(position: Position | undefined): Generator<InTurn, void, void> {
    const at = skip === 0 ? -1 : held.slice(0, skip).findIndex(({ id }) => id === place.last)
    const fresh = held.slice(at + 1)
    if (skip > 0 && at < 0) repeats = moreOf(repeats, skip)
    skip = 0
    held = []
    passed += at + 1
    for (const [nth, object] of fresh.entries()) {
      passed++
      const isLast = nth === fresh.length - 1
      const after = isLast && position !== undefined ? { from: position } : placeOf(from, passed, object.id)
      yield repeats === 0 ? { object, after } : { object, after, repeats }
      repeats = 0
    }
    if (position === undefined) return
    from = position
    passed = 0
  }
  for await (const { rows, position, repeats: again } of source.read(own, { name: source.kind }, from)) {
    if (again !== undefined) repeats = moreOf(repeats, again)
    for (const { value } of rows) held.push(value)
    if (held.length >= skip) yield* released(position)
  }
  if (held.length > 0) yield* released(undefined)
}

const moreOf = (one: Repeats, other: Repeats): Repeats => (one === 'all' || other === 'all' ? 'all' : one + other)

const placeOf = (from: Position | undefined, passed: number, last: string): ObjectsPlace => ({
  ...given({ from }),
  passed,
  last,
})
