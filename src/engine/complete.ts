import { nothingSucceeded, type FileFacts, type Manifest } from '../core/manifest.ts'
import type { Writer } from '../core/parts.ts'
import { failuresIn, type OutcomeCounts } from '../core/result.ts'
import { onlyPhase } from '../store/types.ts'
import { judge, worst } from '../core/completeness.ts'
import { given } from '../core/given.ts'
import type { RunEnd, Started } from './run-request.ts'
import { checkContext, type Surroundings } from './contexts.ts'
import { expectLittleDrift } from './drift-limit.ts'
import type { Flowed, Output } from './flow-rows.ts'
import { writeRejects, type Rejects } from './rejects.ts'
import { beside } from './beside.ts'
import { saveDelta } from './save-delta.ts'

/** Called after the last row. Finishes the output, judges its completeness, and publishes it or leaves it as a partial. */
export const complete = async (
  started: Started,
  around: Surroundings,
  output: Output,
  flowed: Flowed,
): Promise<RunEnd> => {
  const { id, plan, progress } = started
  const writer = output.writer!
  const committed = (): void => void (output.writer = undefined)
  const rejects = await writeRejects(started, around)
  try {
    const files = [...(await writer.finish()), ...rejects.files]
    const made = await makeManifest(started, files, flowed)
    let manifest = made
    if (nothingSucceeded(manifest.counts)) return await fail(started, writer, rejects, manifest, committed)
    if (manifest.completeness === 'short') {
      await rejects.close('abort')
      await writer.close('keep')
      // Rejects of only some rows are not a complete list of what to correct, so the manifest names only the kept output.
      const kept = { ...manifest, files: files.filter(file => !rejects.files.includes(file)) }
      await started.finish('short', { manifest: kept })
      return { run: id, end: 'short', manifest: kept, progress }
    }
    expectLittleDrift(manifest, plan.maxDrift)
    const staged = (await plan.source.delta?.stage(flowed.context, made, flowed.before.present)) ?? []
    if (staged.length > 0) manifest = { ...made, notes: [...(made.notes ?? []), ...staged] }
    await started.run.saveCommitting({ files, manifest })
    // The reader of a pipe may close it at any time. This must not affect a complete file.
    const isPiped = plan.rejects?.resumable === false
    if (!isPiped) await rejects.close('commit', beside(started, manifest))
    await writer.close('commit', beside(started, manifest))
    committed()
    if (isPiped) await rejects.close('commit', beside(started, manifest))
    await started.finish('done', { manifest })
    await saveDelta(started, flowed.context)
    return { run: id, end: 'done', manifest, progress }
  } catch (error) {
    await rejects.close('abort')
    throw error
  }
}

/**
 * Ends a run in which rows failed and none was written. An earlier file is not replaced. The rejects are published, because
 * they show what to correct. The run cannot be resumed: it would end in the same way.
 */
const fail = async (
  started: Started,
  writer: Writer<unknown>,
  rejects: Rejects,
  complete: Manifest,
  closed: () => void,
): Promise<RunEnd> => {
  const { id, finish, saveOver, progress } = started
  const manifest: Manifest = { ...complete, status: 'failed', files: rejects.files }
  const error = { code: 'ALL_FAILED', message: 'Every row failed, so nothing was written.' } as const
  // A run that dies before this line resumes and publishes the rejects again. Afterwards nothing needs its partial.
  await rejects.close('commit', beside(started, manifest))
  await saveOver({ manifest, error })
  closed()
  await writer.close('abort')
  await finish('failed', { manifest, error, isOver: true })
  return { run: id, end: 'failed', manifest, progress }
}

/**
 * Ends a run that died just after its commit. Returns undefined if its output was not published, so that it must resume from its
 * checkpoint. Rejects are published before the output. If they are missing, as with a pipe, they are written again.
 */
export const completed = async (started: Started, around: Surroundings): Promise<RunEnd | undefined> => {
  const { id, run, plan, progress } = started
  const context = checkContext(around, id)
  const committing = await run.loadCommitting()
  const { place } = plan.sink
  if (!committing || !(await place?.published(context, committing.files))) return undefined
  // Of a load in parts, it may have left the parts of the one before.
  await place?.discard(context)
  let { manifest } = committing
  if (failuresIn(manifest.counts) > 0 && !(await plan.rejects?.place?.published(context, committing.files))) {
    const rejects = await writeRejects(started, around)
    const others = committing.files.filter(file => !rejects.files.some(({ path }) => path === file.path))
    manifest = { ...manifest, files: [...others, ...rejects.files] }
    await rejects.close('commit', beside(started, manifest))
  }
  await started.finish('done', { manifest })
  await saveDelta(started, context)
  return { run: id, end: 'done', manifest, progress }
}

/** Describes a phase after its last row. */
export const makeManifest = async (
  { name, request, plan, described, id, info, progress }: Started,
  files: readonly FileFacts[],
  { before, origin, tables, context, notes, used }: Flowed,
): Promise<Manifest> => {
  const { source } = plan
  // As many rows as counted: the listing ended by itself, or exactly there.
  const limited = progress.read >= plan.limit && progress.read !== before.count
  const after = limited ? undefined : await source.count?.(context)
  const { present, countedAtMs } = before
  const drift = !limited && present !== undefined ? await source.drift?.(context, present, countedAtMs) : undefined
  const delta = await source.delta?.facts(context, present)
  const live = typeof source.live === 'function' ? source.live() : source.live
  const tenant =
    request.graph?.tenant ?? (origin.tenant === undefined ? undefined : { name: origin.tenant, id: origin.tenant })
  return {
    entrapipe: request.version,
    run: id,
    pipeline: request.pipeline,
    ...(name === onlyPhase ? {} : { phase: name }),
    ...(tenant ? { tenant } : {}),
    startedAt: new Date(info.startedAt).toISOString(),
    endedAt: new Date(request.clock.now()).toISOString(),
    resumed: info.resumed,
    source: described.source,
    transforms: described.transforms,
    ...worst([
      judge({
        // What is removed is not in the listing.
        read: progress.read - (delta?.facts.removed ?? 0),
        limited,
        live: live ?? source.usesGraph === true,
        before: before.count,
        after,
        drift,
        upstream: origin.completeness,
        upstreamWhy: origin.why,
      }),
      ...tables,
      ...(delta?.judged ? [delta.judged] : []),
    ]),
    ...given({ limit: limited ? plan.limit : origin.limit }),
    counts: {
      ...given({ before: before.count, after }),
      read: progress.read,
      repeated: progress.repeated,
      dropped: progress.dropped,
      ...countsOf(progress.outcomes),
      written: progress.written,
    },
    ...(progress.shards > 1 && { shards: progress.shards }),
    ...given({ used: used() }),
    ...(origin.ignored.length > 0 && { ignored: origin.ignored }),
    ...given({ differences: origin.differences, delta: delta?.facts }),
    ...(drift && drift.created + drift.deleted + drift.changed > 0 ? { drift } : {}),
    ...(notes.length > 0 && { notes }),
    files,
  }
}

const countsOf = ({
  waiting,
  ...others
}: OutcomeCounts): Omit<OutcomeCounts, 'waiting'> & { readonly waiting?: number } =>
  waiting > 0 ? { ...others, waiting } : others
