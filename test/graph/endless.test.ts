import t from 'tap'
import { beginnings, endlessGuard } from '../../src/graph/endless.ts'

const read = (guard: ReturnType<typeof endlessGuard>, pages: number, distinct: (nth: number) => number) => {
  for (let nth = 1; nth <= pages; nth++) guard.page(1, distinct(nth))
}

t.test(
  'a listing ends after more than 1,000 pages, and more than twice the pages before them, without a new id',
  async t => {
    const long = endlessGuard('/users')
    read(long, 600, nth => nth)
    read(long, 1_200, () => 600)
    t.throws(() => long.page(1, 600), {
      code: 'GRAPH_LINK_REPEATED',
      facts: { path: '/users', pages: 1_801, without: 1_201 },
    })
    const short = endlessGuard('/users')
    for (let nth = 1; nth <= 1_000; nth++) short.page(0, 0)
    t.throws(() => short.page(0, 0), {
      message:
        'The last 1,001 pages of /users had no new objects, and each linked to another page. The listing was stopped, because it would never end.',
    })
  },
)

t.test('pages that repeat because the listing went back do not count', async t => {
  const guard = endlessGuard('/users')
  read(guard, 900, nth => nth)
  read(guard, 1_700, () => 900)
  guard.wentBack()
  t.doesNotThrow(() => read(guard, 5_200, () => 900))
  t.throws(() => guard.page(1, 900))
})

t.test('a resumed listing may repeat all earlier pages once, and no more', async t => {
  const guard = endlessGuard('/users')
  for (let nth = 1; nth <= 3_000; nth++) guard.page(100, 300_000)
  t.throws(() => {
    for (let nth = 1; nth <= 5; nth++) guard.page(100, 300_000)
  })
})

t.test('pages that begin with the same object are counted once; an object without an id counts as new', async t => {
  const begun = beginnings()
  for (const object of [{ id: 'a' }, { id: 'b' }, { id: 'a' }, { name: 'x' }, { name: 'x' }, undefined])
    begun.add(object)
  t.equal(begun.count(), 4)
})
