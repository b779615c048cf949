import { given } from '../../core/given.ts'
import type { NewJob } from '../insert-job.ts'
import { severalTenants } from '../job.ts'
import { newOutputs } from '../new-outputs.ts'
import type { WholeOrder } from '../wholes/insert-whole.ts'
import type { ScheduledOrder } from './schedule.ts'

interface Scheduled {
  readonly order: ScheduledOrder
  /** The schedule. */
  readonly name: string
  readonly writes: boolean
  /** Milliseconds since 1970. */
  readonly notAfter: number | undefined
}

/**
 * Makes the job of a time of a schedule. Undefined if it is over several tenants, and there are none.
 *
 * @param tenants those of the schedule by now
 * @param newOutput makes the path of an output with this name, in a folder of its own
 */
export const jobOf = async (
  { order, name, writes, notAfter }: Scheduled,
  tenants: readonly string[],
  newOutput: (name: string) => Promise<string>,
): Promise<NewJob | WholeOrder | undefined> => {
  const { byId: _, outputs = {}, paths, tenant, tenants: __, tags: ___, ...rest } = order
  const job = { ...rest, writes, schedule: name, ...given({ notAfter }) }
  const parts: WholeOrder['parts'][number][] = []
  for (const each of tenants)
    parts.push({
      ...{ tenant: each, work: { kind: 'run' }, params: order.params },
      paths: { ...paths, ...(await newOutputs(outputs, newOutput)) },
    })
  const [only] = parts
  return tenant === severalTenants ? only && { ...job, parts } : { ...job, ...only! }
}
