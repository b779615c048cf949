import { open } from 'node:fs/promises'
import { join, sep } from 'node:path'
import type { Depot } from '../../core/depot.ts'
import { absolute } from '../../core/absolute.ts'
import { EntrapipeError, isCode } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { ChildFleet, ChildOrder, FromChild, ToChild } from '../../jobs/child-messages.ts'
import { readMessages, sendMessage } from '../../jobs/message-lines.ts'
import { dryRunNote } from '../../engine/changes/run-notes.ts'
import { loadBuiltIn, loadNoted } from '../../catalogue/load-pipeline.ts'
import { makePlan } from '../../catalogue/make-plan.ts'
import { readyPhases, usesGraphIn } from '../../engine/phases.ts'
import { jobNote } from '../../jobs/job-note.ts'
import type { Store } from '../../store/store.ts'
import { findConfig } from '../../tenants/find-config.ts'
import type { Cli } from '../cli.ts'
import type { ChangeOptions } from '../options/change-options.ts'
import { runPipeline } from '../running/run-pipeline.ts'
import { dueRun } from '../runs/due-runs.ts'
import { resumeRun } from '../runs/resume-run.ts'
import { undoRun } from '../runs/undo-run.ts'
import { expectCode, expectInputs, hasOpenRows, isHere, isSpread, mayStartOver, rowsRead } from './elsewhere.ts'
import { atPlaces } from './at-places.ts'
import { fetchAgain, fetchInputs, hasOutputs, outputsLost, sendOutputs } from './depot-files.ts'
import { endedBefore, type EndedBefore } from './ended-before.ts'
import { watchRun } from './watch-run.ts'

/** Runs the job that comes through stdin, and tells through stdout how far it is. Ends as an interrupted command when stdin ends. */
export const runJob = async (caller: Cli): Promise<void> => {
  const stopped = new AbortController()
  const stop = (why: string): void => stopped.abort(new EntrapipeError('TERMINATED', why))
  let take: (order: ChildOrder) => void
  const coming = new Promise<ChildOrder>(resolve => (take = resolve))
  const reading = readMessages(caller.stdin, message => {
    const told = message as ToChild
    if (told.type === 'order') take(told.order)
    else stop(told.type === 'cancel' ? 'The job was cancelled.' : 'The worker is stopping.')
  }).then(() => stop('The process that started this one has ended.'))
  let tidied = (message: FromChild): FromChild => message
  const send = (message: FromChild): Promise<void> => sendMessage(caller.stdout, tidied(message))
  const told = await Promise.race([coming, reading.then(() => undefined)])
  if (!told) throw stopped.signal.reason as Error
  let order = told
  const signal = AbortSignal.any([caller.signal, stopped.signal])
  const watch = watchRun({ notes: { [jobNote]: order.job }, clock: caller.clock, writes: order.writes, send })
  let fleet: Awaited<ReturnType<typeof openFleetStore>> | undefined
  try {
    fleet = order.fleet && (await openFleetStore(order.fleet, caller))
    const store = fleet?.store
    const depot = fleet?.depot
    const { params, hidden } = await atPlaces(told, caller)
    order = { ...told, params }
    if (depot) hidden.set(join(depot.folder, sep), '')
    if (hidden.size > 0) tidied = message => withoutPaths(message, hidden)
    const cli: Cli = {
      ...{ ...caller, signal, watch: watch.watch, json: () => false },
      ...(depot && (await inFolderOf(depot, caller))),
      ...(store && { store: async () => store }),
      ...(fleet && {
        spread: given({
          announce: (shards: number) => void send({ type: 'spread', shards }),
          share: order.share,
        }),
      }),
    }
    const before = await perform(order, cli, send, depot)
    if (depot) await sendOutputs(depot, order.params, order.planTo === undefined)
    watch.stop()
    if (before) await send({ type: 'summary', summary: before.summary })
    await send(before?.end ?? watch.end())
  } catch (error) {
    watch.stop()
    // Rejected rows and reports, also of a run that failed. Why it failed is more important than why they cannot be sent.
    if (fleet?.depot) await sendOutputs(fleet.depot, order.params, false).catch(() => undefined)
    const { code, message, fix } =
      error instanceof EntrapipeError ? error : { code: 'INTERNAL', message: String(error), fix: undefined }
    const isCutOff = order.fleet !== undefined && isLost(error) ? true : undefined
    await send({ type: 'error', error: { code, message, ...given({ fix }) }, ...given({ isCutOff }) })
    throw error
  } finally {
    await fleet?.close()
  }
}

/** Paths of a job are relative to the copies of its files. The configuration is that of the folder where the worker was started. */
const inFolderOf = async ({ folder }: Depot, { environment, config }: Cli) => {
  const file = await findConfig(environment, config())
  return { environment: { ...environment, cwd: folder }, config: () => file, isElsewhere: true }
}

/** Who reads a message has other folders for copies, and knows places by their names. @param hidden what stands for each path */
const withoutPaths = (message: FromChild, hidden: ReadonlyMap<string, string>): FromChild => {
  const text = JSON.stringify(message)
  let tidy = text
  for (const [path, name] of hidden) tidy = tidy.replaceAll(JSON.stringify(path).slice(1, -1), name)
  return tidy === text ? message : (JSON.parse(tidy) as FromChild)
}

/** Whether a process of a fleet lost its database, or its run to another worker. */
const isLost = (error: unknown): boolean =>
  isCode(error, 'LEASE_LOST') ||
  (isCode(error, 'STORE_UNUSABLE') && /^(?:undefined|57|08)/.test(String(error.facts['sqlstate'])))

const openFleetStore = async ({ files, pace }: ChildFleet, { environment, clock }: Cli) => {
  const { openFleetStore: open } = await import('../server/fleet-store.ts')
  const url = environment.variable('DATABASE_URL')
  if (url === undefined) throw new EntrapipeError('INTERNAL', 'The process of a job has no DATABASE_URL.')
  return open({ url, files, environment, clock, connections: 4, ...given({ pace }) })
}

/** Runs the job. Returns how its run ended, if it had ended before. */
const perform = async (
  order: ChildOrder,
  cli: Cli,
  send: (message: FromChild) => Promise<void>,
  depot: Depot | undefined,
): Promise<EndedBefore | undefined> => {
  const { work, plan, planTo, tenant, params, pipeline, writes } = order
  const isDry = order.options['dryRun'] === true || planTo !== undefined
  const yes = writes && !isDry ? { yes: true } : {}
  const options: ChangeOptions = {
    ...(order.options as ChangeOptions),
    ...yes,
    ...given({ plan: planTo }),
    quiet: true,
  }
  // What only has an effect when a run begins.
  const { fresh: _, dryRun: __, plan: ___, ...later } = options
  if (order.share !== undefined) {
    if (depot) await fetchInputs(depot, order)
    await runNoted(order, options, cli)
    return undefined
  }
  if (work.kind === 'run' && order.code !== undefined) expectCode(await loadNoted(pipeline), order)
  const store = await cli.store()
  const run = isDry ? undefined : (order.run ?? (await runOf(order, store)))
  const before = run === undefined ? undefined : await endedBefore(store, run)
  const isLost = before && depot && !(await hasOutputs(depot, params))
  if (isLost && writes) throw outputsLost(run!)
  if (before && !isLost) return before
  if (depot) await fetchInputs(depot, order)
  else await expectInputs(order, cli.signal)
  const continued = run ?? ('run' in work ? work.run : undefined)
  if (depot && continued !== undefined) await fetchAgain(depot, (await store.get(continued)).params)
  if (run !== undefined) {
    const isResumed = order.fleet === undefined || writes || isHere(run, store) || (await isSpread(run, store))
    try {
      if (isResumed && !isLost) {
        // Its process may have died before the rows were open again.
        const retry = work.kind === 'retry' && !(await hasOpenRows(run, store)) ? { retry: work.outcomes } : {}
        return void (await resumeRun(run, { ...later, ...retry }, cli))
      }
    } catch (error) {
      if (order.fleet === undefined || work.kind !== 'run' || !(await mayStartOver(error, run, store))) throw error
    }
    // What it keeps on its machine is on another one.
    await send({ type: 'read-again', rows: await rowsRead(run, store) })
    await runNoted(order, { ...options, fresh: true }, cli)
    // Its file had another path, so the new run did not find it. What cannot be discarded now is removed with old runs.
    if (depot && before === undefined) await store.discard(run).catch(() => undefined)
    return undefined
  }
  if (plan) await expectPlan(plan, cli)
  await (work.kind === 'retry'
    ? resumeRun(work.run, { ...later, retry: work.outcomes }, cli)
    : work.kind === 'undo' && !plan
      ? undoRun(work.run, { ...options, tenant }, cli)
      : work.kind === 'due'
        ? dueRun(work.run, { ...options, tenant }, cli)
        : plan
          ? runPipeline(await loadBuiltIn('apply'), { plan: plan.path }, { tenant }, later, cli)
          : runNoted(order, options, cli))
  return undefined
}

/** Runs the pipeline of a job. Every job has a tenant, also one that uses no directory. */
const runNoted = async ({ pipeline, params, tenant }: ChildOrder, options: ChangeOptions, cli: Cli): Promise<void> => {
  const loaded = await loadNoted(pipeline)
  const { plan } = await makePlan(loaded, params)
  await runPipeline(loaded, params, usesGraphIn(readyPhases(plan)) ? { tenant } : {}, options, cli)
}

/** By how much the clock of the machine that began a run may be behind that of the one which took the job. */
const mostSkewMs = 60 * 60_000

/** The run of a job whose worker died before it knew it. */
const runOf = async ({ job, since }: ChildOrder, store: Store): Promise<string | undefined> => {
  for (const { id, startedAt } of await store.list({ limit: 1000 })) {
    if (startedAt < since - mostSkewMs) return undefined
    try {
      const [of, isDry] = await store.read(id, run => Promise.all([run.loadNote(jobNote), run.loadNote(dryRunNote)]))
      if (of === job && isDry !== true) return id
    } catch (error) {
      // It was discarded.
      if (!isCode(error, 'RUN_UNKNOWN')) throw error
    }
  }
  return undefined
}

/** @throws EntrapipeError `PLAN_REFUSED` if it is not the plan that was approved */
const expectPlan = async ({ path, sha256 }: NonNullable<ChildOrder['plan']>, { environment }: Cli): Promise<void> => {
  const file = await open(absolute(environment, path))
  try {
    // A plan has a line for each of its rows.
    for await (const first of file.readLines({ autoClose: false })) {
      const { $plan: head } = JSON.parse(first) as { readonly $plan?: { readonly sha256?: string } }
      if (head?.sha256 === sha256) return
      break
    }
  } finally {
    await file.close()
  }
  throw new EntrapipeError('PLAN_REFUSED', 'The plan of the job is not the one that was approved. Nothing was sent.')
}
