import { loadNoted } from '../../catalogue/load-pipeline.ts'
import { EntrapipeError, isCode } from '../../core/errors.ts'
import type { Json } from '../../core/json.ts'
import { dryRunNote } from '../../engine/changes/run-notes.ts'
import { undoOf } from '../../engine/changes/undos.ts'
import { supersededError } from '../../engine/changes/superseding.ts'
import { isUnfinished } from '../../store/prune.ts'
import type { Store } from '../../store/store.ts'
import { isGivenUp, type RunInfo } from '../../store/types.ts'
import type { TenantWish } from '../../tenants/choose-tenant.ts'
import type { RunRequest } from '../../engine/run-request.ts'
import type { Cli } from '../cli.ts'
import type { ChangeOptions } from '../options/change-options.ts'
import type { RunOptions } from '../options/run-options.ts'
import type { TenantOptions } from '../options/tenant-options.ts'
import { withFix } from '../report/next-step.ts'
import { runPipeline, wishNote } from '../running/run-pipeline.ts'
import { cancelUndoneBy } from './cancel-waiting.ts'
import { commandOf, startOverCommand } from './command-of.ts'
import { duePipeline } from './due-state.ts'

/** Options of `runs resume`. */
export interface ResumeOptions extends ChangeOptions, Pick<RunOptions, 'maxDrift'> {
  readonly force?: boolean
  readonly auth?: TenantOptions['auth']
  /** Outcomes of rows that are sent or decided again, also in a run that has ended. */
  readonly retry?: RunRequest['retry']
}

/** Makes the plan of a run again from its pipeline and parameters, and resumes it; in a dry run, it only previews what is left. */
export const resumeRun = async (id: string, options: ResumeOptions, cli: Cli): Promise<void> => {
  const store = await cli.store()
  const info = await store.get(id)
  // A run in progress is refused later, when its lease is acquired: that error names the process that holds it.
  const isRetried = options.retry !== undefined && info.writes === true && !isGivenUp(info)
  const wanted = options.retry === undefined ? 'resumed' : 'retried'
  if (info.status === 'superseded') throw supersededError(info.id, info.error!.message)
  if (info.status !== 'running' && !isUnfinished(info) && !isRetried)
    throw info.writes && info.status === 'discarded' ? wasDiscarded(info, wanted) : await notResumable(info, wanted)
  const { cwd, wish, isDry } = await store.read(info.id, async run => ({
    cwd: await run.loadNote('cwd'),
    wish: await run.loadNote(wishNote),
    isDry: (await run.loadNote(dryRunNote)) === true,
  }))
  if (isDry) throw wasDry(info)
  if (!options.dryRun) await expectNotUndone(store, info)
  // Relative paths are resolved from the folder where the run began.
  const there: Cli =
    typeof cwd === 'string' && !cli.isElsewhere ? { ...cli, environment: { ...cli.environment, cwd } } : cli
  const loaded = await loadNoted(info.pipeline)
  try {
    const params = info.params as { readonly [name: string]: unknown }
    const { auth, ...more } = options
    const noted = wishOf(wish, info)
    await runPipeline(
      loaded,
      params,
      auth === undefined ? noted : { tenant: noted.tenant ?? info.tenant?.id, auth },
      { ...more, resume: info.id },
      there,
    )
  } catch (error) {
    throw withAgain(withStart(error, info, commandOf(info, loaded)), info, options)
  }
  if (!options.dryRun && options.plan === undefined) await cancelUndoneBy(store, info, cli)
}

const notResumable = async (info: RunInfo, wanted: string): Promise<EntrapipeError> => {
  const { id, status, resumable } = info
  const isLost = status === 'failed' && !resumable
  return new EntrapipeError(
    'RUN_NOT_RESUMABLE',
    `Run ${id} cannot be ${wanted}: ${isLost ? 'it failed, and left nothing to continue from' : `it is ${status}`}.`,
    { facts: { run: id, status }, ...(isLost && { fix: `Start over with \`${await startOverCommand(info)}\`.` }) },
  )
}

const wasDiscarded = ({ id }: RunInfo, wanted: string): EntrapipeError =>
  new EntrapipeError('RUN_NOT_RESUMABLE', `Run ${id} cannot be ${wanted}: it was discarded.`, {
    facts: { run: id, status: 'discarded' },
    fix: `Run its command again: rows that were performed are then found unchanged. \`entrapipe runs show ${id}\` has it and what can be undone.`,
  })

const wasDry = ({ id }: RunInfo): EntrapipeError =>
  new EntrapipeError('RUN_NOT_RESUMABLE', `Run ${id} was a dry run, so it has no changes to send.`, {
    facts: { run: id },
    fix: 'Run the command itself, without --dry-run.',
  })

/**
 * A run that makes what waited in a run that somebody undoes would take away again what is given back.
 *
 * @throws EntrapipeError `RUN_ACTIVE`, `RUN_UNFINISHED`
 */
const expectNotUndone = async (store: Store, { id, pipeline, params }: RunInfo): Promise<void> => {
  if (pipeline !== duePipeline) return
  const origin = String((params as { readonly run?: string }).run)
  const undo = await undoOf(store, { id: origin }).catch((error: unknown) => {
    if (isCode(error, 'RUN_UNKNOWN')) return undefined
    throw error
  })
  if (!undo) return
  throw new EntrapipeError(
    undo.state === 'running' ? 'RUN_ACTIVE' : 'RUN_UNFINISHED',
    `Run ${id} makes what waited in run ${origin}, which run ${undo.id} ${undo.state === 'running' ? 'is undoing' : undo.state === 'done' ? 'has undone' : 'has begun to undo'}, so it is not resumed.`,
    {
      facts: { run: undo.id },
      fix: `Discard it with \`entrapipe runs discard ${id}\`, and undo what it has made with \`entrapipe runs undo ${id}\`.`,
    },
  )
}

/** If no tenant was named, uses the run's own tenant: the configuration may have more tenants by now. */
const wishOf = (noted: Json | undefined, { tenant }: RunInfo): Pick<TenantWish, 'tenant' | 'auth'> => {
  const { auth, ...wish } = (noted ?? {}) as {
    readonly tenant?: string | null
    readonly auth?: TenantWish['auth'] | null
  }
  return { tenant: wish.tenant ?? (auth ? undefined : tenant?.name), auth: auth ?? undefined }
}

/** Before the run itself continues, only the command knows how it is continued. */
const withAgain = (error: unknown, { id }: RunInfo, { dryRun, retry }: ResumeOptions): unknown =>
  (isCode(error, 'INTERRUPTED') || isCode(error, 'TERMINATED')) && error.fix === undefined && !dryRun
    ? withFix(error, `Continue with \`entrapipe runs ${retry ? 'retry' : 'resume'} ${id}\`.`)
    : error

/** `runs resume` has no --fresh, so the fix names the command that starts over. */
const withStart = (error: unknown, info: RunInfo, command: string): unknown => {
  if (!isCode(error, 'RUN_CHANGED') && !isCode(error, 'PARTIAL_CHANGED')) return error
  return withFix(
    error,
    error.fix?.includes('--force')
      ? `Resume it anyway with --force, or start over with \`${command}\`.`
      : `Start over with \`${command}\`.`,
  )
}
