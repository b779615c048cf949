import { given } from '../../core/given.ts'
import { joined } from '../../core/joined.ts'
import type { GraphRequest } from '../../core/graph.ts'
import type { Finding } from '../../core/operation.ts'
import type { Result } from '../../core/result.ts'
import { pathOf } from '../../graph/refusal.ts'
import type { Entry, Settlement } from '../../store/ledger-types.ts'
import type { Working } from './working.ts'

type Of = Pick<Entry, 'ordinal' | 'key' | 'step'> & { readonly kind: string; readonly about: string | undefined }

/** What a settled row became. */
type Became = Omit<Finding, 'outcome'> & Pick<Result, 'outcome' | 'action' | 'attempt'>

/** The settlement of a row. */
export const settlementOf = (
  { ordinal, key, step, kind, about }: Of,
  { outcome, action, id, code, message, fix, status, requestId, attempt, secrets }: Became,
): Settlement => ({
  ordinal,
  result: {
    key,
    ...(step > 0 && { step }),
    operation: kind,
    outcome,
    ...given({ target: about, action, id, code, message, fix, status, requestId, attempt }),
  },
  ...given({ secrets }),
})

/** A request as results show it: `PATCH /groups/…`. */
export const actionOf = ({ method, url }: Pick<GraphRequest, 'method' | 'url'>): string => `${method} ${pathOf(url)}`

/** As `settlementOf`, for an entry. */
export const settlementOfEntry = (entry: Entry, became: Became): Settlement => ({
  ...settlementOf({ ...entry, kind: entry.row.kind }, became),
  row: entry.row,
})

const waitedFor = ({ needs = [] }: Entry): string | undefined => {
  const rows = needs.flatMap(({ waits, key }) => (waits === 'made' ? `row ${key}` : []))
  return rows.length === 0 ? undefined : `It was sent after ${joined(rows)}, because it names what was created there.`
}

/** As `settlementOf`, for a row that was sent. A reply of a batch has no id unless it is a refusal: the id that was sent stands for it. */
export const settlementOfSent = ({ entry, attempts, asked }: Working, became: Became): Settlement =>
  settlementOfEntry(entry, {
    ...given({ message: became.outcome === 'done' ? waitedFor(entry) : undefined }),
    ...given({ action: asked?.action, requestId: asked?.clientRequestId }),
    ...became,
    attempt: attempts,
  })
