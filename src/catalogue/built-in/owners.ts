import { ownerPipelines } from '../changes/change-pipelines.ts'

export default ownerPipelines()
