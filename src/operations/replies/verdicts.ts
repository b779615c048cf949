import { seenAfterLostReply, type Finding } from '../../core/operation.ts'

/** What was sent and had no reply is as wanted. */
export const seenAfterLoss = (id: string): Finding => ({
  outcome: 'done',
  id,
  code: seenAfterLostReply,
  message: 'The reply was lost. The directory is as the change leaves it.',
})
