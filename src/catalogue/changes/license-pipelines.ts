import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { Values } from '../../core/operation.ts'
import type { Source } from '../../core/parts.ts'
import { list } from '../../engine/params.ts'
import { pipeline, type Pipeline } from '../../engine/pipeline.ts'
import type { Plan } from '../../engine/plan.ts'
import { graph } from '../../sinks/graph.ts'
import type { BuiltIn } from '../built-in.ts'
import { loadOperations } from '../operations.ts'
import { optional } from '../optional.ts'
import { changeInput, type ChangeInputParams } from './change-input.ts'
import { changeParams } from './change-params.ts'
import { productRows, type ProductOptions } from './product-rows.ts'

const skuParam = {
  sku: optional(list('products: part numbers, names or ids, for rows without their own (column LicenseSKU)')),
}
const assignParams = {
  onlyPlans: optional(list('service plans that are on, all others off; names or ids')),
  disablePlans: optional(list('service plans that are off, all others on; names or ids')),
}

type LicenceParams = Readonly<Record<string, readonly string[] | undefined>>

const optionsOf = ({ sku: skus = [], onlyPlans, disablePlans: disabledPlans }: LicenceParams): ProductOptions => {
  if (onlyPlans && disabledPlans)
    throw new EntrapipeError('OPTION_INVALID', 'Only one of --only-plans and --disable-plans can be given.')
  return { skus, ...given({ onlyPlans, disabledPlans }) }
}

const licencePlan = async (
  kind: 'assign-license' | 'remove-license',
  input: ChangeInputParams,
  options: ProductOptions,
): Promise<Plan> => {
  const { source, valuesOf } = changeInput((await loadOperations())(kind)!, input)
  return {
    source: source as Source<never>,
    transforms: [productRows({ kind, options, valuesOf })],
    sink: graph<Values>(value => ({ kind, value })),
  }
}

/** The pipelines that change licences of users. */
export const licensePipelines = (): BuiltIn => ({
  kinds: ['assign', 'remove'],
  pipelineOf(verb) {
    const own = verb === 'assign' ? { ...skuParam, ...assignParams } : skuParam
    return pipeline({
      summary: `Changes a directory: licenses ${verb}.`,
      params: { ...changeParams, ...own },
      make(values) {
        const input = Object.entries(given(values)).filter(([name]) => !Object.hasOwn(own, name))
        return licencePlan(
          verb === 'assign' ? 'assign-license' : 'remove-license',
          Object.fromEntries(input) as unknown as ChangeInputParams,
          optionsOf(values as object as LicenceParams),
        )
      },
    }) as object as Pipeline
  },
})
