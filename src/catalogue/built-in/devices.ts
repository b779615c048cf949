import { changePipelines } from '../changes/change-pipelines.ts'

export default changePipelines('device', ['update', 'delete', 'enable', 'disable'])
