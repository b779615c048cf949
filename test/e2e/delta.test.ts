import t from 'tap'
import type { Kind } from '../../src/sandbox/directory/types.ts'
import { presentOf, replay, type Cells, type Table } from '../sources/replay.ts'
import { openBed, rowsOf } from './bed.ts'

const bed = await openBed(t, { users: 600, knobs: { deltaPageSize: 7, deltaReplays: 2 } })
const { directory } = bed
const whole = { order: 'default', view: 'direct' } as const
const idsOf = (kind: Kind): readonly string[] => directory.collection(kind).slice(whole, 100_000, ['id']).ids

const domain = String(directory.collection('user').get(idsOf('user')[0]!)!['userPrincipalName']).split('@')[1]!

const kinds = [
  ['users', 'user', ['id', 'displayName', 'department', 'businessPhones', 'accountEnabled'], { department: 'Changed' }],
  ['groups', 'group', ['id', 'displayName', 'description', 'mailNickname'], { description: 'Changed' }],
  ['devices', 'device', ['id', 'displayName', 'operatingSystem', 'deviceId'], { displayName: 'Changed' }],
  ['applications', 'application', ['id', 'displayName', 'appId', 'tags'], { displayName: 'Changed' }],
  ['service-principals', 'servicePrincipal', ['id', 'displayName', 'appId', 'tags'], { displayName: 'Changed' }],
] as const

for (const [what, kind, names, changed] of kinds)
  t.test(`two deltas of ${what}, replayed over the first load, are what is in the directory`, async t => {
    const desk = bed.desk()
    // Other groups have no recycle bin.
    const unified = (id: string): boolean => String(directory.collection(kind).get(id)!['groupTypes']) === 'Unified'
    const ids = kind === 'group' ? idsOf(kind).filter(unified) : idsOf(kind)
    const at = (index: number): string => ids[index % ids.length]!
    let table: Table = new Map()
    const load = async (to: string) => {
      const { status, stderr } = await desk.run(['export', what, '--delta', '--select', names.join(','), '--to', to])
      t.strictSame([status, /No manifest/.test(stderr)], [0, false], stderr)
      const rows = rowsOf<Cells>(desk.read(to))
      table = replay(table, rows)
      t.strictSame(Object.fromEntries(table), Object.fromEntries(presentOf(directory, kind, names)), to)
      return { rows, manifest: desk.manifest(to) }
    }
    const first = await load('1.jsonl')
    t.match(first.manifest, { completeness: 'complete', delta: { kind: 'full', removed: 0 } })
    t.notOk(first.manifest.delta?.after)

    const isBinned = kind !== 'device'
    const made = (n: number): Cells => (kind === 'user' ? { userPrincipalName: `new${n}@${domain}` } : {})
    await bed.mutate(
      { do: 'update', kind, id: at(0), values: changed },
      { do: 'update', kind, id: at(1), values: changed },
      { do: 'delete', kind, id: at(2) },
      { do: 'delete', kind, id: at(3) },
      ...(isBinned ? ([{ do: 'purge', kind, id: at(3) }] as const) : []),
      { do: 'delete', kind, id: at(1) },
      { do: 'create', kind, values: { ...changed, displayName: 'New', ...made(2) } },
    )
    const second = await load('2.jsonl')
    t.match(second.manifest, {
      completeness: 'complete',
      counts: { read: 5, written: 5 },
      delta: {
        kind: 'changes',
        after: first.manifest.run,
        from: first.manifest.delta!.to,
        created: 1,
        updated: 1,
        removed: 3,
      },
    })
    t.strictSame(
      Object.fromEntries(second.rows.flatMap(({ id, removed }) => (ids.includes(String(id)) ? [[id, removed]] : []))),
      {
        [at(0)]: null,
        [at(1)]: isBinned ? 'changed' : 'deleted',
        [at(2)]: isBinned ? 'changed' : 'deleted',
        [at(3)]: 'deleted',
      },
    )
    if (isBinned)
      await bed.mutate(
        { do: 'restore', kind, id: at(1) },
        { do: 'purge', kind, id: at(2) },
        { do: 'update', kind, id: at(0), values: changed },
      )
    const third = await load('3.jsonl')
    t.match(third.manifest, { completeness: 'complete', delta: { kind: 'changes', after: second.manifest.run } })
  })
