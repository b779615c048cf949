import { cells, play } from './cell.ts'
import { openDesk } from './desk.ts'
import { groupCells, playGroup } from './groups.ts'
import type { Performed } from '../perform.ts'

const performed = async (name: string, played: () => Promise<readonly string[]>): Promise<Performed> => {
  const began = performance.now()
  const wrong = await played()
  return {
    ...{ name, run: '', status: null, kills: {}, rivals: 0, wrong },
    ...{
      outcomes: {},
      unknown: { done: 0, notDone: 0 },
      seconds: (performance.now() - began) / 1_000,
    },
  }
}

/** Plays all cells of the matrix, in an empty folder. */
export async function* licenceMatrix(folder: string): AsyncGenerator<Performed> {
  const desk = await openDesk(folder)
  try {
    const lessons = new Set<string>()
    for (const cell of cells()) yield performed(Object.values(cell).join(', '), () => play(desk, cell, lessons))
    for (const [operation, weather] of groupCells())
      yield performed(`${operation.name}, ${weather}`, () => playGroup(desk, operation, weather))
  } finally {
    await desk.close()
  }
}
