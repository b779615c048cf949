import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Depot } from '../core/depot.ts'

/** The plans of jobs. Paths are as children have them: with a depot, children work in the folder of its copies. */
interface Plans {
  /** Where a process writes the plan of a job. */
  begin(job: string, revision: number): string
  /** Where a plan is, by its hash. */
  at(job: string, sha256: string): string
  /** Keeps what a process wrote, for the process that applies it. */
  keep(job: string, sha256: string, written: string): Promise<void>
  /** Removes the plans of a job: they have its rows. */
  forget(job: string): Promise<void>
}

/** @param files the folder with the folder of plans */
export const plansIn = (files: () => string, depot?: Depot): Plans => {
  const folderOf = (job: string): string => (depot ? `plans/${job}` : join(files(), 'plans', job))
  const here = (path: string): string => (depot ? join(depot.folder, path) : path)
  const at = (job: string, sha256: string): string => `${folderOf(job)}/${sha256}.jsonl`
  return {
    at,
    begin(job, revision) {
      mkdirSync(here(folderOf(job)), { recursive: true, mode: 0o700 })
      return `${folderOf(job)}/new-${revision}.jsonl`
    },
    async keep(job, sha256, written) {
      if (!existsSync(here(written))) return
      renameSync(here(written), here(at(job, sha256)))
      // Another machine may apply it.
      await depot?.send(at(job, sha256))
    },
    forget: job => (depot ? depot.clear(folderOf(job)) : rm(folderOf(job), { recursive: true, force: true })),
  }
}
