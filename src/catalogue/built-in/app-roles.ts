import { appRolePipelines } from '../changes/change-pipelines.ts'

export default appRolePipelines()
