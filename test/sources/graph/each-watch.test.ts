import t from 'tap'
import { eachWatch } from '../../../src/sources/graph/each-watch.ts'
import type { Sight } from '../../../src/sources/graph/unseen.ts'

const sees = (more: Partial<Sight> = {}): Sight => ({
  ofUsers: () => undefined,
  ofEntries: () => undefined,
  hiddenMembers: undefined,
  ...more,
})
const members = { object: 'group', entries: 'members' }
const hiding = { id: 'g', displayName: 'Board', visibility: 'HiddenMembership' }
const user = { '@odata.type': '#microsoft.graph.user', id: 'u', displayName: 'Ann' }

t.test('an empty hidden membership is doubted unless the sign-in may see it', async t => {
  const why = (hiddenMembers: boolean | undefined): string | undefined => {
    const watch = eachWatch(members, ['displayName'], sees({ hiddenMembers }))
    watch.ended(hiding, true)
    return watch.why
  }
  t.equal(why(true), undefined)
  t.match(why(undefined), /^permission: the membership of "Board" is hidden, and Member\.Read\.Hidden may be missing$/)
  t.match(why(false), /Member\.Read\.Hidden is missing$/)
})

t.test(
  'groups that hide their members are left out of the groups of users, if the permission is known to be missing',
  async t => {
    const ofUsers = { object: 'user', entries: 'groups', hides: true } as const
    for (const [hiddenMembers, told] of [
      [true, undefined],
      [undefined, undefined],
      [false, /^permission: groups that hide their members are left out, because Member\.Read\.Hidden is missing$/],
    ] as const) {
      const { why } = eachWatch(ofUsers, ['displayName'], sees({ hiddenMembers }))
      if (told) t.match(why, told)
      else t.equal(why, undefined)
    }
  },
)

t.test(
  'what the sign-in may not see of a type is reported once such an entry was read, also after a resume',
  async t => {
    const sight = sees({ ofEntries: type => (type === 'user' ? 'permission: of users' : undefined) })
    const watch = eachWatch(members, ['displayName', 'city'], sight)
    t.equal(watch.why, undefined)
    watch.see([{ '@odata.type': '#microsoft.graph.device', id: 'd', displayName: 'PC' }, user, user])
    t.equal(watch.why, 'permission: of users')
    t.equal(eachWatch(members, ['displayName', 'city'], sight, watch.seen).why, 'permission: of users')
  },
)

t.test('objects that are repeated are counted once', t => {
  const group = (id: string) => ({ id, displayName: id })
  const watch = eachWatch(members, ['displayName'], sees(), { objects: 0, before: 3 })
  for (const id of ['a', 'b']) watch.ended(group(id), false)
  watch.comeAgain(1)
  watch.ended(group('b'), false)
  t.equal(watch.seen.objects, 2)
  t.match(watch.judged(3, undefined), { completeness: 'short', why: /2 rows were read, but 3 were counted/ })
  watch.comeAgain('all')
  for (const id of ['a', 'b', 'c']) watch.ended(group(id), false)
  t.equal(watch.judged(3, undefined).completeness, 'unverified')
  t.end()
})

t.test('lists from which Graph leaves service principals out say so, unless one came', t => {
  const omitting = { ...members, omits: true } as const
  const watch = eachWatch(omitting, ['displayName'], sees())
  t.match(
    watch.judged(undefined, undefined).why,
    /^Graph v1\.0 leaves service principals out of the members of groups; /,
  )
  watch.see([{ '@odata.type': '#microsoft.graph.servicePrincipal', id: 's', displayName: 'Backup' }])
  t.notMatch(watch.judged(undefined, undefined).why, /leaves/)
  t.notMatch(eachWatch(omitting, ['displayName'], sees(), watch.seen).judged(undefined, undefined).why, /leaves/)
  t.end()
})
