import t from 'tap'
import { systemClock } from '../../../src/core/clock.ts'
import { processEnvironment } from '../../../src/core/environment.ts'
import { openLessons } from '../../../src/engine/changes/lessons.ts'
import { openStore } from '../../../src/store/open-store.ts'

/** A process with its own connection to the store in a folder. */
const processIn = (folder: string, tenant = 'tenant-a') => {
  const variable = (name: string) => (name === 'ENTRAPIPE_STORE' ? folder : undefined)
  const store = openStore({ environment: { ...processEnvironment(), variable }, clock: systemClock })
  t.teardown(() => store.close())
  return { store, lessons: openLessons({ store, tenant, run: 'r1', clock: systemClock }) }
}

t.test('lessons are shared by processes, kept apart by tenant and topic, and each is new once', async t => {
  const folder = t.testdir()
  const [one, other, elsewhere] = [processIn(folder), processIn(folder), processIn(folder, 'tenant-b')]
  t.strictSame(one.lessons.of('plans'), [])
  t.strictSame(one.store.lastingFiles(), [], 'a look creates no file')
  t.equal(one.lessons.learn('plans', []), 0)
  t.equal(one.lessons.learn('plans', [{ plan: 'a', needs: ['b'] }]), 1)
  t.equal(
    other.lessons.learn('plans', [
      { plan: 'a', needs: ['b'] },
      { plan: 'a', excludes: 'c' },
    ]),
    1,
  )
  for (const { lessons } of [one, other])
    t.strictSame(new Set(lessons.of('plans').map(lesson => JSON.stringify(lesson))).size, 2)
  t.strictSame(one.lessons.of('others'), [])
  t.strictSame(elsewhere.lessons.of('plans'), [])
})

t.test('the same list is returned until there are more lessons', async t => {
  const { lessons } = processIn(t.testdir())
  lessons.learn('plans', ['one'])
  const first = lessons.of('plans')
  t.equal(lessons.of('plans'), first)
  lessons.learn('plans', ['two'])
  t.not(lessons.of('plans'), first)
  t.strictSame(new Set(lessons.of('plans')), new Set(['one', 'two']))
})
