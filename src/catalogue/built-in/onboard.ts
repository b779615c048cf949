import { given } from '../../core/given.ts'
import { choice, flag, list, text } from '../../engine/params.ts'
import { pipeline, type Pipeline } from '../../engine/pipeline.ts'
import type { BuiltIn } from '../built-in.ts'
import { credentialParams } from '../changes/change-params.ts'
import { inputParams } from '../input-params.ts'
import { onboardPlan } from '../onboarding/onboard-plan.ts'
import type { OnboardParams } from '../onboarding/options.ts'
import { dayOrTime, optional, time, whole } from '../optional.ts'

const builtIn: BuiltIn = {
  kinds: [''],
  pipelineOf: () =>
    pipeline({
      summary:
        'Turns a list of people into accounts that are ready to use: users, licences, groups, managers, passes and roles.',
      params: {
        ...inputParams,
        ...credentialParams,
        columns: optional(list('properties of the columns in the file: column=property,…; column= ignores a column')),
        sku: optional(list('products: part numbers, names or ids, for rows without their own (column LicenseSKU)')),
        group: optional(list('groups: names or ids, for rows without their own (column Groups)')),
        role: optional(text('the role: name or template id, for rows without their own (column Role)')),
        roleMode: optional(
          choice('whether roles are active, or people activate them (active)', ['active', 'eligible']),
        ),
        roleUntil: optional(dayOrTime('when roles end: a day, or a time with its zone')),
        reason: optional(text('why roles are given')),
        ticket: optional(text('ticket of the roles')),
        includePrivileged: optional(flag('also privileged roles, and groups to which roles can be assigned')),
        set: optional(list('properties of all accounts whose rows do not have them: property=value')),
        match: optional(text('the property by which people are recognised, such as employeeId')),
        onConflict: optional(
          choice('what happens to people whose name somebody else has (fail)', ['skip', 'suffix', 'fail']),
        ),
        ifNotExists: optional(flag('complete what is missing of accounts that exist')),
        usageLocation: optional(
          text('usage location of rows without their own: a code such as DE, column:NAME, or country for the country'),
        ),
        accessPass: optional(flag('people first sign in with a pass, in place of a password')),
        passStart: optional(time('when each pass becomes valid, such as 2026-03-01T08:00:00Z; otherwise at once')),
        passMinutes: optional(whole('minutes for which each pass is valid (60)', 10, 43_200)),
      },
      make: values => onboardPlan(given(values) as object as OnboardParams),
    }) as object as Pipeline,
}
export default builtIn
