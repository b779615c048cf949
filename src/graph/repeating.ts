import type { GraphPage, Repeats } from '../core/graph.ts'

/** Counts the values that are repeated when a listing turns back, or when a page is requested again. */
export const repeating = () => {
  let repeats: Repeats = 0
  /** Values since the last safe link, those of the current page not included. */
  let sinceSafe = 0
  let inPage = 0
  const add = (more: number): void => {
    if (repeats !== 'all') repeats += more
  }
  return {
    /** Returns a piece with what it repeats. @param values how many it has */
    told<T>(piece: GraphPage<T>, values: number): GraphPage<T> {
      inPage += values
      if (repeats === 0) return piece
      const told = { ...piece, repeats }
      repeats = 0
      return told
    },
    /** The page is requested again from its first value. */
    pageAgain(): void {
      add(inPage)
      inPage = 0
    },
    pageEnded(isSafe: boolean): void {
      sinceSafe = isSafe ? 0 : sinceSafe + inPage
      inPage = 0
    },
    turnedBack(to: 'link' | 'start'): void {
      if (to === 'start') repeats = 'all'
      else add(sinceSafe)
      sinceSafe = 0
    },
  }
}
