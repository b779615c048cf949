import { unitPipelines } from '../changes/change-pipelines.ts'

export default unitPipelines()
