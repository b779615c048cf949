import { loadOperations } from '../../../src/catalogue/operations.ts'
import type { OperationRow } from '../../../src/core/operation.ts'
import type { GraphClient } from '../../../src/graph/create-graph.ts'
import { graph as graphSink } from '../../../src/sinks/graph.ts'
import { jsonl } from '../../../src/sources/jsonl.ts'
import { sandboxClient } from '../../programs/sandbox-client.ts'

/** Every operation by name. */
export const operations = await loadOperations()

/** A row of the input: its changes in order. */
export type Steps = readonly OperationRow[]

/** Makes the changes of the rows of `in.jsonl`. */
export const planOfSteps = () => ({
  source: jsonl<{ readonly steps: Steps }>({ from: 'in.jsonl' }),
  sink: graphSink<{ readonly steps: Steps }>(({ steps }) => steps),
})

/** A client of a sandbox. */
export const clientOf = (
  [rootUrl, tenantId, token]: readonly [string, string, string],
  readOnly = false,
): GraphClient => sandboxClient({ rootUrl, tenantId, token }, readOnly)
