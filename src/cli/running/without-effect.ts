import { EntrapipeError } from '../../core/errors.ts'
import { notResumableIn, usesGraphIn, type ReadyPhase } from '../../engine/phases.ts'
import type { TenantWish } from '../../tenants/choose-tenant.ts'
import type { RunOptions } from '../options/run-options.ts'

/**
 * Refuses options that have no effect on a run: those of checkpoints if it makes none, and those of the tenant if it uses no
 * directory.
 *
 * @throws EntrapipeError `USAGE`
 */
export const refuseWithoutEffect = (
  phases: readonly ReadyPhase[],
  { fresh, checkpointRows }: RunOptions,
  { tenant, auth }: Pick<TenantWish, 'tenant' | 'auth'>,
): void => {
  const why = notResumableIn(phases)
  const usesGraph = usesGraphIn(phases)
  if (why !== undefined && checkpointRows !== undefined) throw useless('--checkpoint-rows', `no checkpoints: ${why}`)
  if (why !== undefined && fresh) throw useless('--fresh', `no checkpoints, so it always starts over: ${why}`)
  if (!usesGraph && tenant !== undefined) throw useless('--tenant', 'no use of a directory')
  if (!usesGraph && auth !== undefined) throw useless('--auth', 'no use of a directory')
}

const useless = (flag: string, has: string): EntrapipeError =>
  new EntrapipeError('USAGE', `${flag} has no effect on this run, which makes ${has}. Leave it out.`)
