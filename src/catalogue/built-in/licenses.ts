import type { BuiltIn } from '../built-in.ts'
import { licensePipelines } from '../changes/license-pipelines.ts'
import { licenseReport } from '../licences/report-pipeline.ts'

const changes = licensePipelines()

const builtIn: BuiltIn = {
  kinds: [...changes.kinds, 'report'],
  pipelineOf: kind => (kind === 'report' ? licenseReport : changes.pipelineOf(kind)),
}
export default builtIn
