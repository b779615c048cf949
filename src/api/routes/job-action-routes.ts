import type { FastifyInstance, FastifyRequest } from 'fastify'
import { given } from '../../core/given.ts'
import type { Jobs } from '../../jobs/jobs.ts'
import { callerOf } from '../create-app.ts'
import { jobFields, jobParams, jobReply, keyHeader } from '../jobs/job-schema.ts'
import { keyOf, type JobAccess } from '../jobs/open-jobs.ts'
import { objectOf, problems } from '../schemas.ts'

const tags = ['jobs']
const refused = problems(400, 404, 409, 415, 422)

const { reason, ticket, maxRemovals, includePrivileged, irreversible, dryRun } = jobFields
const undoFields = { reason, ticket, maxRemovals, includePrivileged, irreversible, dryRun }

/** A request without a body is one without options. */
const bodyOptional = async (request: FastifyRequest): Promise<void> => {
  request.body ??= {}
}

/** What people do with a job. */
export const jobActionRoutes = async (
  app: FastifyInstance,
  { jobs, access }: { readonly jobs: Jobs; readonly access: JobAccess },
): Promise<void> => {
  for (const [action, role, summary] of [
    ['cancel', 'Operator', 'Stops a job: nothing more is sent, and requests in flight settle'],
    ['reject', 'Approver', 'Refuses the plan of a job'],
    ['resume', 'Operator', 'Continues a job that was cancelled, is paused, or has failed'],
  ] as const)
    app.post(
      `/api/jobs/:id/${action}`,
      {
        config: { role },
        schema: { tags, summary, params: jobParams, response: { 202: jobReply('The same job.'), ...refused } },
      },
      async (request, reply) => {
        const { id } = await access.own(request)
        return access.accept(reply, await jobs[action](id, callerOf(request)))
      },
    )

  app.post<{ Body: { planHash: string } }>(
    '/api/jobs/:id/approve',
    {
      config: { role: 'Approver' },
      preValidation: bodyOptional,
      schema: {
        tags,
        summary: 'Approves the plan of a job of somebody else, which then starts',
        params: jobParams,
        body: objectOf({
          planHash: {
            type: 'string',
            pattern: '^[0-9a-f]{64}$',
            description: 'the planHash of the job whose plan was looked at: one with another plan is not approved',
          },
        }),
        response: { 202: jobReply('The same job.'), ...refused },
      },
    },
    async (request, reply) => {
      const { id } = await access.own(request)
      return access.accept(reply, await jobs.approve(id, callerOf(request), request.body.planHash))
    },
  )
  app.post<{ Body: { outcomes: readonly ('failed' | 'unknown')[] } }>(
    '/api/jobs/:id/retry',
    {
      config: { role: 'Operator' },
      schema: {
        tags,
        summary: 'Sends rows of a job again, or decides them again',
        params: jobParams,
        headers: keyHeader,
        body: objectOf({
          outcomes: {
            type: 'array',
            items: { type: 'string', enum: ['failed', 'unknown'] },
            minItems: 1,
            uniqueItems: true,
          },
        }),
        response: { 202: jobReply('A new job.'), ...refused },
      },
    },
    async (request, reply) => {
      const { id } = await access.own(request)
      return access.accept(reply, await jobs.retry(id, request.body.outcomes, callerOf(request), keyOf(request)))
    },
  )
  app.post<{ Body: { readonly [name in keyof typeof undoFields]?: never } }>(
    '/api/jobs/:id/undo',
    {
      config: { role: 'Operator' },
      preValidation: bodyOptional,
      schema: {
        tags,
        summary: 'Undoes the changes of a job',
        params: jobParams,
        headers: keyHeader,
        body: objectOf(undoFields, Object.keys(undoFields)),
        response: { 202: jobReply('A new job.'), ...refused },
      },
    },
    async (request, reply) => {
      const { id } = await access.own(request)
      return access.accept(reply, await jobs.undo(id, callerOf(request), given(request.body), keyOf(request)))
    },
  )
}
