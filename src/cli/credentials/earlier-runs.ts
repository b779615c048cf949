import type { Operations } from '../../core/operation.ts'
import type { Store } from '../../store/store.ts'
import type { RunInfo } from '../../store/types.ts'
import type { Cli } from '../cli.ts'
import { writeAtEnd } from '../changes/write-at-end.ts'
import { quotedPath } from '../report/words.ts'
import { handOut } from './hand-out.ts'
import { credentialLines, handOutCommand, knownCredentials } from './left.ts'
import type { Credentials } from './open-credentials.ts'

/** Latest runs of a pipeline that are looked at: each is a file. */
const mostRuns = 50

interface EarlierOptions {
  readonly store: Store
  readonly operations: Operations
  /** Where the command writes what it made; undefined if it makes none. */
  readonly credentials: Credentials | undefined
  readonly cli: Cli
}

/**
 * Earlier runs of the same pipeline and tenant that died, or ended, before they handed out all passwords and passes that are set. Of the last 50: nobody
 * else would look for them.
 */
export const earlierRuns = ({ store, operations, credentials, cli }: EarlierOptions) => {
  const found: RunInfo[] = []
  let areWritten = false
  const knownIn = (info: RunInfo) => store.read(info.id, run => knownCredentials(run, info, operations))
  const look = async ({ id, pipeline, tenant }: RunInfo, without: readonly string[]): Promise<void> => {
    const runs = await store.list({ pipeline, tenant: tenant!.id, writes: true, limit: mostRuns })
    for (const info of runs.toReversed()) {
      if (info.id === id || info.status === 'running' || without.includes(info.id)) continue
      const known = await knownIn(info)
      if (known && known.left.credentials > 0) found.push(info)
    }
  }
  return {
    /**
     * Looks for them, and hands out what a run of the same work has left, if this one made nothing. Returns what could not be written.
     *
     * @param run that ends
     * @param without ids of runs that are reported elsewhere
     */
    async handOut(run: string, without: readonly string[]): Promise<readonly unknown[]> {
      if (!credentials) return []
      const own = await store.get(run)
      await look(own, without)
      const same = found.find(({ identity }) => identity === own.identity)
      if (!same || (await knownIn(own))) return []
      const failed = await writeAtEnd(() => handOut(store, same.id, credentials, operations, cli), {
        run: same.id,
        what: `The changes of run ${same.id} are made, but the credentials`,
        command: handOutCommand(same.id),
      })
      areWritten = failed.length === 0
      return failed
    },
    /** What became of them, as sentences. @param isTold whether it is clear what became of the file */
    async lines(isTold: boolean): Promise<readonly string[]> {
      const lines: string[] = []
      for (const info of found)
        lines.push(
          `An earlier run (${info.id}) ended before it handed out its passwords and passes:`,
          ...credentialLines(info.id, (await knownIn(info))!),
        )
      if (credentials && !isTold && !areWritten)
        lines.push(
          `No password or pass was made, so there is nothing to hand out: ${quotedPath(credentials.path)} was not written.`,
        )
      return lines
    },
  }
}
