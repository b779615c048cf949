import { EntrapipeError } from '../../../core/errors.ts'

const codes = /syncStateNotFound|resyncRequired/i
const messages = /sync state generation is not found|delta token (?:value )?is (?:invalid|expired)/i

/**
 * Whether Graph refused a link to the changes because it no longer knows it: 410 Gone, or a refusal that says so. All objects must then
 * be read again.
 *
 * @see https://learn.microsoft.com/graph/delta-query-overview#synchronization-reset
 */
export const isExpired = (error: unknown): boolean =>
  error instanceof EntrapipeError &&
  (error.facts['status'] === 410 ||
    (error.code.startsWith('GRAPH_') &&
      (codes.test(String(error.facts['code'])) || codes.test(error.message) || messages.test(error.message))))
