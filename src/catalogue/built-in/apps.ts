import { changePipelines } from '../changes/change-pipelines.ts'

export default changePipelines('application', ['update', 'delete', 'restore'])
