import type { Context } from '../core/context.ts'
import type { Part } from '../core/parts.ts'
import type { Surroundings } from './contexts.ts'
import { isFailure, type ResultLog } from './result-log.ts'
import type { Started } from './run-request.ts'
import { contextOf } from './scoped-context.ts'

/** What is remembered of the origin of the rows while they flow. */
export interface OriginSeen {
  tenant: string | undefined
  complete: boolean | undefined
}

/** What a part settles and learns while it reads a page counts from the moment that the page leaves. */
export const readParts = (
  started: Started,
  around: Surroundings,
  log: ResultLog,
  seen: OriginSeen,
): { readonly context: (part: Part) => Context; readonly leaving: (part: string) => number } => {
  const held = new Map<string, (() => void)[]>()
  let refused = 0
  const later = (part: string, effect: () => void): void => {
    const effects = held.get(part)
    if (effects) effects.push(effect)
    else held.set(part, [effect])
  }
  return {
    context: part =>
      contextOf(
        around,
        started,
        `source.${part.name}`,
        result =>
          later(part.name, () => {
            if (isFailure(result)) refused++
            log.settled(result)
          }),
        origin =>
          later(part.name, () => {
            seen.tenant = origin.tenant ?? seen.tenant
            seen.complete = origin.complete ?? seen.complete
            started.progress.repeated += origin.repeated ?? 0
          }),
      ),
    leaving(part) {
      refused = 0
      for (const effect of held.get(part) ?? []) effect()
      held.delete(part)
      log.flush()
      return refused
    },
  }
}
