import t from 'tap'
import { cells, play } from './licence-matrix/cell.ts'
import { openDesk } from './licence-matrix/desk.ts'
import { groupCells, playGroup } from './licence-matrix/groups.ts'

/** So many cells have each operation, selection and fault at least once; `npm run campaign -- licence-matrix` plays all. */
const atMost = 36

t.test(
  'each operation on licences does what is documented, however users are chosen and whatever goes wrong',
  async t => {
    const desk = await openDesk(t.testdir({}))
    t.teardown(desk.close)
    const lessons = new Set<string>()
    let count = 0
    for (const cell of cells()) {
      if (count++ === atMost) break
      t.strictSame(await play(desk, cell, lessons), [], Object.values(cell).join(', '))
    }
  },
)

/** Faults of each operation; the campaign has all. */
const faultsEach = 2

t.test(
  'licences of groups, migrations and leavers are as documented and as before after the undo, whatever goes wrong',
  async t => {
    const desk = await openDesk(t.testdir({}))
    t.teardown(desk.close)
    for (const [operation, weather] of groupCells(faultsEach))
      t.strictSame(await playGroup(desk, operation, weather), [], `${operation.name}, ${weather}`)
  },
)
