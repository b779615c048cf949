import { nameOfTarget } from '../../core/targets.ts'
import { safeRows } from '../../store/safe-rows.ts'
import type { Store } from '../../store/store.ts'
import { isGivenUp, type RunInfo } from '../../store/types.ts'

const iso = (ms: number): string => new Date(ms).toISOString()

/** A run as JSON: the fields of its manifest, and those that only unfinished runs have. */
export const publicRun = async (info: RunInfo, store: Pick<Store, 'read'>): Promise<Record<string, unknown>> => {
  const { id, identity: _, codeHash: __, startedAt, endedAt, dueAt, pid, status, target, alsoWrites, ...rest } = info
  const isUnfinished = status !== 'done' && !isGivenUp(info)
  return {
    run: id,
    status,
    startedAt: iso(startedAt),
    ...(endedAt === undefined ? {} : { endedAt: iso(endedAt) }),
    ...(dueAt === undefined ? {} : { dueAt: iso(dueAt) }),
    ...(status === 'running' ? { pid } : {}),
    ...(isUnfinished ? { safeRows: (await safeRows(store, info)) ?? 0 } : {}),
    ...rest,
    ...(target === undefined ? {} : { target: nameOfTarget(target) }),
    ...(alsoWrites && { alsoWrites: alsoWrites.map(nameOfTarget) }),
  }
}
