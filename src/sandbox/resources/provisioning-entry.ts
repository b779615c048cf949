import { randomUUID } from 'node:crypto'
import type { Fields } from '../../core/json.ts'
import { isoTimeOfMs } from '../directory/iso-time.ts'

/** What the service did with a user. */
export interface Outcome {
  readonly action: 'create' | 'update' | 'disable' | 'other'
  status: 'success' | 'skipped' | 'failure'
  readonly id?: string
  readonly error?: { readonly code: string; readonly reason: string }
  readonly changes?: readonly { readonly name: string; readonly before: unknown; readonly after: unknown }[]
}

/** A line of the log. @see https://learn.microsoft.com/graph/api/resources/provisioningobjectsummary */
export type ProvisioningEntry = Fields & {
  readonly id: string
  readonly activityDateTime: string
  readonly jobId: string
  readonly cycleId: string
  readonly changeId: string
  readonly provisioningAction: string
}

interface Provisioned {
  readonly tenantId: string
  readonly jobId: string
  readonly cycleId: string
  readonly servicePrincipal: { readonly id: string; readonly displayName: string }
  readonly user: Fields
  readonly atMs: number
  readonly outcome: Outcome
}

const text = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))

/** Makes the line of a user. @see https://learn.microsoft.com/entra/identity/app-provisioning/inbound-provisioning-api-graph-explorer (the source's id is `externalId`) */
export const provisioningEntry = (of: Provisioned): ProvisioningEntry => {
  const { user, outcome, servicePrincipal } = of
  const { action, status, error, id = '', changes = [] } = outcome
  const displayName = text(user['displayName'] ?? user['userName'] ?? '')
  return {
    id: randomUUID(),
    activityDateTime: isoTimeOfMs(of.atMs),
    tenantId: of.tenantId,
    jobId: of.jobId,
    cycleId: of.cycleId,
    changeId: randomUUID(),
    provisioningAction: action,
    durationInMilliseconds: 100,
    servicePrincipal: [servicePrincipal],
    sourceSystem: { id: servicePrincipal.id, displayName: 'API', details: {} },
    targetSystem: { id: of.tenantId, displayName: 'Microsoft Entra ID', details: {} },
    initiatedBy: { id: '', displayName: 'Azure AD Provisioning Service', initiatorType: 'system' },
    sourceIdentity: { id: text(user['externalId'] ?? ''), displayName, identityType: 'User', details: {} },
    targetIdentity: { id, displayName: id === '' ? '' : displayName, identityType: 'User', details: {} },
    provisioningStatusInfo: {
      status,
      errorInformation: error
        ? {
            errorCode: error.code,
            reason: error.reason,
            additionalDetails: null,
            errorCategory: 'nonServiceFailure',
            recommendedAction: null,
          }
        : null,
    },
    provisioningSteps:
      status === 'skipped'
        ? [
            {
              name: 'EntrySynchronizationSkip',
              provisioningStepType: 'processing',
              status: 'skipped',
              description: 'The state of the entry in both the source and target systems already match.',
              details: { SkipReason: 'RedundantExport' },
            },
          ]
        : [],
    modifiedProperties: changes.map(({ name, before, after }) => ({
      displayName: name,
      oldValue: before === null ? null : text(before),
      newValue: text(after),
    })),
  }
}
