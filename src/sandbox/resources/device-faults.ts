import { GraphFault } from '../protocol.ts'

/** Errors of writes to devices. */
export const deviceFaults = {
  /** Of apps. @see https://learn.microsoft.com/graph/known-issues and https://github.com/microsoftgraph/microsoft-graph-docs/issues/15707 */
  onlyWindows: () =>
    new GraphFault(
      400,
      'Request_BadRequest',
      'Properties other than ExtendedAttribute1..15 can be modified only on windows devices.',
    ),
} as const
