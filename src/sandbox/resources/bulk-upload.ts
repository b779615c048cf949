import { isFields, type Fields } from '../../core/json.ts'
import { GraphFault } from '../protocol.ts'
import type { Call, Handler } from './call.ts'
import { faults } from './faults.ts'
import { lookUp } from './lookup.ts'
import { readOptions } from './options.ts'
import { demandOwned } from './owned-apps.ts'
import { everyJob } from './permissions.ts'
import { jobOf } from './provisioning.ts'
import { entityReply, wholeReply } from './replies.ts'

const bulkRequest = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest'
const mostOperations = 50

/** The code is documented; the rest of the message is worded here. @see https://learn.microsoft.com/entra/identity/app-provisioning/inbound-provisioning-api-issues */
const invalid = (why: string): GraphFault => new GraphFault(400, 'InvalidDataFormat', `Invalid Data Format: ${why}`)

/** Every service principal stands for an app of API-driven provisioning. */
const appOf = (call: Call) => {
  const { id, displayName } = lookUp(call, 'servicePrincipal', call.keys[0]!)
  return { id, displayName: String(displayName) }
}

/** Apps with Application.ReadWrite.OwnedBy read the jobs of what they own. */
const readable = (call: Call) => {
  readOptions(call.request, [])
  const app = appOf(call)
  demandOwned(call, 'servicePrincipal', app.id, everyJob)
  const job = {
    id: jobOf(call.directory, app.id),
    templateId: 'API2AAD',
    schedule: { interval: 'PT40M', state: 'Active' },
    status: { code: 'Active' },
  }
  return { job, path: `servicePrincipals('${app.id}')/synchronization/jobs` }
}

/** Answers `GET /servicePrincipals/{id}/synchronization/jobs`. @see https://learn.microsoft.com/graph/api/synchronization-synchronization-list-jobs */
export const listJobs: Handler = call => {
  const { job, path } = readable(call)
  return wholeReply(call.request.root, path, [JSON.stringify(job)])
}

/** Answers `GET /servicePrincipals/{id}/synchronization/jobs/{id}`. @see https://learn.microsoft.com/graph/api/synchronization-synchronizationjob-get */
export const singleJob: Handler = call => {
  const { job, path } = readable(call)
  expectJob(call, job.id)
  return entityReply(call.request.root, `${path}/$entity`, JSON.stringify(job))
}

const expectJob = ({ keys }: Call, jobId: string): void => {
  if (keys[1]!.value !== jobId) throw faults.notFound(keys[1]!.value)
}

/**
 * Answers `POST /servicePrincipals/{id}/synchronization/jobs/{id}/bulkUpload`: the users are staged, and processed in the next cycle.
 *
 * @see https://learn.microsoft.com/graph/api/synchronization-synchronizationjob-post-bulkupload
 */
export const bulkUpload: Handler = call => {
  const { request, directory, provisioning } = call
  readOptions(request, [])
  const app = appOf(call)
  demandOwned(call, 'servicePrincipal', app.id, ['SynchronizationData-User.Upload'])
  const jobId = jobOf(directory, app.id)
  expectJob(call, jobId)
  if (!/^application\/scim\+json\b/i.test(request.headers['content-type'] ?? ''))
    throw invalid('Content-Type is not application/scim+json')
  const users = operationsOf(request.body)
  const by = {
    request: request.requestId ?? '',
    ...(request.clientRequestId === undefined ? {} : { client: request.clientRequestId }),
  }
  return {
    holds: [],
    apply() {
      provisioning.stage(users.map(user => ({ servicePrincipal: app, jobId, user, by })))
      const filter = encodeURIComponent(`jobid eq '${jobId}'`)
      const location = `${request.root}/auditLogs/provisioning/?$filter=${filter}`
      return { status: 202, headers: { location }, body: undefined }
    },
  }
}

const operationsOf = (body: unknown): readonly Fields[] => {
  if (!isFields(body)) throw invalid('the body is no object')
  const { schemas, Operations: operations } = body
  if (!Array.isArray(schemas) || !schemas.includes(bulkRequest)) throw invalid('schemas is not that of a bulk request')
  if (!Array.isArray(operations) || operations.length === 0) throw invalid('Operations is missing')
  if (operations.length > mostOperations) throw invalid(`Operations has more than ${mostOperations} items`)
  return operations.map((operation: unknown, at) => {
    if (!isFields(operation)) throw invalid(`Operations[${at}] is no object`)
    const { method, bulkId, path, data } = operation
    if (method !== 'POST') throw invalid(`method of Operations[${at}] is not POST`)
    if (typeof bulkId !== 'string' || bulkId === '') throw invalid(`bulkId of Operations[${at}] is missing`)
    if (path !== '/Users') throw invalid(`path of Operations[${at}] is not /Users`)
    if (!isFields(data) || !Array.isArray(data['schemas'])) throw invalid(`data of Operations[${at}] has no schemas`)
    return data
  })
}
