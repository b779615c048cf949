import { sameText } from '../core/same-text.ts'
import type { MappingReader } from './mapping-reader.ts'
import type { HrFeedOptions, Mapping, Mistakes, Standing } from './mapping.ts'

const standings = ['active', 'leave', 'leaver'] as const

/** The words of a column that say whether a person works. */
export const statusOf = (
  read: MappingReader,
  given: HrFeedOptions['status'],
  mistakes: Mistakes,
): Mapping['status'] => {
  if (given === undefined) return undefined
  const options = read.options('status', given, ['from', ...standings])
  const from = read.expression('from of status', options['from'], 'text', 'a column')
  const found = new Map<string, Standing>()
  for (const standing of standings) {
    const words = options[standing] ?? []
    if (!Array.isArray(words) || !words.every(word => typeof word === 'string'))
      mistakes.add(`${standing} of status needs a list of words, such as ['A'].`, mistakes.written.property(standing))
    else
      for (const word of words as readonly string[]) {
        const before = found.get(sameText(word))
        if (before !== undefined && before !== standing)
          mistakes.add(
            `The status ${JSON.stringify(word)} is both ${before} and ${standing}.`,
            mistakes.written.property('status'),
          )
        found.set(sameText(word), standing)
      }
  }
  if (![...found.values()].includes('active'))
    mistakes.add('status needs the words of active people: active: [...].', mistakes.written.property('active'))
  return from && { from, standings: found }
}

/** What the word of a row says; undefined for a word that the mapping does not name. */
export const standingOf = ({ standings }: NonNullable<Mapping['status']>, word: unknown): Standing | undefined =>
  standings.get(sameText(word === null || word === undefined ? '' : String(word)))
