import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { text } from 'node:stream/consumers'
import type { Test } from 'tap'
import type { Manifest } from '../../src/core/manifest.ts'
import { decompress } from '../../src/formats/decompress.ts'
import { compressionOf } from '../../src/formats/format-of.ts'
import type { Told } from './crash-child.ts'
import { crashPlan, isFiltered, isMapFailed, isUnwritable } from './crash-plan.ts'
import { runIn, storeAt } from './crash-run.ts'
import { isRefused, personAt, placeOf } from './crash-source.ts'
import type { KillPoint } from './kill-point.ts'
import { random, whole } from './random.ts'
import type { Scene } from './scene.ts'

const midway = ['page', 'row', 'written', 'bytes', 'sync', 'marked', 'commit', 'committed'] as const

/** How far a process gets at most before it is killed: a tenth of the run, by each measure. */
const farthest: Readonly<Record<(typeof midway)[number], number>> = {
  page: 14,
  row: 400,
  written: 10,
  bytes: 20_000,
  sync: 3,
  marked: 3,
  commit: 9,
  committed: 9,
}

/** A process that was so far already that it ended before its moment was not killed: another one is. */
const leastKills = 10

/** One kill by each measure, in an order of its own, then those of the commit: eleven at the least. */
const killsOf = (scene: Scene): KillPoint[] => {
  const next = random(scene.name)
  const measures = scene.to.startsWith('lagging') ? midway.filter(at => at !== 'bytes' && at !== 'sync') : midway
  const more = measures.length < midway.length ? (['row', 'marked'] as const) : []
  const order = [...measures, ...more].map(at => ({ at, rank: next() })).sort((a, b) => a.rank - b.rank)
  const renames = scene.rejects ? [1, 2, 3, 4] : scene.to.startsWith('lagging') ? [1] : [1, 2]
  return [
    ...order.map(({ at }) => ({ at, n: whole(next, 1, farthest[at]) })),
    ...renames.map(n => ({ at: 'rename' as const, n })),
    { at: 'renamed', n: renames.length },
  ]
}

const child = join(import.meta.dirname, 'crash-child.ts')

/** Starts a process and tells whether it was killed; it may also have come to its end. */
export const run = async (told: Told): Promise<boolean> => {
  const started = spawn(process.execPath, ['--no-warnings', child, JSON.stringify(told)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const said = text(started.stderr)
  const [code, signal] = (await once(started, 'exit')) as [number | null, string | null]
  if (signal === 'SIGKILL') return true
  if (code !== 0) throw new Error(`The child ended with ${code ?? signal}: ${await said}`)
  return false
}

/** The same in this process, where nothing kills it, and which is started already. */
export const runHere = async ({ scene, folder, attempt }: Omit<Told, 'kill'>): Promise<false> => {
  const { end } = await runIn(folder, await crashPlan(scene, folder, attempt, { page() {}, row() {} }))
  if (end !== 'done') throw new Error(`The run ended with ${end}`)
  return false
}

/** The file's text, a folder's files one after the other. */
const textOf = async (folder: string, to: string): Promise<string> => {
  const path = join(folder, to)
  if (to.startsWith('lagging'))
    return readdirSync(path)
      .sort()
      .map(name => readFileSync(join(path, name), 'utf8'))
      .join('')
  const chunks = async function* () {
    yield readFileSync(path)
  }
  let whole = ''
  for await (const chunk of decompress(chunks(), compressionOf(to), path)) whole += chunk.toString('latin1')
  return Buffer.from(whole, 'latin1').toString('utf8')
}

/** Every result that stands in the run's file, one that is there twice twice: by whom it is about, not by which row. */
const resultsIn = (folder: string, scene: Scene): string[] => {
  const [id] = readdirSync(join(folder, 'store', 'runs'))
  const sql = new DatabaseSync(join(folder, 'store', 'runs', id!, 'run.sqlite'), { readOnly: true })
  const lines = sql.prepare('select key, outcome, rest from results').all()
  sql.close()
  return lines
    .map(({ key, outcome, rest }) => {
      const { operation, code } = JSON.parse(rest as string) as { operation: string; code: string }
      return `${operation} ${outcome} ${code} ${personAt(scene, ...placeOf(key))}`
    })
    .sort()
}

/** People who must be written, worked out without the engine. */
const expected = (scene: Scene): number[] => {
  const people = new Set<number>()
  for (let shard = 0; shard < scene.shards; shard++)
    for (let n = 0; n < scene.rows; n++) {
      const m = personAt(scene, shard, n)
      const isIn = !isRefused(n) && !isFiltered(m) && !isMapFailed(m) && m % 53 !== 0
      const isWritten = scene.to.startsWith('lagging') || !isUnwritable(m)
      if (isIn && isWritten) people.add(m)
    }
  return [...people].sort((a, b) => a - b)
}

const written = (told: string): number[] =>
  [...told.matchAll(/id-(\d+)\b/g)].map(found => Number(found[1])).sort((a, b) => a - b)

const manifestIn = (folder: string, to: string): Manifest | undefined =>
  to.startsWith('lagging')
    ? undefined
    : (JSON.parse(readFileSync(join(folder, `${to}.manifest.json`), 'utf8')) as Manifest)

/**
 * Kills a run at a dozen points, each time in a process of its own, and goes on with it; then it must have come to what
 * an undisturbed run comes to: the same bytes for one shard, the same rows for several, every result once.
 */
export const survives = async (t: Test, scene: Scene): Promise<void> => {
  const base = t.testdir({ whole: {} })
  const whole = join(base, 'whole')
  const steady = { ...scene, shaky: false }
  const undisturbed = await runIn(whole, await crashPlan(steady, whole, 0, { page() {}, row() {} }))
  const reference = await textOf(whole, scene.to)
  t.strictSame(written(reference), expected(scene), 'an undisturbed run is right')

  const kills = killsOf(scene)
  let killed = 0
  for (let round = 0; kills.length > 0 || killed < leastKills; round++) {
    const folder = join(base, `killed-${round}`)
    mkdirSync(folder)
    let died = 0
    let early = 0
    for (let attempt = 0, alive = false; !alive; attempt++) {
      const kill = kills.shift() ?? (killed + died < leastKills ? ({ at: 'page', n: 3 } as const) : undefined)
      alive = !(await (kill ? run({ scene, folder, attempt, kill }) : runHere({ scene, folder, attempt })))
      if (alive) break
      died++
      // It may have died before it had hold of the run.
      if (kill?.at === 'commit' && kill.n < 3) early++
    }
    killed += died
    await t.test(`round ${round}, killed ${died} times`, t => compare(t, folder, died - early, died))
  }
  t.ok(killed >= leastKills, `killed ${killed} times`)

  async function compare(t: Test, folder: string, least: number, most: number): Promise<void> {
    const file = (where: string): Buffer => readFileSync(join(where, scene.to))
    const found = await textOf(folder, scene.to)
    if (scene.shards > 1) {
      const rows = (all: string): string[] =>
        all
          .replace(/^\[|,$|\]$/gm, '')
          .split('\n')
          .sort()
      t.strictSame(rows(found), rows(reference), 'the same rows')
    } else if (scene.to.startsWith('lagging')) t.equal(found, reference, 'the same rows in the same order')
    else t.ok(file(folder).equals(file(whole)), 'the same bytes')
    t.strictSame(resultsIn(folder, scene), resultsIn(whole, scene), 'every result once')
    const left = readdirSync(folder).filter(name => name.includes('.partial'))
    t.strictSame(left, [], 'no partial is left')
    if (scene.rejects) t.strictSame(await textOf(folder, 'rejects.csv'), await textOf(whole, 'rejects.csv'))
    const store = storeAt(folder)
    const runs = await store.list()
    await store.close()
    t.strictSame(
      runs.map(({ status }) => status),
      ['done'],
      'one run',
    )
    t.ok(runs[0]!.resumed >= least && runs[0]!.resumed <= most, `resumed ${runs[0]!.resumed} times`)
    t.strictSame(runs[0]!.manifest?.counts, undisturbed.manifest?.counts, 'the same counts')
    t.strictSame(manifestIn(folder, scene.to)?.counts, manifestIn(whole, scene.to)?.counts)
    if (scene.shards === 1)
      t.strictSame(
        manifestIn(folder, scene.to)?.files.map(({ bytes, rows, sha256 }) => ({ bytes, rows, sha256 })),
        manifestIn(whole, scene.to)?.files.map(({ bytes, rows, sha256 }) => ({ bytes, rows, sha256 })),
      )
  }
}
