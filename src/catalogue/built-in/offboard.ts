import { given } from '../../core/given.ts'
import { flag } from '../../engine/params.ts'
import { pipeline, type Pipeline } from '../../engine/pipeline.ts'
import type { BuiltIn } from '../built-in.ts'
import { changeParams } from '../changes/change-params.ts'
import { offboardPlan, type OffboardParams } from '../offboarding/offboard-plan.ts'
import { later, optional } from '../optional.ts'

const builtIn: BuiltIn = {
  kinds: [''],
  pipelineOf: () =>
    pipeline({
      summary: 'Offboards people: blocks their sign-in, and takes what they have.',
      params: {
        ...changeParams,
        removeGroups: optional(flag('also remove them from their groups, as members and owners')),
        removeRoles: optional(flag('also take their directory roles, active and eligible')),
        removeLicenses: optional(flag('also remove the products that they have directly')),
        after: optional(later('when products are removed, if not now: 30d, 12h, a date, or a date and time')),
        deleteAfter: optional(later('when their accounts are deleted, if they are still disabled')),
      },
      make: values => offboardPlan(given(values) as OffboardParams),
    }) as object as Pipeline,
}
export default builtIn
