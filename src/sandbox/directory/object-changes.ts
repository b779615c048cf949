import type { Ledger } from './ledger.ts'
import type { Links } from './link-overlay.ts'
import type { Change, ObjectChanges } from './types.ts'

const ofLinks: ReadonlySet<Change['what']> = new Set(['linked', 'unlinked'])

/**
 * Sums up the changes of objects. An object may have hundreds of thousands: those of its links are numbers until they are read.
 *
 * @param after only changes after this sequence
 * @param until up to and including this one
 */
export const objectChanges =
  (history: Ledger, lastOfLink: Links['lastChange']) =>
  (id: string, after: number, until: number): ObjectChanges => {
    const sequences = history.sequencesOf(id, after, until)
    const whats = new Set<Change['what']>()
    let last: Change['what'] | undefined
    for (const sequence of sequences) {
      const what = history.whatOf(sequence)
      whats.add(what)
      if (!ofLinks.has(what)) last = what
    }
    return {
      first: sequences[0],
      last,
      isNew: whats.has('created') || whats.has('restored'),
      properties: new Set(history.propertiesOf(sequences)),
      *links(from) {
        for (const sequence of sequences) {
          if (sequence < from || !ofLinks.has(history.whatOf(sequence))) continue
          const { object, relation, target } = history.linkOf(sequence)
          if (lastOfLink(object, relation, target, until) === sequence) yield history.change(sequence)
        }
      },
    }
  }
