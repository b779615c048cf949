import { EntrapipeError } from '../../core/errors.ts'
import { durationIn } from '../../core/duration.ts'
import { given } from '../../core/given.ts'
import { choice, list, text, type Param } from '../../engine/params.ts'
import { pipeline, type Pipeline } from '../../engine/pipeline.ts'
import type { BuiltIn } from '../built-in.ts'
import { locationOption } from '../changes/location-option.ts'
import { optional } from '../optional.ts'
import { outputParams } from '../output-params.ts'
import { assignPlan, removePlan, reprocessPlan } from './change-plans.ts'
import { migratePlan } from './migrate-plan.ts'
import { statusPlan } from './status-plan.ts'

const group = { group: text('the group: id, name or mail address') }
const sku = { sku: list('products: part numbers, names or ids') }
const someSku = { sku: optional(list('products: part numbers, names or ids (all of the group)')) }

/** How long `--wait` waits if it is not said. */
const usualWait = '24h'

const time = (summary: string): Param<string | undefined> => {
  const some = text(summary)
  return {
    ...some,
    fallback: undefined,
    parse(value, name) {
      const made = value === true ? usualWait : some.parse(value, name)
      if (durationIn(made) !== undefined) return made
      throw new EntrapipeError(
        'OPTION_INVALID',
        `Expected ${name} to be a time with its unit, such as 30m, 24h or 2d, got ${JSON.stringify(made)}`,
      )
    },
  }
}
const wait = { wait: time(`wait until the members are processed, at most so long (${usualWait})`) }

const waitMsOf = (text: string | undefined) => given({ waitMs: text === undefined ? undefined : durationIn(text) })

const { rename: _rename, ...output } = outputParams

const pipelines: Readonly<Record<string, () => Pipeline>> = {
  'group assign': () =>
    pipeline({
      summary: 'Assigns products to a group, whose members get them.',
      params: {
        ...group,
        ...sku,
        onlyPlans: optional(list('service plans that are on, all others off; names or ids')),
        disablePlans: optional(list('service plans that are off, all others on; names or ids')),
        ...wait,
      },
      make: ({ wait: longest, ...values }) => assignPlan({ ...given(values), ...waitMsOf(longest) }),
    }) as object as Pipeline,
  'group remove': () =>
    pipeline({
      summary: 'Removes products from a group, whose members lose them.',
      params: { ...group, ...sku, ...wait },
      make: ({ wait: longest, ...values }) => removePlan({ ...values, ...waitMsOf(longest) }),
    }) as object as Pipeline,
  'group reprocess': () =>
    pipeline({
      summary: 'Processes members of a group with licence errors again.',
      params: {
        ...group,
        ...someSku,
        id: optional(list('members: ids or user principal names (those with errors)')),
        ...wait,
      },
      make: ({ wait: longest, ...values }) => reprocessPlan({ ...given(values), ...waitMsOf(longest) }),
    }) as object as Pipeline,
  'group migrate': () =>
    pipeline({
      summary: 'Replaces direct licences of members by those of their group, or the other way round.',
      params: {
        ...group,
        ...sku,
        to: choice('what the members have in the end', ['group', 'direct']),
        usageLocation: optional(text('usage location for members without one: a code such as DE, or country')),
      },
      make: ({ usageLocation, ...values }) =>
        migratePlan({
          ...values,
          ...locationOption(usageLocation, false),
        }),
    }) as object as Pipeline,
  'group status': () =>
    pipeline({
      summary: 'Reports how far the licences of a group are processed, and members with errors.',
      params: { ...group, ...someSku, ...output },
      make: values => statusPlan(given(values)),
    }) as object as Pipeline,
}

/** The pipelines about licences of groups. */
export const groupLicencePipelines = (): BuiltIn => ({
  kinds: Object.keys(pipelines),
  pipelineOf: kind => pipelines[kind]!(),
})
