import { randomUUID } from 'node:crypto'
import type { Depot } from '../../core/depot.ts'
import { EntrapipeError } from '../../core/errors.ts'
import type { Tables } from '../../store/tables/tables.ts'
import { claimPlace, proofName } from './shared-files.ts'

const refused = (address: string, why: string): EntrapipeError =>
  new EntrapipeError('FILE_UNWRITABLE', `--files: ${address} ${why}`, {
    facts: { path: address },
    fix: 'All servers and workers of a fleet need the same address, in the same account, and the right to read, write, list and delete there.',
  })

/**
 * Checks that an address is the one of the fleet, and that this process can write, list, read and remove there. What it can read was
 * written by another process, so each reads what the others write. The first process of a fleet chooses the address.
 *
 * @throws EntrapipeError `FILE_UNWRITABLE`, and what the service refuses
 */
export const expectDepot = async ({ address, in: inFolder, ctx }: Depot, tables: Tables): Promise<void> => {
  const root = inFolder('')
  const probe = `probe-${randomUUID()}`
  await root.put(ctx, probe, Buffer.from(probe))
  let isListed = false
  for await (const { name } of root.list(ctx)) isListed ||= name === probe
  const read = await root.get(ctx, probe)
  await root.remove(ctx, [probe])
  if (!isListed || Buffer.from(read ?? []).toString() !== probe)
    throw refused(address, 'does not have what was just written there.')
  const own = randomUUID()
  const { path, proof, isFirst } = await claimPlace(address, own, tables, () =>
    root.put(ctx, proofName, Buffer.from(own)),
  )
  if (isFirst) return
  if (path !== address) throw refused(address, `is not where the files of this fleet are, which is ${path}.`)
  const found = await root.get(ctx, proofName)
  if (!found || Buffer.from(found).toString() !== proof)
    throw refused(address, 'has not what the first process of this fleet has written there.')
}
