import type { Schema } from './validation.ts'

/** An id that the server made. */
const idSchema: Schema = { type: 'string', format: 'uuid' }

/** The address of one thing. */
export const idParams: Schema = {
  type: 'object',
  properties: { id: idSchema },
  required: ['id'],
  additionalProperties: false,
}

/** A time in UTC or with its offset. */
export const timeSchema: Schema = { type: 'string', format: 'date-time' }

/** A JSON object of known fields. @param optional names of fields that may be missing */
export const objectOf = (properties: Readonly<Record<string, Schema>>, optional: readonly string[] = []): Schema => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter(name => !optional.includes(name)),
  additionalProperties: false,
})

/** The schema of `Problem`, by which replies refer to it. */
export const problemSchema: Schema = {
  $id: 'Problem',
  description: 'What went wrong, in one sentence, as RFC 9457 has it.',
  ...objectOf(
    {
      type: { type: 'string' },
      title: { type: 'string' },
      status: { type: 'integer' },
      detail: { type: 'string', description: 'One sentence.' },
      code: { type: 'string', description: 'One of the codes of the page of errors.' },
      fix: { type: 'string', description: 'What to do.' },
      retryable: { type: 'boolean', description: 'Whether the same request may succeed later.' },
      facts: { type: 'object', additionalProperties: true },
    },
    ['fix', 'facts'],
  ),
}

const meanings: Readonly<Record<number, string>> = {
  400: 'The body is not JSON.',
  401: 'There is no sign-in, or it is over.',
  403: 'The role does not allow it, or a page of another site asked.',
  404: 'It does not exist, or not for this person.',
  409: 'Its state does not allow it now.',
  413: 'The body is too large.',
  415: 'The body is of another type.',
  421: 'The request names another host.',
  422: 'The content is not accepted.',
  429: 'Too many requests. Retry-After has the wait.',
  503: 'The database of jobs cannot be used now.',
  507: 'The disk is full.',
}

/** Replies that are problems, for the schema of a route. */
export const problems = (...statuses: readonly number[]): Readonly<Record<number, Schema>> =>
  Object.fromEntries(
    [401, 403, 421, 429, 503, ...statuses].map(status => [
      status,
      {
        description: meanings[status] ?? 'It failed.',
        content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } },
      },
    ]),
  )
