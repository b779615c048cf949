import { changePipelines } from '../changes/change-pipelines.ts'

export default changePipelines('group', ['create', 'update', 'delete', 'restore'])
