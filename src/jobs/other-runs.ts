import { EntrapipeError, isCode } from '../core/errors.ts'
import { given } from '../core/given.ts'
import { nameOfTarget } from '../core/targets.ts'
import { countRows } from '../engine/changes/count-rows.ts'
import { dryRunNote } from '../engine/changes/run-notes.ts'
import { phasesWithChanges } from '../engine/changes/undoing.ts'
import type { Store } from '../store/store.ts'
import type { RunInfo, RunStatus } from '../store/types.ts'
import { jobNote } from './job-note.ts'
import type { JobPage } from './job-query.ts'
import type { Job, JobCounts, JobState } from './job.ts'
import type { Jobs } from './jobs.ts'

/** Who asks for runs. */
interface Sees {
  readonly tenants: readonly string[]
  /** Whether also runs without a tenant are shown. */
  readonly all: boolean
}

interface Kept {
  readonly isOfJob: boolean
  readonly isDry: boolean
  readonly counts?: JobCounts
}

const states: Readonly<Record<RunStatus, JobState>> = {
  ...{ running: 'running', interrupted: 'interrupted', failed: 'failed', done: 'done', short: 'short' },
  ...{ discarded: 'discarded', superseded: 'discarded' },
}

const mostKept = 20_000

const iso = (ms: number): string => new Date(ms).toISOString()

const countsOf = async (info: RunInfo, runs: Pick<Store, 'read'>): Promise<JobCounts | undefined> => {
  if (info.writes) {
    const counted = await runs.read(info.id, async reader => countRows(reader, await phasesWithChanges(reader, info)))
    return { ...counted, rows: Object.values(counted).reduce((sum, many) => sum + many, 0) }
  }
  if (!info.manifest) return undefined
  const { written: done, unchanged, waiting = 0, skipped, failed, unknown } = info.manifest.counts
  const rows = done + unchanged + waiting + skipped + failed + unknown
  return { done, unchanged, waiting, skipped, failed, unknown, pending: 0, rows }
}

/** What a run shows of itself, in the words of jobs. */
const shownOf = (info: RunInfo, { isDry, counts }: Kept): Job => ({
  ...{ id: info.id, run: info.id, pipeline: info.pipeline, params: {}, tenant: info.tenant?.name ?? '' },
  ...{ state: states[info.status], writes: info.writes === true, priority: 0, by: 'command line', revision: 0 },
  ...{ createdAt: iso(info.startedAt), startedAt: iso(info.startedAt) },
  ...given({
    endedAt: info.endedAt === undefined ? undefined : iso(info.endedAt),
    fileName: info.target === undefined ? undefined : nameOfTarget(info.target).split(/[/\\]/).findLast(Boolean),
    error: info.error && { code: info.error.code, message: info.error.message, ...given({ fix: info.error.fix }) },
    dryRun: isDry ? true : undefined,
    counts,
  }),
})

/** Runs of the store that are of no job: those of the command line. */
export const otherRuns = (runs: Pick<Store, 'list' | 'get' | 'read'>, jobs: Pick<Jobs, 'list'>) => {
  const known = new Map<string, Kept>()

  const look = async (info: RunInfo): Promise<Kept> => {
    const key = `${info.id} ${info.status} ${info.resumed} ${info.endedAt}`
    const before = info.status === 'running' ? undefined : known.get(key)
    if (before) return before
    const kept = await runs
      .read(info.id, async (reader): Promise<Kept> => {
        const isOfJob = (await reader.loadNote(jobNote)) !== undefined
        const isDry = (await reader.loadNote(dryRunNote)) === true
        return { isOfJob, isDry, ...(!isOfJob && given({ counts: await countsOf(info, runs) })) }
      })
      .catch((error: unknown): Kept => {
        // A discarded run has only its entry in the list left.
        if (isCode(error, 'RUN_UNKNOWN')) return { isOfJob: false, isDry: false }
        throw error
      })
    if (known.size >= mostKept) known.clear()
    known.set(key, kept)
    return kept
  }
  const isSeen = ({ tenant }: RunInfo, { tenants, all }: Sees): boolean =>
    tenant === undefined ? all : tenants.includes(tenant.name)
  const shownUnlessOfJob = async (infos: readonly RunInfo[]): Promise<readonly Job[]> => {
    const ids = infos.map(({ id }) => id)
    const ofJobs = (await jobs.list({ run: ids, single: true, limit: ids.length })).items
    const taken = new Set(ofJobs.map(({ run }) => run))
    const shown: Job[] = []
    for (const info of infos) {
      if (taken.has(info.id)) continue
      const kept = await look(info)
      if (!kept.isOfJob) shown.push(shownOf(info, kept))
    }
    return shown
  }

  return {
    /**
     * Some of them, the newest first. A page may have fewer than there are.
     *
     * @throws EntrapipeError `OPTION_INVALID` for a cursor that is none
     */
    async list(
      sees: Sees,
      { limit = 100, cursor }: { readonly limit?: number; readonly cursor?: string },
    ): Promise<JobPage> {
      const [startedAt = '', id = ''] = cursor?.split('.') ?? []
      if (cursor !== undefined && (!/^\d{1,15}$/.test(startedAt) || id === ''))
        throw new EntrapipeError('OPTION_INVALID', 'The cursor is not one of a list of runs.', {
          fix: 'Use next of the page before, as it is.',
        })
      const page = await runs.list({
        limit,
        ...(cursor !== undefined && { after: { startedAt: Number(startedAt), id } }),
      })
      const last = page.length === limit ? page.at(-1) : undefined
      const items = await shownUnlessOfJob(page.filter(info => isSeen(info, sees)))
      return { items, ...(last && { next: `${last.startedAt}.${last.id}` }) }
    },

    /** @throws EntrapipeError `RUN_UNKNOWN`, also for a run of a job, and for one of a tenant that the person may not see */
    async get(id: string, sees: Sees): Promise<Job> {
      const info = await runs.get(id)
      const [shown] = info.id === id && isSeen(info, sees) ? await shownUnlessOfJob([info]) : []
      if (!shown) throw new EntrapipeError('RUN_UNKNOWN', `No run has the id ${JSON.stringify(id)}.`)
      return shown
    },
  }
}

/** See `otherRuns`. */
export type OtherRuns = ReturnType<typeof otherRuns>
