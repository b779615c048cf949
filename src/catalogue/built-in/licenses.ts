import { licensePipelines } from '../changes/license-pipelines.ts'

export default licensePipelines()
