import { isGuid } from '../../core/guid.ts'
import type { Question } from './ask.ts'

/** The question for the app registration's client id. */
export const clientIdQuestion: Question = {
  message: 'The application (client) ID of the app registration:',
  validate: answer =>
    isGuid(answer) || "Expected a GUID: the Application (client) ID in the app registration's overview.",
}
