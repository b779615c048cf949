import { given } from '../../core/given.ts'
import { flag } from '../../engine/params.ts'
import { pipeline, type Pipeline } from '../../engine/pipeline.ts'
import { optional, unlessOff, whole } from '../optional.ts'
import { outputParams } from '../output-params.ts'
import { reportPlan } from './report-plan.ts'

const { rename: _rename, ...output } = outputParams

/** The pipeline of `licenses report`. */
export const licenseReport = pipeline({
  summary: 'Reports the licences of a tenant: units, and users who do not need theirs.',
  params: {
    unusedDays: optional(whole('days without a successful sign-in after which a licence is unused (90)', 1)),
    signIns: unlessOff(flag('omit sign-ins, which take long, and with them who does not use a licence')),
    ...output,
  },
  make: values => reportPlan(given(values)),
}) as object as Pipeline
