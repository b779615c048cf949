import { jobStates } from '../../jobs/job.ts'
import { objectOf, timeSchema } from '../schemas.ts'
import type { Schema } from '../validation.ts'

const whole = { type: 'integer' }
const text = { type: 'string' }

/** The schema of a job, by which replies refer to it. */
export const jobSchema: Schema = {
  $id: 'Job',
  description: 'A run of a pipeline that others watch.',
  ...objectOf(
    {
      id: text,
      run: { ...text, description: 'Id of its run, once it has begun.' },
      pipeline: text,
      params: { type: 'object', additionalProperties: true, description: 'Without files. Not in brief lists.' },
      fileName: { ...text, description: 'Of the file that it writes, or else reads.' },
      tenant: text,
      state: { type: 'string', enum: jobStates },
      status: { ...text, description: 'Succeeded or Failed, as the portal says it.' },
      reason: { ...text, description: 'Why, such as NotAllRowsSuccessfullyProcessed.' },
      error: objectOf({ code: text, message: text, fix: text }, ['fix']),
      counts: objectOf(
        Object.fromEntries(
          ['rows', 'pending', 'done', 'unchanged', 'waiting', 'skipped', 'failed', 'unknown'].map(name => [
            name,
            whole,
          ]),
        ),
      ),
      progress: objectOf({
        doing: text,
        rows: whole,
        total: { type: ['integer', 'null'] },
        rowsPerSecond: { type: 'number' },
        secondsLeft: { type: ['number', 'null'] },
        boundBy: { type: ['string', 'null'], description: 'What limits the speed: quota, latency, cpu or disk.' },
        requests: whole,
        units: { type: 'number', description: 'Resource units and writes, as charged.' },
        throttled: whole,
      }),
      readAgain: { ...whole, description: 'Rows that it had read on a machine that died, and reads again.' },
      preview: { description: 'What it would do, of a dry run or a plan.' },
      planHash: { ...text, description: 'SHA-256 of the plan that is approved.' },
      planned: {
        ...objectOf({ run: text, counts: { type: 'object', additionalProperties: whole } }),
        description: 'The run that made its plan, and the rows that it settled: nothing is sent for them.',
      },
      dryRun: { type: 'boolean' },
      writes: { type: 'boolean', description: 'Whether it changes the directory.' },
      priority: whole,
      by: text,
      approvedBy: text,
      createdAt: timeSchema,
      startedAt: timeSchema,
      endedAt: timeSchema,
      at: timeSchema,
      notAfter: timeSchema,
      parent: { ...text, description: 'The job that it retries or undoes.' },
      tenants: {
        type: 'array',
        items: text,
        description:
          'Of a job over several tenants, whose tenant is `*`. Each has a job of its own: list them with partOf.',
      },
      parts: {
        type: 'object',
        additionalProperties: whole,
        description: 'How many of these jobs are in each state.',
      },
      partOf: { ...text, description: 'The job over several tenants that it belongs to.' },
      approver: { type: 'string', enum: ['anybody', 'second-person'], description: 'Who can approve its plan.' },
      schedule: { ...text, description: 'The schedule that started it.' },
      revision: whole,
    },
    [
      ...[
        'run',
        'status',
        'reason',
        'error',
        'counts',
        'progress',
        'readAgain',
        'preview',
        'planHash',
        'planned',
        'dryRun',
        'approvedBy',
      ],
      ...[
        'startedAt',
        'endedAt',
        'at',
        'notAfter',
        'parent',
        'tenants',
        'parts',
        'partOf',
        'approver',
        'schedule',
        'fileName',
        'params',
      ],
    ],
  ),
}

/** A reply with a job. */
export const jobReply = (description: string): Schema => ({
  description,
  headers: { Location: { type: 'string', description: 'The address of the job.' } },
  content: { 'application/json': { schema: { $ref: 'Job#' } } },
})

/** The address of one job. */
export const jobParams: Schema = objectOf({ id: { type: 'string', pattern: '^j[0-9a-f-]{1,60}$' } })

/** Fields of a body that are about the job, whatever it runs. */
export const jobFields = {
  tenant: { type: 'string', minLength: 1, maxLength: 200, description: 'The name of a tenant of the server.' },
  dryRun: { type: 'boolean', description: 'Shows what it would do, and sends nothing.' },
  at: { ...timeSchema, description: 'When it starts, if not now.' },
  notAfter: { ...timeSchema, description: 'A job that has not begun by then is missed.' },
  priority: { type: 'integer', minimum: -100, maximum: 100, description: 'The higher, the sooner.' },
  reason: { type: 'string', minLength: 1, maxLength: 1000, description: 'Why it is done, for the audit.' },
  ticket: { type: 'string', minLength: 1, maxLength: 200 },
  maxRemovals: { type: 'integer', minimum: 0 },
  maxFailed: {
    anyOf: [
      { type: 'integer', minimum: 0 },
      { type: 'string', pattern: '^\\d+(\\.\\d+)?%$' },
    ],
  },
  includePrivileged: { type: 'boolean', description: 'Also changes accounts that are protected.' },
  irreversible: { type: 'boolean', description: 'Confirms changes that nothing undoes.' },
  quotaShare: { type: 'number', exclusiveMinimum: 0, maximum: 1 },
  limit: { type: 'integer', minimum: 1 },
  wave: { type: 'integer', minimum: 1, description: 'Rows of a wave; needs pause.' },
  pause: { type: 'integer', minimum: 1000, description: 'Milliseconds between waves.' },
} as const

/** The header with which the same request, sent twice, makes one job. */
export const keyHeader: Schema = {
  type: 'object',
  properties: {
    'idempotency-key': {
      type: 'string',
      minLength: 1,
      maxLength: 200,
      description: 'The same request with the same key, within 24 hours, gets the same job.',
    },
  },
}
