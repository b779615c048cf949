import { systemClock } from '../../src/core/clock.ts'
import { createGraph, type GraphClient } from '../../src/graph/create-graph.ts'
import { memoryBudget } from '../../src/graph/memory-budget.ts'

/** Where a sandbox is, and what it lets in. */
export interface SandboxAt {
  readonly rootUrl: string
  readonly tenantId: string
  readonly token: string
}

/** A client of a sandbox. */
export const sandboxClient = ({ rootUrl, tenantId, token }: SandboxAt, readOnly = false): GraphClient =>
  createGraph({
    tenant: { name: 'sandbox', id: tenantId },
    rootUrl,
    credential: { kind: 'token', token: async () => ({ token, expiresAtMs: Date.now() + 3_600_000 }) },
    budget: memoryBudget(systemClock),
    quotas: {},
    clock: systemClock,
    readOnly,
  })
