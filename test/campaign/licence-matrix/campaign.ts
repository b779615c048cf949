import { cells, play } from './cell.ts'
import { openDesk } from './desk.ts'
import type { Performed } from '../perform.ts'

/** Plays all cells of the matrix, in an empty folder. */
export async function* licenceMatrix(folder: string): AsyncGenerator<Performed> {
  const desk = await openDesk(folder)
  try {
    const lessons = new Set<string>()
    for (const cell of cells()) {
      const began = performance.now()
      const wrong = await play(desk, cell, lessons)
      yield {
        ...{ name: Object.values(cell).join(', '), run: '', status: null, kills: {}, rivals: 0, wrong },
        ...{ outcomes: {}, unknown: { done: 0, notDone: 0 }, seconds: (performance.now() - began) / 1_000 },
      }
    }
  } finally {
    await desk.close()
  }
}
