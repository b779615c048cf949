import { EntrapipeError, isCode } from '../../core/errors.ts'
import type { RunInfo } from '../../store/types.ts'
import type { Cli } from '../cli.ts'
import { connect } from '../running/connect.ts'
import { exportPlan, type ExportParams } from '../../catalogue/exports/export-plan.ts'
import { exportKinds, type ExportKind } from '../../catalogue/exports/kinds.ts'
import { loadPipeline } from '../../catalogue/pipeline-file.ts'
import { runLoaded } from '../pipelines/run-loaded.ts'
import { runPlan } from '../running/run-plan.ts'
import { version } from '../version.ts'
import { withFix } from '../report/way-on.ts'
import { commandOf } from './command-of.ts'

interface ResumeOptions {
  readonly force?: boolean
  readonly quiet?: boolean
}

/** Makes the plan of a run again from its pipeline and params, and goes on with it. */
export const resumeRun = async (id: string, options: ResumeOptions, cli: Cli): Promise<void> => {
  const store = await cli.store()
  const info = store.get(id)
  if (!info.resumable || (info.status !== 'interrupted' && info.status !== 'failed'))
    throw new EntrapipeError(
      'RUN_NOT_RESUMABLE',
      `Run ${info.id} cannot be gone on with: it is ${info.status}${info.resumable || info.status === 'done' ? '' : ', and what it wrote could not be kept'}.`,
      { facts: { run: info.id, status: info.status } },
    )
  // A relative path of the run means what it meant where it began.
  const cwd = store.read(info.id, run => run.loadNote('cwd'))
  const there: Cli = typeof cwd === 'string' ? { ...cli, environment: { ...cli.environment, cwd } } : cli
  try {
    await goOn(info, options, there)
  } catch (error) {
    throw withStart(error, info)
  }
}

/** Whoever goes on by a run's id has no --fresh to give. */
const withStart = (error: unknown, info: RunInfo): unknown => {
  if (!isCode(error, 'RUN_CHANGED') && !isCode(error, 'PARTIAL_CHANGED')) return error
  const start = `start over with \`${commandOf(info)}\`.`
  return withFix(
    error,
    error.fix?.includes('--force') ? `Go on all the same with --force, or ${start}` : start.replace(/^s/, 'S'),
  )
}

const goOn = async (info: RunInfo, options: ResumeOptions, there: Cli): Promise<void> => {
  const params = info.params as { readonly [name: string]: unknown }
  const what = exportKinds.find(kind => info.pipeline === `export ${kind}`)
  if (what) return resumeExport(info, what, params as unknown as ExportParams, options, there)
  const loaded = await loadPipeline(info.pipeline, there.environment)
  await runLoaded(
    loaded,
    params,
    { tenant: info.tenant?.name, auth: undefined },
    { ...options, resume: info.id },
    there,
  )
}

const resumeExport = async (
  info: RunInfo,
  what: ExportKind,
  params: ExportParams,
  options: ResumeOptions,
  cli: Cli,
): Promise<void> => {
  const graph = await connect({ tenant: info.tenant?.name, auth: undefined }, cli, options.quiet)
  await runPlan(
    {
      pipeline: info.pipeline,
      label: what,
      params: info.params,
      plan: exportPlan(what, params, { stdout: cli.stdout }),
      graph,
      codeHash: version,
      force: options.force,
      quiet: options.quiet,
      resume: info.id,
    },
    cli,
  )
}
