import { isCode } from '../core/errors.ts'
import type { Store } from '../store/store.ts'
import { phasesOf } from '../store/types.ts'

/**
 * What a run has settled, as a text that changes with each result and each checkpoint. Empty if there is no run.
 */
export const settledIn = async (store: Pick<Store, 'get' | 'read'>, run: string | undefined): Promise<string> => {
  if (run === undefined) return ''
  try {
    const info = await store.get(run)
    return await store.read(info.id, async reader => {
      const results = Object.values(await reader.countResults()).reduce((sum, many) => sum + many, 0)
      const phases = await Promise.all(
        phasesOf(info).map(async name => {
          const phase = reader.phase(name)
          const [end, checkpoint] = [await phase.loadEnd(), await phase.loadCheckpoint()]
          // Shards that were read by several machines.
          const shares = (await phase.loadNote('shares')) ?? ''
          return end ? 'ended' : `${checkpoint?.cut ?? 0}${String(shares)}`
        }),
      )
      return [results, ...phases].join(' ')
    })
  } catch (error) {
    if (isCode(error, 'RUN_UNKNOWN')) return ''
    throw error
  }
}
