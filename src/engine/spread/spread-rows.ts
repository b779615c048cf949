import type { Json } from '../../core/json.ts'
import type { Shard } from '../../core/parts.ts'
import { complete } from '../complete.ts'
import type { Surroundings } from '../contexts.ts'
import { remember } from '../before.ts'
import { flowRows, type Flowed, type Output } from '../flow-rows.ts'
import type { RunEnd, Started } from '../run-request.ts'
import type { Work } from '../run-to-end.ts'
import { sourceContextOf } from '../scoped-context.ts'
import { joinShares } from './join-shares.ts'
import { readSoFar, type ReadSoFar } from './share-summary.ts'
import { workShares } from './work-shares.ts'

/** The note of a phase with the shards that several machines read. */
export const spreadNote = 'spread'

const shardsOf = async (started: Started, around: Surroundings): Promise<readonly Shard[]> => {
  const { run, plan } = started
  const noted = await run.loadNote(spreadNote)
  if (noted !== undefined) return noted as unknown as readonly Shard[]
  const ctx = sourceContextOf(around, started, () => undefined)
  const shards = (await plan.source.split?.(ctx)) ?? []
  // What one process reads needs the ids on its machine to be continued.
  if (shards.length > 1) await run.saveNote(spreadNote, shards as unknown as Json)
  return shards
}

/**
 * As `flowRows`, with the help of other machines: each reads some of the shards, and writes their rows beside the others. This process
 * reads shards, too, and takes up those whose reader has died. Then it continues as a run that is resumed after all of them: it reads
 * what has changed meanwhile, and publishes.
 */
const spreadRows = async (started: Started, around: Surroundings, output: Output): Promise<Flowed> => {
  const { request, progress, run } = started
  const { store } = request
  const ctx = sourceContextOf(around, started, () => undefined)
  if (started.plan.source.pace?.(ctx)) return flowRows(started, around, output)
  progress.state = 'counting'
  const before = await remember(started, ctx)
  progress.expected = before.count
  const shards = await shardsOf(started, around)
  if (shards.length < 2) return flowRows(started, around, output)
  progress.shards = shards.length
  progress.state = 'running'
  // What is there is continued, whatever ends this process.
  output.stopCheckpoints = () => true
  request.spread!.announce(shards.length)
  const done = new Map<string, ReadSoFar>()
  await workShares(started, around, shards, 'all', async shares => {
    const before = done.size
    const reading: ReadSoFar[] = []
    for (const [name, { id, status }] of shares) {
      if (done.has(name)) continue
      const so = await store.read(id, readSoFar)
      if (status === 'done') done.set(name, so)
      else reading.push(so)
    }
    const all = [...done.values(), ...reading]
    progress.read = all.reduce((sum, { read }) => sum + read, 0)
    progress.written = all.reduce((sum, { written }) => sum + written, 0)
    // A worker that dies after it has got further is no crash loop.
    if (done.size > before) await run.saveNote('shares', done.size)
  })
  await joinShares(started, around, shards)
  return flowRows(started, around, output)
}

const completeSpread = async (
  started: Started,
  around: Surroundings,
  output: Output,
  flowed: Flowed,
): Promise<RunEnd> => {
  const end = await complete(started, around, output, flowed)
  const { store } = started.request
  // What is left is removed with the run.
  if (end.end === 'done')
    for (const { id } of await store.list({ shareOf: started.id })) await store.discard(id).catch(() => undefined)
  return end
}

/** The work of a phase that several machines share. */
export const spreading: Work = { move: spreadRows, complete: completeSpread }
