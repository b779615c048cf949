/** Tells those who watch a job that it has changed. */
export interface JobHub {
  changed(job: string): void
  /** Resolves when the job changes next. */
  next(job: string): Promise<void>
}

/** Creates a hub, for one process. */
export const jobHub = (): JobHub => {
  const watchers = new Map<string, { readonly promise: Promise<void>; readonly resolve: () => void }>()
  return {
    changed(job) {
      watchers.get(job)?.resolve()
      watchers.delete(job)
    },
    next(job) {
      const known = watchers.get(job)
      if (known) return known.promise
      const watcher = Promise.withResolvers<void>()
      watchers.set(job, watcher)
      return watcher.promise
    },
  }
}
