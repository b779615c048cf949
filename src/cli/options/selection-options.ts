import type { Command } from 'commander'
import { EntrapipeError } from '../../core/errors.ts'
import { addingUp } from './values.ts'

type How = 'also' | 'only' | 'except'

interface Typed {
  readonly how: How | undefined
  readonly words: (readonly [word: string, value: string])[]
}

const lists = {
  '--group <group>': 'members of this group: id or name; also dynamic groups. Several groups add up',
  '--has <product>': 'users who have this product, or one of several: part number, name or id',
  '--without <product>': 'users who have none of these products',
  '--id <user>': 'this user: id, user principal name or mail address. Several add up',
} as const

/**
 * Adds the options that choose users. `--also`, `--only` and `--except` begin another term, in which each of them can be given again.
 * Returns what makes the parameters of the pipeline of them.
 */
export const addSelectionOptions = (command: Command): ((options: Fields) => Fields) => {
  const terms: Typed[] = [{ how: undefined, words: [] }]
  const from = command.options.find(({ long }) => long === '--from')!
  // Only the first one is the file with the rows.
  from.argParser(addingUp((text: string, before: string | undefined) => (terms.length === 1 ? text : before!)))
  const add = (word: string, value: string): unknown => terms.at(-1)!.words.push([word, value])
  const keep = addingUp((text: string, before: readonly string[] | undefined) => [...(before ?? []), text])
  for (const [flags, about] of Object.entries(lists)) command.option(flags, about, keep)
  command
    .option('--transitive', 'also the members of groups in the group')
    .option('--filter <odata>', 'users for whom this filter holds', keep)
    .option('--also', 'add the users of the options that follow')
    .option('--only', 'keep only the users of the options that follow')
    .option('--except', 'leave out the users of the options that follow')
  for (const word of ['group', 'has', 'without', 'id', 'filter', 'from'])
    command.on(`option:${word}`, (value: string) => void add(word, value))
  command.on('option:transitive', () => void add('transitive', 'true'))
  for (const how of ['also', 'only', 'except'] as const)
    command.on(`option:${how}`, () => void terms.push({ how, words: [] }))
  return options => paramsOf(options, terms)
}

/** Values of options by name. */
type Fields = Readonly<Record<string, unknown>>

const names = ['group', 'has', 'without', 'id', 'filter', 'transitive', 'also', 'only', 'except']

const once = (before: unknown, filter: string): string => {
  if (before !== undefined)
    throw new EntrapipeError('USAGE', '--filter can be given only once in a term.', {
      fix: 'Join the filters with `and`, or put --only before the second one.',
    })
  return filter
}

const paramsOf = (options: Fields, [first, ...later]: readonly Typed[]): Fields => {
  const own: Record<string, unknown> = Object.fromEntries(
    Object.entries(options).filter(([name]) => !names.includes(name)),
  )
  for (const [word, value] of first!.words) {
    if (word === 'from') continue
    if (word === 'transitive') own[word] = true
    else if (word === 'filter') own[word] = once(own[word], value)
    else own[word] = [...((own[word] as readonly string[] | undefined) ?? []), value]
  }
  for (const [at, { how, words }] of later.entries())
    own[how!] = [
      ...((own[how!] as readonly string[] | undefined) ?? []),
      ...(words.length === 0 ? [`${at + 1}:none=`] : words.map(([word, value]) => `${at + 1}:${word}=${value}`)),
    ]
  return own
}
