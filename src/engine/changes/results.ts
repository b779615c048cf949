import { given } from '../../core/given.ts'
import type { Finding, Operation } from '../../core/operation.ts'
import type { Result } from '../../core/result.ts'
import type { Entry, Settlement } from '../../store/ledger-types.ts'

type Of = Pick<Entry, 'ordinal' | 'key' | 'step'> & { readonly kind: string; readonly about: string | undefined }

/** What a settled row became. */
type Became = Omit<Finding, 'outcome'> & Pick<Result, 'outcome' | 'attempt'>

/** The settlement of a row. */
export const settlementOf = (
  { ordinal, key, step, kind, about }: Of,
  { outcome, id, code, message, fix, status, requestId, attempt }: Became,
): Settlement => ({
  ordinal,
  result: {
    key,
    ...(step > 0 && { step }),
    operation: kind,
    outcome,
    ...given({ target: about, id, code, message, fix, status, requestId, attempt }),
  },
})

/** As `settlementOf`, for an entry. */
export const settlementOfEntry = (entry: Entry, became: Became, _operation?: Operation): Settlement =>
  settlementOf({ ...entry, kind: entry.row.kind }, became)
