import { changePipelines } from '../changes/change-pipelines.ts'

export default changePipelines('user', [
  'create',
  'update',
  'delete',
  'restore',
  'purge',
  'enable',
  'disable',
  'revoke-sessions',
])
