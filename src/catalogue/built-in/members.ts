import { linkPipelines } from '../changes/change-pipelines.ts'

export default linkPipelines('member')
