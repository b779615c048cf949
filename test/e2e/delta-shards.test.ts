import t from 'tap'
import { presentOf, replay, type Cells } from '../sources/replay.ts'
import { openBed, rowsOf } from './bed.ts'

const bed = await openBed(t, { users: 21_000 })
const { directory } = bed
const desk = bed.desk()
const names = ['id', 'displayName', 'userPrincipalName']
const whole = { order: 'default', view: 'direct' } as const

t.test(
  'a first load is read in shards, none of them an advanced query, and what changes meanwhile is in the next one',
  async t => {
    const ids = directory.collection('user').slice(whole, 30_000, ['id']).ids
    const domain = String(directory.collection('user').get(ids[0]!)!['userPrincipalName']).split('@')[1]!
    let pages = 0
    let advanced = 0
    bed.before(async (request, answer) => {
      if (request.path !== '/users') return undefined
      if (/eventual/i.test(request.headers['consistencylevel'] ?? '')) advanced++
      const reply = await answer(request)
      // Users that were read already, and that were not, change, move to other shards, come and go.
      const at = ++pages * 37
      if (pages < 20)
        await bed.mutate(
          { do: 'update', kind: 'user', id: ids[at]!, values: { displayName: `Changed ${at}` } },
          {
            do: 'update',
            kind: 'user',
            id: ids[at + 1]!,
            values: { userPrincipalName: `${pages % 2 ? 'a' : 'z'}${at}@${domain}` },
          },
          { do: 'delete', kind: 'user', id: ids[at + 2]! },
          { do: 'create', kind: 'user', values: { displayName: 'New', userPrincipalName: `new${at}@${domain}` } },
        )
      return reply
    })
    const load = (to: string) =>
      desk.run(['export', 'users', '--delta', '--select', names.join(','), '--to', to, '--page-size', '500'])
    const first = await load('1.jsonl')
    bed.before()
    t.equal(first.status, 0, first.stderr)
    t.ok(desk.manifest('1.jsonl').shards! > 3)
    t.ok(pages > 40)
    t.equal(advanced, 0)
    const table = replay(new Map(), rowsOf<Cells>(desk.read('1.jsonl')))
    t.notSame(table, presentOf(directory, 'user', names))
    const second = await load('2.jsonl')
    t.equal(second.status, 0, second.stderr)
    t.match(desk.manifest('2.jsonl'), { completeness: 'complete', delta: { kind: 'changes' } })
    const after = replay(table, rowsOf<Cells>(desk.read('2.jsonl')))
    const wanted = presentOf(directory, 'user', names)
    t.equal(after.size, wanted.size)
    t.strictSame(
      [...after.values()].filter(row => JSON.stringify(row) !== JSON.stringify(wanted.get(String(row['id'])))),
      [],
    )
  },
)
