import { memberPipelines } from '../changes/change-pipelines.ts'

export default memberPipelines()
