import { EntrapipeError } from '../../core/errors.ts'
import { notResumableIn, usesGraphIn, type ReadyPhase } from '../../engine/phases.ts'
import type { TenantWish } from '../../tenants/choose-tenant.ts'
import { onlyForChanges } from '../../core/only-for-changes.ts'
import type { ChangeOptions } from '../options/change-options.ts'
import { flagOf } from '../options/param-options.ts'
import type { RunOptions } from '../options/run-options.ts'

/**
 * Refuses options that have no effect on a run: those of checkpoints if it makes none, those of the tenant if it uses no
 * directory, and those of changes if it makes none.
 *
 * @throws EntrapipeError `USAGE`
 */
export const refuseWithoutEffect = (
  phases: readonly ReadyPhase[],
  options: RunOptions & ChangeOptions,
  { tenant, auth }: Pick<TenantWish, 'tenant' | 'auth'>,
  changes = false,
): void => {
  const { fresh, checkpointRows, maxDrift } = options
  if (maxDrift !== undefined && (changes || !usesGraphIn(phases)))
    throw useless('--max-drift', changes ? 'changes' : 'no listing of a directory')
  if (changes) {
    if (checkpointRows !== undefined) throw useless('--checkpoint-rows', 'changes, which are recorded one by one')
    return
  }
  const other = onlyForChanges.find(name => options[name] !== undefined)
  if (other) throw useless(flagOf(other), 'no changes to a directory')
  const why = notResumableIn(phases)
  const usesGraph = usesGraphIn(phases)
  if (why !== undefined && checkpointRows !== undefined) throw useless('--checkpoint-rows', `no checkpoints: ${why}`)
  if (why !== undefined && fresh) throw useless('--fresh', `no checkpoints, so it always starts over: ${why}`)
  if (!usesGraph && tenant !== undefined) throw useless('--tenant', 'no use of a directory')
  if (!usesGraph && auth !== undefined) throw useless('--auth', 'no use of a directory')
}

const useless = (flag: string, has: string): EntrapipeError =>
  new EntrapipeError('USAGE', `${flag} has no effect on this run, which makes ${has}. Leave it out.`)
