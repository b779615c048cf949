import { given } from '../../core/given.ts'
import { flag, list, outputFile, placed, text } from '../../engine/params.ts'
import { pipeline, type Pipeline } from '../../engine/pipeline.ts'
import type { BuiltIn } from '../built-in.ts'
import { credentialParams } from '../changes/change-params.ts'
import { hrPlan, type HrParams } from '../hr/hr-plan.ts'
import { inputParams } from '../input-params.ts'
import { optional, unlessOff, whole } from '../optional.ts'

const most = (who: string) => optional(text(`most ${who}: a number, or a share of the accounts in scope such as 5%`))

const builtIn: BuiltIn = {
  kinds: [''],
  pipelineOf: () =>
    pipeline({
      summary: 'Creates, changes, disables and deletes accounts by an HR feed.',
      params: {
        ...inputParams,
        ...credentialParams,
        mapping: placed('machine', text('absolute path of the mapping file')),
        timeZone: text('time zone of people whose row has none', { default: 'UTC' }),
        report: placed('machine', optional(list('files for the decisions: x.csv, x.jsonl, x.html'))),
        adFile: optional(outputFile('file for what only Active Directory can change: x.csv, x.jsonl')),
        accept: optional(list('reasons for which an unsafe feed is acted on nevertheless')),
        maxJoiners: most('new accounts'),
        maxMovers: most('changed accounts'),
        maxLeavers: most('disabled accounts'),
        maxDeletions: most('deleted accounts'),
        joiners: unlessOff(flag('create no accounts')),
        movers: unlessOff(flag('change no accounts')),
        leavers: unlessOff(flag('do not disable or delete accounts')),
        leaversByAbsence: optional(whole('feeds without a person that make a leaver', 1)),
        deleteAfter: optional(text('days after which the account of a leaver is deleted, such as 30d')),
        cloudJoiners: optional(flag('create accounts although the directory is synchronized from Active Directory')),
      },
      make: async values => hrPlan(given(values) as object as HrParams),
    }) as object as Pipeline,
}
export default builtIn
