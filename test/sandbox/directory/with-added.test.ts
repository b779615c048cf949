import t from 'tap'
import { systemClock } from '../../../src/core/clock.ts'
import { createDirectory } from '../../../src/sandbox/directory/create-directory.ts'
import { guids } from '../../../src/sandbox/directory/guids.ts'
import { madePopulation } from '../../../src/sandbox/directory/made-population.ts'
import { withAdded } from '../../../src/sandbox/directory/with-added.ts'

t.test('added objects follow the others, whose ranks, ids and places stay the same', async t => {
  const appIds = guids(5)
  const base = madePopulation({
    kind: 'application',
    size: 9,
    key: 3,
    guidKeys: { appId: appIds },
    make: rank => ({ appId: appIds.of(rank), displayName: `App ${rank}` }),
  })
  const ids = Array.from({ length: 9 }, (_, rank) => base.idOf(rank))
  const added = [{ id: 'AA-1', appId: 'bb-1', displayName: 'Added' }]
  const both = withAdded(base, added)
  const { rankAt, positionOf } = both.orders['default']!
  t.equal(both.size, 10)
  for (const [rank, id] of ids.entries()) {
    t.strictSame([both.idOf(rank), both.rankOf(id), both.keys['appId']!(appIds.of(rank))], [id, rank, rank])
    t.equal(positionOf(rank), base.orders['default']!.positionOf(rank))
  }
  t.strictSame([both.idOf(9), both.rankOf('aa-1'), both.keys['appId']!('BB-1')], ['AA-1', 9, 9])
  t.strictSame(Array.from({ length: 10 }, (_, at) => positionOf(rankAt(at))), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) // prettier-ignore
  both.load(9)
  t.equal(both.columns['displayName']!.json(both.subject), '"Added"')
  both.load(4)
  t.equal(both.columns['displayName']!.value(both.subject), 'App 4')
  t.equal(both.rankOf('nobody'), undefined)
})

t.test('apps that can sign in are in every order and have no owners', async t => {
  const directory = createDirectory({ users: 300, seed: 2, clock: systemClock })
  const apps = directory.collection('application')
  const { json } = apps.slice({ order: 'displayName', view: 'direct' }, 999, ['displayName'])
  const names = json.map(text => String(JSON.parse(text).displayName).toLowerCase())
  t.strictSame(names, names.toSorted())
  t.equal(names.filter(name => name.startsWith('entrapipe')).length, 6)
  const { ids } = apps.slice(
    { order: 'default', view: 'direct', where: one => String(one['displayName']).startsWith('entrapipe') },
    999,
    ['id'],
  )
  for (const id of ids) t.equal(directory.countRelated('application', id, 'owners'), 0)
})
