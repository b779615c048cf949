import { Socket } from 'node:net'
import type { Bound } from '../../core/graph.ts'
import { failuresIn } from '../../core/result.ts'
import { phasesIn, type Plans } from '../../engine/phases.ts'
import { pacedMs, type Progress } from '../../engine/progress.ts'
import type { Cli } from '../cli.ts'
import { count, counted, duration } from '../report/words.ts'
import { recentRate } from './recent-rate.ts'

/** On a terminal one line is redrawn; elsewhere a new line is printed every few seconds. */
const everyMs = { terminal: 100, elsewhere: 5000 }

/** What limits the sending of changes, besides the quota. The disk is not measured, so it is not named. */
const limits: Readonly<Partial<Record<Bound, string>>> = {
  latency: ', limited by response times',
  cpu: ', limited by this computer',
}

/** What a run does before it reads or sends rows. */
const checks: Readonly<Record<Progress['checking'], string>> = {
  parts: 'checking the options, the input and the sign-in',
  rows: 'comparing the rows with the directory',
  protection: 'finding out who holds privileged roles',
}

interface ProgressLine {
  /** Erases the line, so that another message can be printed. */
  readonly clear: () => void
  /** Shows nothing until the work ends: a question would be overwritten. */
  readonly during: <T>(work: () => Promise<T>) => Promise<T>
  readonly stop: () => void
}

/**
 * Whether another program of the pipe shows its progress on this terminal. Only the last program of a pipe does, so that
 * two do not overwrite each other's line.
 */
export const isDrawnByAnother = (plans: Plans, { stdout, stderr }: Pick<Cli, 'stdout' | 'stderr'>): boolean =>
  phasesIn(plans).some(({ plan: { sink } }) => 'open' in sink && sink.place?.stream === stdout) &&
  stderr.isTTY === true &&
  stdout.isTTY !== true &&
  stdout instanceof Socket

/** Whether stderr is a terminal while stdout is redirected to a file. */
export const isIntoFile = ({ stdout, stderr }: Pick<Cli, 'stdout' | 'stderr'>): boolean =>
  stderr.isTTY === true && stdout.isTTY !== true && !(stdout instanceof Socket)

/**
 * Shows the progress of a run until it is stopped: rows, rate, and the time left if the number of rows is known.
 *
 * @param bound what limits the speed of the run; a quota is shown
 */
export const progressLine = (
  progress: Progress,
  label: string,
  cli: Cli,
  quiet: boolean,
  bound: () => Bound | undefined = () => undefined,
): ProgressLine => {
  if (quiet || cli.json()) return { clear: () => undefined, during: work => work(), stop: () => undefined }
  const terminal = cli.stderr.isTTY === true
  const rate = recentRate()
  let shown = false
  let isHeld = false
  let last: string | undefined
  const clear = (): void => {
    if (shown) cli.stderr.write('\r\u001b[K')
    shown = false
  }
  const show = (): void => {
    const by = progress.state === 'running' ? bound() : undefined
    const held = by === 'quota' ? ', limited by Graph’s quota' : ((progress.sending && by && limits[by]) ?? '')
    const name = progress.phase === undefined ? label : `${label}, ${progress.phase}`
    const line = `${progressText(progress, name, rate, cli.clock.now(), by)}${held}`
    // The same line again would say nothing.
    if (!terminal) return line === last ? undefined : cli.say((last = line))
    cli.stderr.write(`\r\u001b[K${line}`)
    shown = true
  }
  const stopped = new AbortController()
  const showing = async (): Promise<void> => {
    for (;;) {
      await cli.clock.sleep(terminal ? everyMs.terminal : everyMs.elsewhere, stopped.signal)
      if (!isHeld) show()
    }
  }
  showing().catch((error: unknown) => {
    if (!stopped.signal.aborted) throw error
  })
  return {
    clear,
    async during(work) {
      clear()
      isHeld = true
      try {
        return await work()
      } finally {
        isHeld = false
      }
    },
    stop() {
      stopped.abort()
      clear()
    },
  }
}

type Rate = ReturnType<typeof recentRate>

/** An estimate is not precise to the millisecond. */
const timeLeft = (ms: number): string => (ms < 1000 ? 'under 1 s' : duration(ms))

/** `members add: 4,200 of 10,000 changes (42 %), 310/s, 19 s left, 3 failed`. */
const sendingText = (
  { outcomes }: Progress,
  { total, settledBefore, startedAtMs }: NonNullable<Progress['sending']>,
  label: string,
  recent: Rate,
  nowMs: number,
): string => {
  const settled = Object.values(outcomes).reduce((sum, many) => sum + many, 0)
  const rate = recent({ of: 'changes', startedAtMs, before: settledBefore, now: settled }, nowMs)
  const left = rate > 0 ? `, ${timeLeft(((total - settled) * 1000) / rate)} left` : ''
  const failed = failuresIn(outcomes)
  return `${label}: ${count(settled)} of ${counted(total, 'change')} (${total > 0 ? Math.floor((settled * 100) / total) : 100} %), ${count(Math.round(rate))}/s${left}${failed > 0 ? `, ${count(failed)} failed` : ''}`
}

/** `users: 41,958 of 100,000 rows (42 %), 61,200/s, 1 s left`. */
const progressText = (
  progress: Progress,
  label: string,
  recent: Rate,
  nowMs: number,
  by: Bound | undefined,
): string => {
  const { read, resumedAt, expected, state, outcomes, sending } = progress
  const { startedAtMs } = progress
  const failed = failuresIn(outcomes)
  if (state === 'checking') return `${label}: ${checks[progress.checking]} …`
  if (state === 'counting') return `${label}: ${state} …`
  if (progress.pausing) return `${label}: pausing for ${duration(Math.max(0, progress.pausing.untilMs - nowMs))} …`
  if (sending && state === 'running') return sendingText(progress, sending, label, recent, nowMs)
  const { doing } = progress
  if (state === 'running' && doing && read === 0)
    return `${label}: ${doing.what}${doing.done === undefined ? '' : `, ${count(doing.done)} so far`} …`
  if (state === 'finishing') return `${label}: ${counted(read, 'row')}, finishing …`
  const rate = recent({ of: 'rows', startedAtMs, before: resumedAt, now: read }, nowMs)
  const known = expected !== undefined && expected > 0
  const percent = known ? ` (${Math.min(100, Math.floor((read * 100) / expected))} %)` : ''
  const rowsLeft = known ? Math.max(0, expected - read) : undefined
  const leftMs =
    rowsLeft === undefined
      ? undefined
      : progress.pace
        ? // Other runs may have used the quota up before this one: a run that waits for it gets no rows at once.
          by === 'quota'
          ? pacedMs({ ...progress.pace, rowsAtOnce: 0 }, rowsLeft, 0, 0)
          : pacedMs(progress.pace, rowsLeft, read - resumedAt, nowMs - startedAtMs)
        : rate > 0
          ? (rowsLeft * 1000) / rate
          : undefined
  const left = leftMs === undefined ? '' : `, ${timeLeft(leftMs)} left`
  const failures = failed > 0 ? `, ${count(failed)} failed` : ''
  return `${label}: ${known ? `${count(read)} of ${counted(expected, 'row')}` : counted(read, 'row')}${percent}, ${count(Math.round(rate))}/s${left}${failures}`
}
