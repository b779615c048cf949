import type { Graph } from '../../core/graph.ts'
import type { Json } from '../../core/json.ts'
import { partialOf } from '../../core/sidecars.ts'
import { nameOfTarget } from '../../core/targets.ts'
import { execute } from '../../engine/execute.ts'
import type { RunEnd, RunRequest } from '../../engine/run-request.ts'
import { isChangeSink } from '../../engine/changes/change-rows.ts'
import { phasesIn, type Plans } from '../../engine/phases.ts'
import { newProgress, type RunEvent } from '../../engine/progress.ts'
import { destinationAt } from '../../places/place-to.ts'
import type { Cli } from '../cli.ts'
import type { Credentials } from '../credentials/open-credentials.ts'
import { isDrawnByAnother, isIntoFile, progressLine } from './progress-line.ts'
import { failureReasons } from '../report/failure-reasons.ts'
import { report, statusOf } from '../report/report.ts'
import { version } from '../../core/version.ts'
import { withNextStep } from '../report/next-step.ts'
import { counted, duration, minute } from '../report/words.ts'
import { given } from '../../core/given.ts'
import { toldLines } from '../changes/decision-lines.ts'
import type { OpenChanging } from '../changes/open-changing.ts'

interface PlannedRun {
  readonly pipeline: string
  /** Start of the progress line. */
  readonly label: string
  readonly params: Json
  readonly plan: Plans
  readonly checked: NonNullable<RunRequest['checked']>
  readonly graph?: Graph | undefined
  /** How the directory is changed, if it is. */
  readonly changes?: OpenChanging | undefined
  /** Where passwords and passes go that it makes. */
  readonly credentials?: Credentials | undefined
  readonly codeHash: string
  readonly fresh?: boolean | undefined
  readonly force?: boolean | undefined
  readonly resume?: string | undefined
  readonly retry?: RunRequest['retry'] | undefined
  readonly notes?: RunRequest['notes']
  readonly maxFailed?: RunRequest['maxFailed'] | undefined
  readonly maxDrift?: RunRequest['maxDrift'] | undefined
  readonly quiet?: boolean | undefined
  /** Shows only how many rows failed: the rows themselves are the output. */
  readonly brief?: boolean | undefined
}

/** Runs a plan, shows its progress, reports its end, and sets the exit status in `cli`. */
export const runPlan = async (planned: PlannedRun, cli: Cli): Promise<RunEnd> => {
  const { graph, fresh, force, resume, quiet = false, brief = false } = planned
  const progress = newProgress(cli.clock.now())
  cli.watch?.begins(progress, () => graph?.usage())
  const store = await cli.store()
  const isStill = quiet || (brief && !isIntoFile(cli)) || isDrawnByAnother(planned.plan, cli)
  const line = progressLine(progress, planned.label, cli, isStill, () => graph?.usage().bound)
  let run: string | undefined
  const changed =
    planned.changes &&
    (await import('../changes/change-run.ts')).changeRun(
      {
        ...planned.changes,
        pipeline: planned.pipeline,
        credentials: planned.credentials,
        progress,
        store,
        phases: phasesIn(planned.plan)
          .filter(({ plan }) => isChangeSink(plan.sink))
          .map(({ name }) => name),
        run: () => run,
        asking: line.during,
        say(text) {
          line.clear()
          cli.say(text)
        },
      },
      cli,
    )
  const stopping = (): void => {
    if (!progress.sending || quiet || cli.json()) return
    line.clear()
    cli.say(`Stopping run ${run} once the requests in flight have ended. A second Ctrl-C ends it at once.`)
  }
  cli.signal.addEventListener('abort', stopping)
  try {
    const end = await execute({
      pipeline: planned.pipeline,
      params: planned.params,
      plan: planned.plan,
      checked: planned.checked,
      codeHash: planned.codeHash,
      ...given({ graph }),
      ...changed?.request,
      ...(fresh ? { fresh } : {}),
      ...(force ? { force } : {}),
      ...given({ resume, retry: planned.retry, notes: planned.notes }),
      ...given({ maxFailed: planned.maxFailed, maxDrift: planned.maxDrift, spread: cli.spread }),
      store,
      places: destinationAt,
      clock: cli.clock,
      environment: cli.environment,
      signal: cli.signal,
      version,
      // What is watched is a job: those who see it need not know this machine.
      ...(cli.watch && { namesOnly: true }),
      progress,
      onEvent(event) {
        if ('run' in event) run = event.run
        cli.watch?.event(event)
        if (event.event === 'superseded') changed?.superseded(event.other)
        const said = quiet || brief || cli.json() ? undefined : words(event, planned, cli)
        if (said === undefined) return
        line.clear()
        cli.say(said)
      },
    } satisfies RunRequest)
    line.stop()
    const anyFailed = (end.manifest?.counts.failed ?? 0) > 0 && (!quiet || cli.json())
    const failures = anyFailed ? await store.read(end.run, failureReasons) : undefined
    if (changed) await changed.ended(end, failures)
    else report(end, cli, quiet ? 'quiet' : brief ? 'brief' : 'full', failures)
    cli.exit(statusOf(end))
    cli.watch?.ended(end)
    return end
  } catch (error) {
    line.stop()
    await changed?.failed(error)
    throw await withNextStep(error, run, store)
  } finally {
    cli.signal.removeEventListener('abort', stopping)
    line.stop()
  }
}

const minuteMs = 60_000

/** The rows of a folder are in its parts. */
const left = (name: string): string => (name.endsWith('/') ? name : partialOf(name))

const words = (event: RunEvent, { resume }: PlannedRun, cli: Cli): string | undefined => {
  switch (event.event) {
    case 'resumed': {
      const agoMs = cli.clock.now() - event.startedAtMs
      const begun = agoMs < minuteMs ? '' : `, started ${duration(agoMs)} ago`
      const after = event.rows === 0 ? 'from the first row' : `after ${counted(event.rows, 'row')}`
      const instead = resume === undefined ? ' (--fresh starts over)' : ''
      return `Resuming run ${event.run}${begun}, ${after}${instead}.`
    }
    case 'discarding':
      return `Discarding the unfinished run ${event.other} and its ${counted(event.rows, 'row')} in ${left(nameOfTarget(event.target))}: this run writes to the same place.`
    case 'superseded':
      return `Run ${event.other} was unfinished, and this run supersedes it: ${counted(event.done, 'row')} of it ${event.done === 1 ? 'is' : 'are'} done${event.changes > event.done ? ` (${counted(event.changes, 'change')} in all)` : ''}, and the others are never sent.`
    case 'started-over':
      return `Starting over: ${event.why}.`
    case 'slow':
      return event.rows === undefined || event.takesMs === undefined
        ? `${event.why}. Every page is a checkpoint.`
        : `${event.why}: ${counted(event.rows, 'row')} take about ${duration(event.takesMs)}. Every page is a checkpoint.`
    case 'not-resumable':
      return event.asWritten ? undefined : `If it is interrupted, this run has to start over: ${event.why}.`
    case 'waiting':
      return `Waiting ${duration(event.ms)} until the directory shows what was changed from here moments ago.`
    case 'pausing':
      return `Sending nothing until ${minute(event.untilMs)} UTC: ${event.why === 'wave' ? 'a wave is over' : 'the window is closed'}. Ctrl-C ends this process; the run can then be resumed.`
    case 'noted':
      return event.note
    case 'told':
      return toldLines(event)?.join('\n')
    case 'started':
    case 'continued':
      return undefined
  }
}
