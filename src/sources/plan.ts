import { EntrapipeError } from '../core/errors.ts'
import type { Context } from '../core/context.ts'
import type { ChangeRow } from '../core/operation.ts'
import type { Source } from '../core/parts.ts'
import { expectOptions, needed, optional } from '../data/expect-options.ts'
import { planSum, readPlanHead, readPlanRow, type PlanHead, type PlanRow } from '../formats/change-plan.ts'
import { textLines, type TextLine } from '../formats/text-lines.ts'
import { inputOf } from '../places/input.ts'

/** Options of `plan`. */
export interface PlanSourceOptions {
  /** Path of the file. */
  readonly from: string
  /** Called with the first line, to refuse a plan for a reason of the caller. */
  readonly check?: (head: PlanHead) => void | Promise<void>
}

/** A plan is not applied after seven days. */
const oldestMs = 7 * 24 * 60 * 60 * 1000

/**
 * Reads the changes of a plan that `--plan` wrote. Its rows go to the sink `graph`.
 *
 * @throws EntrapipeError `INPUT_MALFORMED`, `PLAN_REFUSED` for an altered plan, that of another tenant, or one older than seven days
 */
export const plan = (options: PlanSourceOptions): Source<ChangeRow> => {
  expectOptions('plan', options, { from: needed('the path of a plan'), check: optional })
  const { from } = options
  const input = inputOf(from)
  if (input.isStdin)
    throw new EntrapipeError('OPTION_INVALID', 'A plan is read twice, so it cannot come from stdin: name its file.')
  /** The first line of the plan that was checked. */
  let checked: PlanHead | undefined
  return {
    kind: 'plan',
    usesGraph: true,
    async check(ctx) {
      await input.check(ctx)
      const head = await verify(linesOf(ctx), from)
      expectOwn(head, ctx, from)
      await options.check?.(head)
      checked = head
    },
    describe: async ctx => ({ kind: 'plan', ...(await input.describe(ctx)) }),
    async *read(ctx) {
      // The file may have been replaced since it was checked, and nothing is sent before all of it is read.
      const reading = reader(from)
      if (checked?.undoes !== undefined) await ctx.undoes(checked.undoes)
      for await (const lines of linesOf(ctx))
        yield { rows: lines.flatMap(reading.read).map(({ key, steps }) => ({ key, value: { steps } })) }
      const { sha256 } = reading.end()
      if (checked !== undefined && sha256 !== checked.sha256) throw altered(from)
    },
  }

  function linesOf(ctx: Context): AsyncIterable<TextLine[]> {
    return textLines(input.bytes(ctx), from)
  }
}

/** Reads the whole plan, and compares it with what its first line says. */
const verify = async (all: AsyncIterable<TextLine[]>, from: string): Promise<PlanHead> => {
  const reading = reader(from)
  for await (const lines of all) lines.forEach(reading.read)
  return reading.end()
}

/** Reads the lines of a plan, and compares them with what the first one says. */
const reader = (from: string) => {
  const sum = planSum()
  let head: PlanHead | undefined
  return {
    read({ line, text }: TextLine): readonly PlanRow[] {
      if (head) {
        const row = readPlanRow(text, line, from)
        sum.add(row, `${text}\n`)
        return [row]
      }
      head = readPlanHead(text, from)
      return []
    },
    end(): PlanHead {
      if (!head)
        throw new EntrapipeError('INPUT_MALFORMED', `${from} is empty, so it is not a plan.`, {
          fix: 'Make the plan again.',
        })
      if (sum.sha256(head) !== head.sha256) throw altered(from)
      return head
    },
  }
}

const altered = (from: string): EntrapipeError => refused(`${from} was altered after it was made.`)

const refused = (why: string): EntrapipeError =>
  new EntrapipeError('PLAN_REFUSED', `${why} Nothing was sent.`, { fix: 'Make the plan again.' })

const expectOwn = ({ tenant, at }: PlanHead, { graph, clock }: Context, from: string): void => {
  if (tenant.id !== graph.tenant.id)
    throw refused(
      `${from} is a plan for the tenant ${tenant.name} (${tenant.id}), and this is ${graph.tenant.name} (${graph.tenant.id}).`,
    )
  const madeAt = Date.parse(at)
  if (!(clock.now() - madeAt <= oldestMs)) throw refused(`${from} was made on ${at}, more than seven days ago.`)
}
