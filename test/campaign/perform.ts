import { whole } from '../programs/random.ts'
import { booksOf } from './books.ts'
import { compare, type Comparison } from './compare.ts'
import { checkHandedOut } from './handed-out.ts'
import { allFaults } from './faults.ts'
import { survive, type KillPoint } from './kills.ts'
import type { Ended, Stage } from './stage.ts'
import type { Trial } from './trial.ts'

/** What became of a trial. */
export interface Performed extends Comparison {
  readonly name: string
  readonly run: string
  /** How often the program was killed, by where. */
  readonly kills: Readonly<Record<string, number>>
  readonly status: number | null
  readonly seconds: number
  /** Rows that the second writer changed. */
  readonly rivals: number
}

interface PerformOptions {
  readonly rows: number
  /** Share of the rows that the second writer changes, too. */
  readonly rivalShare: number
  readonly kills: number
  readonly next: () => number
  /** Client-request-ids of all attempts so far. Those of this trial are added. */
  readonly attempts: Set<string>
}

/** Options of every command that changes the directory. */
const unasked = (rows: number, { options = [], onlyCreates }: Pick<Trial, 'options' | 'onlyCreates'>) => [
  '--yes',
  ...(onlyCreates ? [] : ['--include-privileged', '--max-removals', String(rows * 2)]),
  ...options,
]

/**
 * With fewer rows all are under way at once, and a kill takes every reply that shows the second writer. Where the directory says nothing of
 * such a one, the second writer then comes before the run.
 */
const fewest = 500

/** The second writer is at most so many rows ahead. */
const mostAhead = 2_000

/** So often the second writer tries to find a row that nobody has changed yet. */
const mostTries = 20

/** About so many bytes of a ledger belong to one row. */
const bytesPerRow = 300

/** Where the program is killed: three in ten times in intake, then all over apply. */
const pointsFor = (
  { kills, rows, next }: PerformOptions,
  { rowsPerWrite, handsOut }: Pick<Trial, 'rowsPerWrite' | 'handsOut'>,
  applied: number,
): readonly KillPoint[] => {
  const inIntake = Math.floor(kills * 0.3)
  const inApply = kills - inIntake
  const writes = rows / rowsPerWrite
  return [
    ...Array.from({ length: inIntake }, (): KillPoint => ({ at: 'bytes', n: whole(next, 1, rows * bytesPerRow) })),
    ...Array.from({ length: inApply }, (_, at): KillPoint => {
      const from = (writes * at) / (inApply + 1)
      return { at: 'applied', n: applied + whole(next, Math.ceil(from), Math.ceil(from + writes / (inApply + 1))) }
    }),
    ...(handsOut ? [`${handsOut.file}.partial`, handsOut.file].map((name): KillPoint => ({ at: 'file', name })) : []),
  ]
}

/** It died after it had handed out everything. */
const allHandedOut = /has no passwords or passes that were not handed out/

/** Performs a trial while faults strike, the program is killed, and somebody else makes some of the same changes. */
export const perform = async (stage: Stage, trial: Trial, given: PerformOptions): Promise<Performed> => {
  const options = { ...given, rows: trial.rows ?? given.rows }
  const { rows, rivalShare, next, attempts } = options
  const began = performance.now()
  const ahead = Math.min(mostAhead, Math.ceil(rows / 4))
  const moves = trial.rival ? Math.ceil(rows * rivalShare) : 0
  let rivals = 0
  /** The second writer is a little ahead of the program, and now and then anywhere. */
  const move = (place: number, isUnderWay: boolean): void => {
    if (trial.rival!(Math.min(place, rows - 1), isUnderWay)) rivals++
  }
  /** Some moves come too late to change anything. */
  const moveUntil = (wanted: number, step: () => void): void => {
    for (let tries = 0; rivals < wanted && tries < mostTries; tries++) step()
  }
  const before = rows < fewest && !trial.rivalComesAnyTime ? moves : moves * 0.2
  for (let at = 1; at <= before; at++) moveUntil(at, () => move(whole(next, 0, rows - 1), false))
  await stage.faults(allFaults(trial.writes))
  let base: number | undefined
  const points = pointsFor(options, trial, stage.applied())
  const survived = await survive(
    stage,
    [...trial.args, '--tenant', 'sandbox', '--quota-share', '100%', ...unasked(rows, trial)],
    ({ id, status }) =>
      // It has ended, and died while it handed out its secrets.
      status === 'done' ? ['runs', 'credentials', id] : ['runs', 'resume', id, ...unasked(rows, trial)],
    points,
    ({ applied }) => {
      base ??= applied
      const sent = (applied - base) * trial.rowsPerWrite
      moveUntil(moves * Math.min(1, sent / rows), () =>
        move(next() < 0.8 ? Math.floor(sent) + whole(next, 0, ahead) : whole(next, 0, rows - 1), true),
      )
    },
  )
  const { run, last, kills } = survived
  const strangers = new Set(attempts)
  const judged = async () => {
    // What is late is performed before the truth is read.
    await stage.settled()
    const books = await booksOf(stage.store, run)
    for (const row of books) for (const attempt of row.attempts) attempts.add(attempt)
    const judge = trial.judge()
    return {
      books,
      ...compare(
        books.map(row => ({ ...row, key: String(row.key), ...judge(row) })),
        strangers,
      ),
    }
  }
  const seconds = (performance.now() - began) / 1000
  const compared = await judged()
  const wrong: string[] = []
  const expectStatus = ({ status, stderr }: Ended): void => {
    if (![0, 3, 7].includes(status ?? -1) && !allHandedOut.test(stderr))
      wrong.push(`It ended with ${status}: ${stderr}`)
  }
  expectStatus(last)
  wrong.push(...compared.wrong)
  if (compared.unknown.done + compared.unknown.notDone > 0) {
    for (const row of compared.books) if (row.outcome === 'unknown') trial.concede?.(row)
    expectStatus(await stage.run(['runs', 'retry', run, '--outcome', 'unknown', ...unasked(rows, trial)]))
    wrong.push(...(await judged()).wrong.map(line => `Decided again, ${line}`))
  }
  await stage.faults([])
  wrong.push(...(trial.touched?.() ?? []).map(what => `The second writer's ${what}`))
  if (trial.handsOut) wrong.push(...(await checkHandedOut(stage, trial.handsOut, { run, said: survived.said })))
  if (trial.ended) wrong.push(...trial.ended(await booksOf(stage.store, run)))
  if (trial.again) wrong.push(...(await again(stage, trial, { run, rows, attempts })))
  const { outcomes, unknown } = compared
  return { outcomes, unknown, wrong, name: trial.name, run, kills, status: last.status, seconds, rivals }
}

interface Again {
  readonly run: string
  readonly rows: number
  readonly attempts: Set<string>
}

/** Runs the same command again, without faults. */
const again = async (stage: Stage, trial: Trial, { run, rows, attempts }: Again): Promise<readonly string[]> => {
  const command = [...trial.args, '--tenant', 'sandbox', '--quota-share', '100%', ...unasked(rows, trial)]
  if (trial.again === 'refused') {
    const before = stage.applied()
    // No file is written over.
    const { status, stderr } = await stage.run(
      command.map(each => (each === trial.handsOut?.file ? `again-${each}` : each)),
    )
    return status === 5 && stage.applied() === before ? [] : [`The second run was not refused (${status}): ${stderr}`]
  }
  const judge = trial.judge()
  const first = await booksOf(stage.store, run)
  const settled = new Set(first.filter(row => row.outcome !== 'failed' && judge(row).isAsWanted).map(({ key }) => key))
  const known = new Set((await stage.store.list()).map(({ id }) => id))
  await stage.run(command)
  const second = (await stage.store.list()).find(({ id }) => !known.has(id))
  if (!second) return ['There was no second run.']
  const books = await booksOf(stage.store, second.id)
  for (const row of books) for (const attempt of row.attempts) attempts.add(attempt)
  return books.flatMap(({ key, outcome, code }) =>
    outcome !== 'unchanged' && settled.has(key) ? [`The second run says of row ${key}: ${outcome} ${code ?? ''}`] : [],
  )
}

/** A trial in one line. */
export const lineOf = ({ name, outcomes, unknown, wrong, kills, seconds, rivals }: Performed): string =>
  `${name}: ${Object.entries(outcomes)
    .map(([outcome, count]) => `${count} ${outcome}`)
    .join(
      ', ',
    )} (of the unknown ${unknown.done} done, ${unknown.notDone} not); ${rivals} by the second writer; killed ${
    Object.entries(kills)
      .map(([where, count]) => `${count} times in ${where}`)
      .join(', ') || 'never'
  }; ${seconds.toFixed(1)} s; ${wrong.length} wrong`
