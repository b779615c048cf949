import { changePipelines } from '../changes/change-pipelines.ts'

export default changePipelines('service-principal', ['update', 'delete', 'restore'])
