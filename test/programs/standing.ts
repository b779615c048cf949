import type { Bed, Desk } from '../e2e/bed.ts'
import { partialSize, whenPartialHas } from './killed-command.ts'

/** Resolves when the partial has so many bytes. */
export const partialHas = (desk: Desk, to: string, bytes: number): Promise<void> =>
  new Promise(resolve => {
    const moment = whenPartialHas(desk, to, bytes, () => {
      moment.close()
      resolve()
    })
    if (partialSize(desk, to) < bytes) return
    moment.close()
    resolve()
  })

export interface Held {
  /** Resolves when the first page is asked for that is not answered. */
  readonly reached: Promise<void>
  readonly letGo: () => void
}

/** Lets the sandbox answer so many pages of a listing and no more, until it is let go. */
export const holdAfter = (bed: Bed, path: string, pages: number): Held => {
  const held = Promise.withResolvers<undefined>()
  const reached = Promise.withResolvers<void>()
  let asked = 0
  bed.before(request => {
    if (request.path !== path || asked++ < pages) return undefined
    reached.resolve()
    return held.promise
  })
  return {
    reached: reached.promise,
    letGo() {
      bed.before()
      held.resolve(undefined)
    },
  }
}
