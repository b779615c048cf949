import { createHash } from 'node:crypto'
import { isFields, type Fields, type Json } from '../core/json.ts'
import type { Decision, Operation, OperationContext, Sent, Values } from '../core/operation.ts'
import { isDone, refused } from './replies/refused.ts'
import { expectOnly, invalid, textOf } from './values/expect.ts'

/** Users in one request. @see https://learn.microsoft.com/graph/api/synchronization-synchronizationjob-post-bulkupload */
const rowsPerRequest = 50
/** Microsoft's log is 5 to 10 minutes late. @see https://learn.microsoft.com/entra/identity/app-provisioning/inbound-provisioning-api-issues */
const longestWaitMs = 60 * 60_000
/** So often it is sent without a reply, those of the client included. */
const mostAttempts = 100

const bulkRequest = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest'

const noJob =
  'Correct the ids of the service principal and of its job: both are in the "Provisioning API endpoint" of the provisioning app.'
const again =
  'Check in the portal that the app is provisioning, then run `entrapipe runs retry <run> --outcome unknown`, which reads the log again. Uploading the row again does no harm.'
const noLine = `Microsoft accepted the user, and the provisioning log says nothing about it after ${longestWaitMs / 60_000} minutes. ${again}`
const noReply = `No reply came to ${mostAttempts} uploads of the user, and the provisioning log says nothing about them. ${again}`

/** A line of the provisioning log. @see https://learn.microsoft.com/graph/api/resources/provisioningobjectsummary */
interface LogLine {
  readonly activityDateTime: string
  readonly provisioningAction?: string
  readonly provisioningStatusInfo?: {
    readonly status?: string
    readonly errorInformation?: { readonly errorCode?: string | null; readonly reason?: string | null } | null
  }
  readonly sourceIdentity?: { readonly id?: string }
  readonly targetIdentity?: { readonly id?: string }
}

const names = ['servicePrincipal', 'job', 'user', 'part']

const externalIdOf = ({ user }: Values): string => String((user as Fields)['externalId'])
const jobOf = ({ servicePrincipal, job }: Values): string =>
  `/servicePrincipals/${String(servicePrincipal)}/synchronization/jobs/${encodeURIComponent(String(job))}`

/** Rows of one part share requests. Without a part, users are spread evenly. */
const partOf = (value: Values): string =>
  typeof value['part'] === 'number'
    ? String(value['part']).padStart(9, '0')
    : createHash('sha256').update(externalIdOf(value)).digest('hex').slice(0, 2)

/**
 * Uploads users to a job of API-driven provisioning: Microsoft's service creates, updates or disables them in Microsoft Entra ID or in
 * Active Directory. The result of a row is what the provisioning log says: the line with `externalId` as `sourceIdentity.id`, as on Microsoft's
 * page about Graph Explorer. The service finds users by `externalId` and compares them, so the same upload again does no harm: it is sent
 * again if no reply came and the log does not show it.
 *
 * @see https://learn.microsoft.com/entra/identity/app-provisioning/inbound-provisioning-api-faqs (how users are updated)
 * @see https://learn.microsoft.com/entra/identity/app-provisioning/inbound-provisioning-api-graph-explorer (lines of the log by externalId)
 */
export const uploadUser: Operation = {
  kind: 'upload-user',
  title: 'Upload users for provisioning',
  lasts: 'The provisioning service made the changes: upload the earlier values of the user.',
  changes: 'user',
  columns: { names: {} },
  rowsPerRequest,
  unbatched: true,
  accept(value) {
    expectOnly(value, names, 'upload-user')
    const { user, part } = value
    if (!isFields(user)) throw invalid('user', 'user is missing: a user as SCIM has it.')
    const externalId = textOf(user as Values, 'externalId', 'what identifies the person in the source')
    if (!Array.isArray(user['schemas'])) throw invalid('schemas', 'schemas is missing: the SCIM schemas of the user.')
    return {
      servicePrincipal: textOf(value, 'servicePrincipal', 'the id of the service principal of the provisioning app'),
      job: textOf(value, 'job', 'the id of the provisioning job'),
      user: { ...(user as Values), externalId },
      ...(typeof part === 'number' && { part }),
    }
  },
  about: value => `upload ${String(value['job'])} ${externalIdOf(value)}`.toLowerCase(),
  withoutDrawn: ({ part: _, ...value }) => value,
  locks: value => [`upload ${String(value['job'])} ${partOf(value)}`.toLowerCase()],
  repeat: () => 'same',
  look: async values => values.map(() => ({ send: {} })),
  // Microsoft does not say how a user without `active` is understood, and accounts were reported to be disabled.
  removal: ({ user }) => ((user as Fields)['active'] === true ? undefined : 'disable'),
  // Which object it is, only the service knows.
  touches: () => [],
  request: rows => ({
    method: 'POST',
    url: `${jobOf(rows[0]!.value)}/bulkUpload`,
    headers: { 'content-type': 'application/scim+json' },
    body: {
      schemas: [bulkRequest],
      Operations: rows.map(({ value }) => ({
        method: 'POST',
        bulkId: externalIdOf(value),
        path: '/Users',
        data: value['user'] as Json,
      })),
      failOnErrors: null,
    },
  }),
  settle(rows, reply) {
    if (isDone(reply)) return rows.map(() => 'undecided')
    if (reply.status === 400 && rows.length > 1) return rows.map(() => 'apart')
    const finding = refused(reply)
    return rows.map(() => (reply.status === 404 ? { ...finding, fix: noJob } : finding))
  },
  async decide(rows, context) {
    const lines = new Map<Sent, readonly LogLine[]>()
    for (const [job, ofJob] of Map.groupBy(rows, ({ value }) => String(value['job']))) {
      const byId = await linesSince(job, Math.min(...ofJob.map(({ sinceMs }) => sinceMs)), context)
      for (const row of ofJob) lines.set(row, byId.get(externalIdOf(row.value)) ?? [])
    }
    return rows.map(row => {
      const own = lines.get(row)!.filter(line => Date.parse(line.activityDateTime) >= row.sinceMs)
      return decided(own, row)
    })
  },
}

/** Lines of a job since a time, by externalId, oldest first. */
const linesSince = async (
  job: string,
  sinceMs: number,
  { graph, signal }: OperationContext,
): Promise<ReadonlyMap<string, readonly LogLine[]>> => {
  const found = new Map<string, LogLine[]>()
  const since = new Date(sinceMs - 1000).toISOString()
  const filter = `jobId eq '${job.replaceAll("'", "''")}' and activityDateTime gt ${since}`
  const link = `/auditLogs/provisioning?$filter=${encodeURIComponent(filter)}&$orderby=${encodeURIComponent('activityDateTime desc')}&$top=1000`
  for await (const { values } of graph.pages<LogLine>(link, { signal }))
    for (const line of values) {
      const id = line.sourceIdentity?.id ?? ''
      found.set(id, [...(found.get(id) ?? []), line])
    }
  for (const lines of found.values())
    lines.reverse().sort((one, other) => Date.parse(one.activityDateTime) - Date.parse(other.activityDateTime))
  return found
}

/**
 * The last line counts. An upload that was sent again has several: what the first one changed, the others skip; what the first one could
 * not do, the last one may have done.
 */
const lineOf = (lines: readonly LogLine[], { attempts, untilMs = 0 }: Sent): LogLine | undefined => {
  const last = lines.at(-1)
  if (attempts === 1 || !last) return last
  const done = lines.find(({ provisioningStatusInfo }) => provisioningStatusInfo?.status === 'success')
  return done ?? (Date.parse(last.activityDateTime) >= untilMs ? last : undefined)
}

/** @param lines of the row since it was first sent, oldest first */
const decided = (lines: readonly LogLine[], row: Sent): Decision => {
  const line = lineOf(lines, row)
  if (!line && row.answered) return { wait: noLine, atMostMs: longestWaitMs }
  if (!line) return row.attempts < mostAttempts ? 'not-done' : { unknown: noReply }
  const { provisioningAction = 'other', provisioningStatusInfo: { status, errorInformation } = {} } = line
  const target = line.targetIdentity?.id ?? ''
  const id = target === '' ? {} : { id: target }
  if (status === 'success') return { outcome: 'done', ...id, message: `The service says: ${provisioningAction}.` }
  if (status === 'skipped')
    return {
      outcome: 'unchanged',
      ...id,
      message: 'The service skipped the user: nothing differs, or it is out of scope.',
    }
  return {
    outcome: 'failed',
    ...id,
    code: errorInformation?.errorCode ?? 'ProvisioningFailed',
    message: errorInformation?.reason ?? 'The provisioning service failed, and does not say why.',
    fix: 'Correct the row or the attribute mapping of the provisioning app, then upload the row again.',
  }
}
