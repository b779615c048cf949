import { discardFile, partialOf } from '../../places/byte-file.ts'
import type { Cli } from '../cli.ts'

/** Removes a run's records, and the partial that it left beside its file. A finished file stays. */
export const discardRun = async (
  id: string,
  cli: Cli,
): Promise<{ readonly run: string; readonly files: readonly string[] }> => {
  const store = await cli.store()
  const info = store.get(id)
  const unfinished = info.status === 'interrupted' || info.status === 'failed' || info.status === 'short'
  const rejects = unfinished ? store.read(info.id, run => run.loadNote('rejects')) : undefined
  store.discard(info.id)
  // A later run may write to the same place by now: the partial there is that one's.
  const isFree = (path: string): boolean => store.list({ writesTo: path, status: ['running'] }).length === 0
  if (typeof rejects === 'string' && isFree(rejects)) await discardFile(rejects)
  if (!unfinished || info.target === undefined || !isFree(info.target)) return { run: info.id, files: [] }
  await discardFile(info.target)
  return { run: info.id, files: [partialOf(info.target)] }
}
