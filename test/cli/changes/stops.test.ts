import { Readable } from 'node:stream'
import t from 'tap'
import type { OperationRow } from '../../../src/core/operation.ts'
import { graph as graphSink } from '../../../src/sinks/graph.ts'
import { csv } from '../../../src/sources/csv.ts'
import { jsonl } from '../../../src/sources/jsonl.ts'
import { guardedBed } from './guarded-bed.ts'

const bed = await guardedBed(t)
const { domain } = bed.sandbox
let made = 0
const create = (count: number): readonly OperationRow[] =>
  Array.from({ length: count }, () => {
    const name = `stops${++made}`
    return {
      kind: 'create-user',
      value: {
        displayName: 'Stops',
        passwordProfile: { password: 'Long-enough-1!' },
        userPrincipalName: `${name}@${domain}`,
      },
    }
  })

t.test('an input that is short or limited takes nothing away, and may add', async t => {
  const people = create(2)
  await bed.send(people)
  const rows = people.map(({ value }): OperationRow => ({
    kind: 'disable-user',
    value: { user: value['userPrincipalName']! },
  }))
  for (const [end, why] of [
    [{ complete: false, outcome: 'short' }, /it was exported incompletely/],
    [{ complete: true, outcome: 'complete', limit: 2 }, /was limited to 2 rows/],
    [{ complete: false, outcome: 'unverified' }, /nothing confirms that all its rows arrived/],
  ] as const) {
    await t.rejects(bed.send(rows, { end }), { code: 'INPUT_INCOMPLETE', exit: 5, message: why })
    t.strictSame(await bed.writes(), [])
    const { run } = await bed.send(create(1), { end })
    t.strictSame(await bed.resultsOf(run), ['done'])
  }
  const { run } = await bed.send(rows, { end: { complete: true, outcome: 'complete' } })
  t.strictSame(await bed.resultsOf(run), ['done', 'done'])
})

const piped = (text: string): Readable => Readable.from([Buffer.from(text)])

t.test('a pipe without a trailer takes nothing away, also in a pipeline that accepts one, and may add', async t => {
  const [person] = create(1)
  await bed.send([person!])
  const user = String(person!.value['userPrincipalName'])
  for (const [kind, end] of [
    ['enable-user', 'done'],
    ['disable-user', 'refused'],
  ] as const) {
    for (const source of [
      csv<{ readonly user: string }>({ from: '-', stdin: piped(`user\n${user}\n`) }),
      jsonl<{ readonly user: string }>({
        from: '-',
        stdin: piped(`${JSON.stringify({ user })}\n`),
        trailer: 'none',
      }),
    ]) {
      const plan = { source, sink: graphSink<{ readonly user: string }>(({ user }) => [{ kind, value: { user } }]) }
      const sent = bed.send([], { request: { plan: plan as never } })
      if (end === 'done') t.equal((await sent).end, 'done', source.kind)
      else await t.rejects(sent, { code: 'INPUT_INCOMPLETE', exit: 5, message: /came through a pipe/ }, source.kind)
      t.strictSame(await bed.writes(), [])
    }
  }
})

t.test('100 equal refusals from the start stop the run', async t => {
  const client = await bed.clientWith(['User.Read.All'])
  await t.rejects(bed.send(create(130), { client }), {
    code: 'ALL_REFUSED',
    exit: 5,
    message: /^The first 100 changes were all refused for the same reason: Insufficient privileges/,
  })
})

t.test('more failed rows than are allowed stop the run', async t => {
  const client = await bed.clientWith(['User.Read.All'])
  await t.rejects(bed.send(create(30), { client, request: { maxFailed: 5 } }), {
    code: 'TOO_MANY_FAILED',
  })
})

t.test('nothing is sent if more rows than are allowed failed before', async t => {
  const [person] = create(1)
  const bad = { ...person!, value: { ...person!.value, userPrincipalName: 'nobody' } }
  await t.rejects(bed.send([person!, bad], { request: { maxFailed: '0%' } }), { code: 'TOO_MANY_FAILED' })
  t.strictSame(await bed.writes(), [])
})

t.test('an unconfirmed run sends nothing', async t => {
  const confirm = async () => {
    throw new Error('No')
  }
  await t.rejects(bed.send(create(2), { confirm }), { message: 'No' })
  t.strictSame(await bed.writes(), [])
})
