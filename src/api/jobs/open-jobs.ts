import type { FastifyReply, FastifyRequest } from 'fastify'
import { EntrapipeError } from '../../core/errors.ts'
import type { Json } from '../../core/json.ts'
import type { IdempotencyKey } from '../../jobs/idempotency.ts'
import { unknownJob } from '../../jobs/job-errors.ts'
import type { Job } from '../../jobs/job.ts'
import type { Jobs } from '../../jobs/jobs.ts'
import type { Caller } from '../access/caller.ts'
import { callerOf } from '../create-app.ts'
import type { Pipelines } from './pipelines.ts'

/** What routes of jobs need. */
export interface JobAccess {
  /** The tenants that a caller sees. */
  tenantsOf(caller: Caller): readonly string[]
  /** @throws EntrapipeError `TENANT_UNKNOWN`, also for a tenant that the caller does not see */
  expectTenant(caller: Caller, tenant: string): void
  /** The job of the address. @throws EntrapipeError `JOB_UNKNOWN`, also if it is of a tenant that the caller does not see */
  own(request: FastifyRequest): Promise<Job>
  /** A job as it is shown. */
  shown(job: Job): Job
  /** Answers 202 with a job and its address. */
  accept(reply: FastifyReply, job: Job): FastifyReply
}

/** The address of a job. */
const addressOf = ({ id }: Job): string => `/api/jobs/${id}`

/** Leaves the folders of files out of what a job says: people know the names of their files. */
const withoutFolders = (job: Job, files: string | undefined): Job => {
  const text = JSON.stringify(job)
  const folder = files === undefined ? '' : `${JSON.stringify(files).slice(1, -1)}`
  if (!text.includes(folder)) return job
  const root = folder === '' ? '' : `${folder.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}[/\\\\]+`
  const one = `${root}(?:uploads|outputs)[/\\\\]+[0-9a-f-]{36}[/\\\\]+`
  return JSON.parse(text.replaceAll(new RegExp(one, 'g'), '')) as Job
}

/**
 * @param tenants names of those that the server has
 * @param files the folder with uploads and outputs; undefined if they are at an address
 */
export const jobAccess = (
  jobs: Pick<Jobs, 'get'>,
  pipelines: Pick<Pipelines, 'shown'>,
  { tenants, files }: { readonly tenants: readonly string[]; readonly files: string | undefined },
): JobAccess => {
  const tenantsOf = (caller: Caller): readonly string[] =>
    caller.tenants === 'all' ? tenants : tenants.filter(tenant => caller.tenants.includes(tenant))
  const shown = (job: Job): Job => withoutFolders({ ...job, pipeline: pipelines.shown(job.pipeline) }, files)
  return {
    tenantsOf,
    shown,
    expectTenant(caller, tenant) {
      const own = tenantsOf(caller)
      if (!own.includes(tenant))
        throw new EntrapipeError('TENANT_UNKNOWN', `The server has no tenant ${JSON.stringify(tenant)}.`, {
          fix: own.length > 0 ? `Choose from ${own.join(', ')}.` : 'Ask an administrator for a token with a tenant.',
        })
    },
    async own(request) {
      const { id } = request.params as { readonly id: string }
      const job = await jobs.get(id)
      const own = tenantsOf(callerOf(request))
      if (!(job.tenants ?? [job.tenant]).every(tenant => own.includes(tenant))) throw unknownJob(id)
      return job
    },
    accept: (reply, job) => reply.status(202).header('Location', addressOf(job)).send(shown(job)),
  }
}

/** The idempotency key of a request, if it has one. */
export const keyOf = (request: FastifyRequest): IdempotencyKey | undefined => {
  const name = request.headers['idempotency-key']
  return typeof name === 'string'
    ? { path: `${request.method} ${request.url.split('?')[0]}`, name, body: (request.body ?? null) as Json }
    : undefined
}
