import type { BuiltIn } from '../built-in.ts'
import { licensePipelines } from '../changes/license-pipelines.ts'
import { groupLicencePipelines } from '../group-licences/pipelines.ts'
import { licenseReport } from '../licences/report-pipeline.ts'

const changes = licensePipelines()
const ofGroups = groupLicencePipelines()

const builtIn: BuiltIn = {
  kinds: [...changes.kinds, ...ofGroups.kinds, 'report'],
  pipelineOf: kind =>
    kind === 'report' ? licenseReport : (ofGroups.kinds.includes(kind) ? ofGroups : changes).pipelineOf(kind),
}
export default builtIn
