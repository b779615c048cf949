import { EntrapipeError, isCode } from '../../core/errors.ts'
import type { Json } from '../../core/json.ts'
import type { OutcomeCounts } from '../../core/result.ts'
import { given } from '../../core/given.ts'
import { auditHead } from '../../engine/changes/auditing.ts'
import { undoableIn } from '../../engine/changes/can-undo.ts'
import { countRows } from '../../engine/changes/count-rows.ts'
import type { Preview } from '../../engine/changes/tally.ts'
import { licensingTold, type LicensingTold } from '../../catalogue/group-licences/processing.ts'
import { keptTold } from '../../catalogue/syncs/surplus.ts'
import { loadInputs } from '../../engine/run-inputs.ts'
import type { Progress } from '../../engine/progress.ts'
import type { RunEnd, RunRequest } from '../../engine/run-request.ts'
import type { Store } from '../../store/store.ts'
import { organizationOf, type Organization } from '../../tenants/organization.ts'
import type { Cli } from '../cli.ts'
import { earlierRuns } from '../credentials/earlier-runs.ts'
import { handOut } from '../credentials/hand-out.ts'
import { credentialLines, handOutCommand, knownCredentials } from '../credentials/left.ts'
import type { Credentials } from '../credentials/open-credentials.ts'
import { printLines } from '../command-line/print.ts'
import { tell as tellError } from '../command-line/tell.ts'
import type { FailureReasons } from '../report/failure-reasons.ts'
import { mostFrequent } from '../report/failure-reasons.ts'
import { impactPreview, impactsTold } from '../licenses/impact-preview.ts'
import { decisionsIn } from './decision-lines.ts'
import { resumeCommand } from '../report/next-step.ts'
import { canAsk, confirm } from './confirm.ts'
import { namesIn } from './sample-names.ts'
import { afterwards } from './meanings.ts'
import { estimateOf } from './estimate.ts'
import type { OpenChanging } from './open-changing.ts'
import { offboardingTold } from '../../catalogue/offboarding/leavers.ts'
import { directoryName, previewLines, type Previewed } from './preview-lines.ts'
import { dryStops, someFailed } from './dry-stops.ts'
import { hasInput } from '../../engine/results/layouts.ts'
import { pausedLine } from '../runs/pace-lines.ts'
import { writeResults } from '../runs/write-results.ts'
import { counted, quotedPath } from '../report/words.ts'
import { retryOf } from './retry-of.ts'
import { resultsCommand, writeAtEnd } from './write-at-end.ts'
import { writePlan } from './write-plan.ts'
import {
  auditLine,
  nextLines,
  summaryLines,
  summaryOf,
  uncheckedLine,
  type ChangeCounts,
  type Summary,
} from './summary.ts'

interface ChangeRunOptions extends OpenChanging {
  /** Name of the pipeline. */
  readonly pipeline: string
  /** Phases that change the directory. */
  readonly phases: readonly string[]
  readonly progress: Progress
  readonly store: Store
  /** Where passwords and passes go that it makes. */
  readonly credentials?: Credentials | undefined
  /** Prints lines on stderr, above the progress. */
  readonly say: (line: string) => void
  /** Shows no progress while a question is open. */
  readonly asking: (ask: () => Promise<void>) => Promise<void>
  /** Id of the run, once it has one. */
  readonly run: () => string | undefined
}

/** What is reported beside the numbers. */
interface Told {
  /** An error ended the run, and is reported after the summary. */
  readonly error?: EntrapipeError | undefined
  readonly isError?: boolean
  readonly failures?: FailureReasons | undefined
  readonly notes?: readonly string[] | undefined
  /** What changes of licences would do. */
  readonly impacts?: readonly Json[] | undefined
}

/** How a run that changes the directory asks before, and reports at its end. */
interface ChangeRun {
  readonly request: Pick<RunRequest, 'operations' | 'changing'>
  /** Called with the id of a run that this one supersedes. */
  readonly superseded: (run: string) => void
  readonly ended: (end: RunEnd, failures: FailureReasons | undefined) => Promise<void>
  readonly failed: (error: unknown) => Promise<void>
}

/** The name and domains of the directory; undefined without the permission to read them. */
const readable = async ({ graph }: OpenChanging, cli: Cli): Promise<Organization | undefined> => {
  try {
    return await organizationOf(graph, cli.signal)
  } catch (error) {
    if (isCode(error, 'NOT_PERMITTED')) return undefined
    throw error
  }
}

/** Everything around a run that changes the directory: preview, question, results, summary. */
export const changeRun = (options: ChangeRunOptions, cli: Cli): ChangeRun => {
  const { graph, operations, changing, quotas, progress, store, say } = options
  const { protection } = changing
  const { quiet = false, yes = false, results, plan, impactReport: reports = [] } = options.options
  const { onlooker, report } = impactPreview({ ...options, prices: options.prices, reports }, cli)
  const previewed = async (preview: Preview, outcomes: OutcomeCounts): Promise<Previewed> => {
    const by = await resultsBy(store, options.run())
    const { ROWS_CONFLICT: conflicts = 0, ON_PREMISES: mastered = 0, PLANS_CONFLICT: knownConflicts = 0 } = by
    return {
      tenant: graph.tenant,
      organization: await readable(options, cli),
      preview,
      outcomes,
      conflicts,
      mastered,
      knownConflicts,
      estimate: estimateOf(preview, quotas),
      operations,
    }
  }
  const shownNotes = new Set<string>()
  const ended: string[] = []
  const earlier = earlierRuns({ store, operations, credentials: options.credentials, cli })
  const unchecked = new Set<string>()
  const countsOf = async (run: string): Promise<ChangeCounts> => {
    const counts = await store.read(run, reader => countRows(reader, options.phases))
    return { rows: Object.values(counts).reduce((sum, many) => sum + many, 0), ...counts }
  }
  const show = async (shown: Previewed): Promise<void> => {
    for (const note of [...shown.preview.notes, ...shown.preview.unchecked.map(uncheckedLine)]) shownNotes.add(note)
    previewLines(shown, await namesIn(shown.preview, graph, cli.signal)).forEach(say)
  }

  const toldIn = (run: string, name: string): Promise<Json | undefined> =>
    store.read(run, reader => reader.loadNote(`told/${name}`))

  const tell = async (
    summary: Summary,
    { failures, notes = [], impacts = [], isError = false, error }: Told = {},
  ): Promise<void> => {
    cli.watch?.summed(summary)
    if (cli.json()) {
      const { decisions } = await store.read(summary.run, decisionsIn)
      const licensing = await toldIn(summary.run, licensingTold)
      const more = given({ decisions, licensing, offboarding: await toldIn(summary.run, offboardingTold) })
      return printLines(cli, [JSON.stringify({ ...summary, ...impactsTold(impacts), ...more })])
    }
    if (quiet) return
    const head = await store.read(summary.run, auditHead)
    // Nothing was sent, so the error says all.
    if (head === undefined && isError) return
    summaryLines(summary).forEach(say)
    for (const note of [...notes, ...[...unchecked].map(uncheckedLine)]) if (!shownNotes.has(note)) say(note)
    if (failures) say(mostFrequent(failures))
    if (summary.continuesAt !== undefined) say(await store.read(summary.run, pausedLine))
    if (head !== undefined) say(auditLine(head))
    const retry = await store.read(summary.run, reader => retryOf(reader, options.phases))
    const resume = await resumeCommand(store, summary.run, error)
    const undoable = await store.read(summary.run, reader => undoableIn(reader, options.phases, operations))
    const credentialsIn = async (run: string) => {
      const info = await store.get(run)
      return store.read(run, reader => knownCredentials(reader, info, operations))
    }
    // Nobody looks at a superseded run again, and what it has not handed out is known to nobody.
    for (const run of ended) {
      const left = await credentialsIn(run)
      if (left) credentialLines(run, { ...left, handedOut: [] }).forEach(say)
    }
    const credentials = await credentialsIn(summary.run)
    if (credentials) credentialLines(summary.run, credentials).forEach(say)
    const saysNothing = isError || summary.continuesAt !== undefined
    ;(await earlier.lines(saysNothing || credentials !== undefined)).forEach(say)
    if (summary.counts.done > 0) afterwards(options.pipeline, summary.run).forEach(say)
    nextLines({ ...summary, retry, resume, undoable, hasInput: hasInput(options) }).forEach(say)
  }
  const writeAll = async (run: string): Promise<void> => {
    if (results !== undefined) await writeResults(store, run, {}, { to: results, option: '--results' }, cli)
  }
  /** Tells what could not be written at the end, after the summary: the run has ended all the same. */
  const tellUnwritten = (unwritten: readonly unknown[]): void => {
    for (const error of unwritten) cli.exit(tellError(error, cli))
  }
  return {
    superseded: run => void ended.push(run),
    request: {
      operations,
      changing: {
        ...changing,
        onlooker,
        ...(options.credentials && {
          outputs: [...(changing.outputs ?? []), { what: '--credentials', path: options.credentials.path }],
        }),
        ...(protection && {
          async protection() {
            const found = await protection()
            found.unchecked.forEach(what => unchecked.add(what))
            return found
          },
        }),
        ...(plan !== undefined && {
          async planned(rows) {
            const info = await store.get(options.run()!)
            const [like] = await store.read(info.id, loadInputs)
            const head = await writePlan({ to: plan, info, graph, like, rows }, cli)
            say(
              `Wrote ${plan}: ${counted(head.rows, 'row')}.${head.rows === 0 ? '' : ` To make these changes: entrapipe apply ${quotedPath(plan)} --tenant ${graph.tenant.name}`}`,
            )
            return head.sha256
          },
        }),
        ...(!yes && {
          async confirm(preview, hasSent) {
            const shown = await previewed(preview, progress.outcomes)
            await report(preview)
            if (canAsk(cli)) await show(shown)
            await options.asking(() => confirm({ preview, hasSent }, directoryName(shown), cli))
          },
        }),
      },
    },
    async ended(end, failures) {
      const { credentials } = options
      const made = changing.dryRun ? 'The dry run is done' : 'The changes are made'
      const unwritten = [
        ...(credentials && end.end === 'done' && !changing.dryRun
          ? await writeAtEnd(() => handOut(store, end.run, credentials, operations, cli), {
              run: end.run,
              what: `${made}, but the credentials`,
              command: handOutCommand(end.run),
            })
          : []),
        ...(changing.dryRun ? [] : await earlier.handOut(end.run, ended)),
        ...(await writeAtEnd(() => writeAll(end.run), {
          run: end.run,
          what: `${made}, but the results`,
          command: resultsCommand(end.run),
        })),
      ]
      const preview = end.changes?.preview
      const counts = await countsOf(end.run)
      const shown = changing.dryRun && preview ? await previewed(preview, counts) : undefined
      const { untouched, notes: told } = await store.read(end.run, decisionsIn)
      const licensing = (await toldIn(end.run, licensingTold)) as LicensingTold | undefined
      const left = untouched + Number((await toldIn(end.run, keptTold)) ?? 0) + (licensing?.inError ?? 0)
      if (left + counts.skipped > 0) cli.exit(someFailed)
      const notes = [...(end.manifest?.notes ?? []), ...told]
      const stops = dryStops(plan === undefined ? shown : undefined, quiet, cli)
      if (shown && !quiet && !cli.json()) await show(shown)
      if (shown) await report(shown.preview)
      await tell(
        summaryOf({
          run: end.run,
          tenant: graph.tenant.name,
          counts,
          unchecked: [...unchecked],
          pausedUntil: end.changes?.pausedUntil,
          dueMs: counts.waiting > 0 ? (await store.get(end.run)).dueAt : undefined,
          left,
          notes,
          ...given({ error: stops[0]?.code }),
          ...(shown && { estimate: shown.estimate, stops: shown.preview.stops }),
        }),
        { failures, notes, impacts: shown?.preview.impacts },
      )
      tellUnwritten(unwritten)
    },
    async failed(error) {
      const run = options.run()
      if (run === undefined) return
      const known = error instanceof EntrapipeError ? error : undefined
      const code = known?.code ?? 'INTERNAL'
      const counts = await countsOf(run)
      const unwritten = await writeAtEnd(() => writeAll(run), {
        run,
        what: 'The results',
        command: resultsCommand(run),
      })
      await tell(summaryOf({ run, tenant: graph.tenant.name, counts, error: code, unchecked: [...unchecked] }), {
        isError: true,
        error: known,
      })
      tellUnwritten(unwritten)
    },
  }
}

/** Numbers of rows that failed or were skipped, by their codes. */
const resultsBy = async (store: Store, run: string | undefined): Promise<Readonly<Record<string, number>>> => {
  const found: Record<string, number> = {}
  if (run === undefined) return found
  return store.read(run, async reader => {
    for (let after = 0; ;) {
      const failed = await reader.readResults({ after, outcomes: ['failed', 'skipped'] })
      const last = failed.at(-1)
      if (!last) return found
      for (const { code = '' } of failed) found[code] = (found[code] ?? 0) + 1
      after = last.sequence
    }
  })
}
