import { readPlanHead, type PlanHead } from '../../formats/change-plan.ts'
import { checkContext } from '../../engine/contexts.ts'
import { inputOf } from '../../places/input.ts'
import { textLines } from '../../formats/text-lines.ts'
import type { Cli } from '../cli.ts'

/** Reads the first line of a plan. @throws EntrapipeError `INPUT_MALFORMED`, `FILE_MISSING` */
export const headOfPlan = async (path: string, cli: Cli): Promise<PlanHead> => {
  const ctx = checkContext({ ...cli, graph: undefined })
  const input = inputOf(path)
  await input.check(ctx)
  for await (const [first] of textLines(input.bytes(ctx), path)) if (first) return readPlanHead(first.text, path)
  return readPlanHead('', path)
}
