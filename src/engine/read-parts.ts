import type { Context, Origin } from '../core/context.ts'
import type { Part } from '../core/parts.ts'
import type { Result } from '../core/result.ts'
import type { Key } from '../core/row.ts'
import type { Surroundings } from './contexts.ts'
import { isFailure, type ResultLog } from './result-log.ts'
import type { Started } from './run-request.ts'
import { sourceContextOf } from './scoped-context.ts'

/** What is remembered of the origin of the rows while they flow. */
export interface OriginSeen {
  tenant: string | undefined
  complete: boolean | undefined
}

interface PartsReading {
  readonly context: (part: Part) => Context
  /** Keys of the rows that a part refused since its last page left, in its order. */
  readonly refused: (part: string) => readonly Key[]
  /** Its next page leaves, and of what it refused the first so many rows were read. */
  readonly leaving: (part: string, refused: number) => void
}

/** What a part said while it read one page. */
interface Held {
  readonly results: Result[]
  readonly origins: Origin[]
}

/** What a part settles and learns while it reads a page counts from the moment that the page leaves. */
export const readParts = (started: Started, around: Surroundings, log: ResultLog, seen: OriginSeen): PartsReading => {
  const held = new Map<string, Held>()
  const heldOf = (part: string): Held => {
    const found = held.get(part) ?? { results: [], origins: [] }
    held.set(part, found)
    return found
  }
  return {
    context: part =>
      sourceContextOf(
        around,
        started,
        `source.${part.name}`,
        result => void heldOf(part.name).results.push(result),
        origin => void heldOf(part.name).origins.push(origin),
      ),
    refused: part =>
      heldOf(part)
        .results.filter(isFailure)
        .map(({ key }) => key),
    leaving(part, refused) {
      const { results, origins } = heldOf(part)
      held.delete(part)
      let left = refused
      for (const result of results) if (!isFailure(result) || left-- > 0) log.settled(result)
      for (const origin of origins) {
        seen.tenant = origin.tenant ?? seen.tenant
        seen.complete = origin.complete ?? seen.complete
        started.progress.repeated += origin.repeated ?? 0
      }
      log.flush()
    },
  }
}
