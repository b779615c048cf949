import { rolePipelines } from '../changes/change-pipelines.ts'

export default rolePipelines()
