import { flowColumns } from '../../engine/columns.ts'
import { checkContext } from '../../engine/contexts.ts'
import { readyPhases, type Plans } from '../../engine/phases.ts'
import type { Cli } from '../cli.ts'

/**
 * Checks the parts of a plan that need no directory, so that a typing error is reported before the sign-in. Returns whether
 * other parts need one.
 *
 * @throws EntrapipeError as the parts do
 */
export const checkEarly = async (plans: Plans, cli: Cli): Promise<{ readonly usesGraph: boolean }> => {
  const phases = readyPhases(plans)
  const usesGraph = phases.some(({ plan }) => plan.usesGraph)
  if (!usesGraph) return { usesGraph }
  const ctx = checkContext({ ...cli, graph: undefined })
  for (const { plan } of phases) {
    for (const part of [plan.source, ...plan.transforms, plan.sink, plan.rejects])
      if (part && 'check' in part && !('usesGraph' in part && part.usesGraph)) await part.check?.(ctx)
    await flowColumns(plan, ctx)
  }
  return { usesGraph }
}
