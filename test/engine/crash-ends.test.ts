import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { allFail, columnUnknown, otherWork, twoPhases, type Work } from '../programs/end-child.ts'
import { countsOf, type KillPoint } from '../programs/kill-point.ts'
import { runIn, storeAt } from '../programs/crash-run.ts'

const program = join(import.meta.dirname, '../programs/end-child.ts')

/** Returns how often a process came to each point, or undefined if it was killed. */
const child = (folder: string, work: Work, at?: KillPoint['at'], n = 0) =>
  countsOf(program, [folder, work], at && { at, n })

/** Kills the work before each of its last removals and after each of its last transactions, each time in a folder of its own. */
const killedAtEach = async (
  t: Test,
  work: Work,
  begin: (folder: string) => Promise<void>,
  after: (t: Test, folder: string) => Promise<void>,
  points: readonly KillPoint['at'][] = ['remove', 'committed'],
): Promise<void> => {
  const made: string[] = []
  const bed = async () => {
    const name = `bed-${made.length}`
    made.push(name)
    const folder = t.testdir(Object.fromEntries(made.map(each => [each, {}])))
    await begin(join(folder, name))
    return join(folder, name)
  }
  const counts = (await child(await bed(), work))!
  t.ok(counts.remove && counts.commit, 'the end removes and records')
  for (const at of points)
    for (let n = counts[at] ?? 0; n > Math.max(0, (counts[at] ?? 0) - 3); n--) {
      const folder = await bed()
      t.equal(await child(folder, work, at, n), undefined, `killed at ${at} ${n}`)
      await t.test(`after ${at} ${n} of ${counts[at]}`, t => after(t, folder))
    }
}

const nothing = async () => undefined

t.test('a run in which every row failed, killed anywhere near its end, ends the same when repeated', async t =>
  killedAtEach(
    t,
    'all rows fail',
    nothing,
    async (t, folder) => {
      const end = await runIn(folder, allFail())
      t.match(end, { end: 'failed', manifest: { status: 'failed', counts: { read: 60, failed: 60 } } })
      t.equal(readFileSync(join(folder, 'rejects.csv'), 'utf8').split('\n').length, 62)
      t.notOk(existsSync(join(folder, 'out.csv.partial')))
    },
    ['remove', 'committed', 'renamed'],
  ),
)

t.test('a run whose column is missing, killed anywhere near its end, ends the same when repeated', async t =>
  killedAtEach(t, 'a column is unknown', nothing, async (t, folder) => {
    await t.rejects(runIn(folder, columnUnknown()), { code: 'COLUMN_UNKNOWN' })
    t.notOk(existsSync(join(folder, 'out.csv.partial')))
  }),
)

const interrupted = async (folder: string) => {
  await t.rejects(runIn(folder, twoPhases()), { code: 'GRAPH_UNAVAILABLE' })
  t.ok(existsSync(join(folder, 'second.csv.partial')))
}

for (const work of ['it is discarded', 'other work takes its place'] as const)
  t.test(`a run of phases, killed while ${work}, does not block later runs`, async t =>
    killedAtEach(t, work, interrupted, async (t, folder) => {
      t.equal((await runIn(folder, otherWork('second'))).end, 'done')
      t.equal((await runIn(folder, twoPhases(false))).end, 'done')
      const store = storeAt(folder)
      t.strictSame(await store.list({ status: ['running', 'interrupted'] }), [])
      await store.close()
    }),
  )
