import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import t, { Test, type TestOpts } from 'tap'
import type { RunStore } from '../../src/store/run-store.ts'
import { sqliteRuns } from '../../src/store/sqlite-runs.ts'
import { handClock } from '../store/fixtures.ts'
import { runStoreContract } from './run-store.ts'

const held = 'a held run is active for every other process, and free after its release'
const discarding = 'a run is held while its output is removed, and is as before if that is refused'
const over = 'a run that is over is failed when its process dies, and cannot be resumed'
const gone = 'discarded and pruned runs cannot be read'

const stores: readonly (readonly [string, (store: RunStore) => Partial<RunStore>, readonly string[]])[] = [
  ['nothing is wrong', () => ({}), []],
  [
    'a refused discard ends the run',
    store => ({
      async discard(id, remove) {
        const info = await store.get(id)
        try {
          await store.discard(id, remove)
        } catch (error) {
          if (info.status !== 'running') await (await store.hold(id)).finish('failed', { isOver: true })
          throw error
        }
      },
    }),
    [discarding],
  ],
  [
    'a refused discard discards the run',
    store => ({
      async discard(id, remove) {
        let refused: unknown
        await store.discard(id, async info => {
          await remove?.(info).catch((error: unknown) => {
            refused = error
          })
        })
        if (refused !== undefined) throw refused
      },
    }),
    [discarding],
  ],
  [
    'a refused discard is reported as done',
    store => ({ discard: (id, remove) => store.discard(id, remove).catch(() => undefined) }),
    [held, discarding],
  ],
  [
    'a run is free while its output is removed',
    store => ({
      async discard(id, remove) {
        await remove?.(await store.get(id))
        await store.discard(id)
      },
    }),
    [discarding],
  ],
  ['a discard removes no output', store => ({ discard: id => store.discard(id) }), [discarding]],
  [
    'a run that is over is interrupted when its process dies',
    store => ({
      async create(work) {
        const run = await store.create(work)
        return { ...run, saveOver: async () => {} }
      },
    }),
    [over],
  ],
  ['a discard deletes nothing', () => ({ discard: async () => {} }), [held, discarding, gone]],
]

/** Returns the names of the rules that a store breaks. They run as a test of their own, which nothing reports. */
const brokenBy = async (t: Test, change: (store: RunStore) => Partial<RunStore>): Promise<readonly string[]> => {
  const unseen = new Test({ name: 'unseen' } as TestOpts)
  unseen.resume()
  let count = 0
  runStoreContract(unseen, () => {
    const clock = handClock()
    const folder = join(t.testdirName, `${count++}`)
    mkdirSync(folder)
    const [store, other] = [0, 1].map(() => {
      const sound = sqliteRuns({ folder, clock })
      t.teardown(() => sound.close())
      return { ...sound, ...change(sound) }
    }) as [RunStore, RunStore]
    return { store, other, move: clock.move }
  })
  unseen.end()
  await unseen.concat()
  return [...new Set(unseen.lists.fail.map(({ fullname }) => fullname.split(' > ').at(-2)!))]
}

for (const [what, change, rules] of stores)
  t.test(`of a store the contract notices that ${what}`, async t => {
    t.testdir({})
    t.strictSame(await brokenBy(t, change), rules)
  })
