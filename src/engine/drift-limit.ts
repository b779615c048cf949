import { exceeds, type AtMost } from '../core/at-most.ts'
import { EntrapipeError } from '../core/errors.ts'
import type { Manifest } from '../core/manifest.ts'

/**
 * How much a listing changed while it was read, in objects: those that changed, or if that is more, by how much the rows and the two
 * counts differ. Undefined if only a command upstream knows.
 */
export const driftIn = ({ completeness, counts, drift, delta }: Manifest): number | undefined => {
  const { before, after } = counts
  // What is removed is not in the listing.
  const read = counts.read - (delta?.removed ?? 0)
  const changed = drift && drift.created + drift.deleted + drift.changed
  const apart =
    before === undefined || after === undefined
      ? undefined
      : Math.max(before, after, read) - Math.min(before, after, read)
  if (changed === undefined && apart === undefined) return completeness === 'drifted' ? undefined : 0
  return Math.max(changed ?? 0, apart ?? 0)
}

/** @throws EntrapipeError `TOO_MUCH_DRIFT` if a listing changed more than allowed while it was read, or if it is unknown how much */
export const expectLittleDrift = (manifest: Manifest, maxDrift: AtMost | undefined): void => {
  if (maxDrift === undefined) return
  const drift = driftIn(manifest)
  const { read } = manifest.counts
  if (drift !== undefined && !exceeds(maxDrift, drift, read)) return
  const found =
    drift === undefined
      ? 'The rows changed while they were read, and it is unknown by how much'
      : `${drift} ${drift === 1 ? 'object' : 'objects'} changed while ${read} ${read === 1 ? 'row was' : 'rows were'} read`
  throw new EntrapipeError('TOO_MUCH_DRIFT', `${found}; the limit is ${maxDrift}. The output is not published.`, {
    facts: { drift, read, maxDrift },
    fix: 'Run the same command again: it starts over. Or allow more with --max-drift.',
  })
}

/** Whether a run that ended with these facts would end in the same way under another limit. */
export const driftsStill = (facts: EntrapipeError['facts'] = {}, maxDrift: AtMost | undefined): boolean => {
  const { drift, read } = facts
  return maxDrift === undefined || typeof drift !== 'number' || exceeds(maxDrift, drift, Number(read))
}
