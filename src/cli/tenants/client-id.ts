import { isGuid } from '../../tenants/tenant-names.ts'
import type { Question } from './ask.ts'

/** Asks for the app registration's id. */
export const clientIdQuestion: Question = {
  message: 'The application (client) ID of the app registration:',
  validate: answer => isGuid(answer) || "The Application (client) ID of the app registration's overview: a GUID.",
}
