import type { Argument, Command, Option } from 'commander'

interface Suggestion {
  readonly value: string
  /** One line of explanation. */
  readonly about?: string
}

/**
 * Values that do not come from the program itself, such as tenants. `name` is the long name of an option, or `<command>
 * <argument>`; `before` are the values already typed for it.
 */
export type ValueSource = (name: string, before: readonly string[]) => Promise<readonly string[]> | readonly string[]

/** The command that the earlier words select, and the option whose value the last word is. */
interface Selected {
  readonly command: Command
  readonly option?: Option
  /** Arguments of the command already typed. */
  readonly given: readonly string[]
  /** Values of the option already typed. */
  readonly before: readonly string[]
}

const lineage = (command: Command): readonly Command[] =>
  command.parent ? [command, ...lineage(command.parent)] : [command]

const findOption = (command: Command, flag: string): Option | undefined =>
  lineage(command)
    .flatMap(({ options }) => options)
    .find(({ long, short }) => long === flag || short === flag)

const findCommand = (command: Command, name: string): Command | undefined =>
  command.commands.find(inner => inner.name() === name || inner.aliases().includes(name))

const takesValue = (option: Option): boolean => option.required || option.optional

const locate = (program: Command, words: readonly string[]): Selected => {
  let command = program
  const given: string[] = []
  let option: Option | undefined
  let before: string[] = []
  for (const word of words) {
    if (word.startsWith('-') && word !== '-') {
      const found = word.includes('=') ? undefined : findOption(command, word)
      option = found && takesValue(found) ? found : undefined
      before = []
    } else if (option) {
      before.push(word)
      if (!option.variadic) option = undefined
    } else {
      const inner = given.length === 0 ? findCommand(command, word) : undefined
      if (inner) command = inner
      else given.push(word)
    }
  }
  return { command, given, before, ...(option && { option }) }
}

const line = (text: string): string => text.split('\n')[0]!.replaceAll('\t', ' ')

const hidden = (command: Command): boolean => Boolean((command as Command & { _hidden?: boolean })._hidden)

const commandsOf = (command: Command): readonly Suggestion[] =>
  command.commands
    .filter(inner => !hidden(inner))
    .map(inner => ({ value: inner.name(), about: line(inner.summary() || inner.description()) }))

const optionsOf = (command: Command): readonly Suggestion[] =>
  lineage(command)
    .flatMap(({ options }) => options)
    .filter(option => !option.hidden && option.long)
    .map(option => ({ value: option.long!, about: line(option.description) }))

/** Choices of an option or argument. In `a,b,c` the last item is completed, and the items before it are kept. */
const choices = async (
  of: Option | Argument,
  name: string,
  { last, before, values }: { readonly last: string; readonly before: readonly string[]; readonly values: ValueSource },
): Promise<readonly Suggestion[]> => {
  const kept = last.slice(0, last.lastIndexOf(',') + 1)
  const found = of.argChoices ?? (await values(name, kept === '' ? before : []))
  return found.map(value => ({ value: `${kept}${value}` }))
}

/**
 * Completions of the last word: commands, options and choices, read from the program itself, and values from `values`.
 * Empty where a file name is expected: the shell completes those.
 *
 * @param words without the program's name; the last one is being typed and may be empty
 */
export const suggest = async (
  program: Command,
  words: readonly string[],
  values: ValueSource,
): Promise<readonly Suggestion[]> => {
  const last = words.at(-1) ?? ''
  const seen = new Set<string>()
  return (await candidates(program, words.slice(0, -1), last, values)).filter(
    ({ value }) => value.startsWith(last) && !seen.has(value) && seen.add(value),
  )
}

const candidates = async (
  program: Command,
  words: readonly string[],
  last: string,
  values: ValueSource,
): Promise<readonly Suggestion[]> => {
  const { command, option, given, before } = locate(program, words)
  const assigned = /^(--[^=]+=)(.*)$/.exec(last)
  const target = assigned && findOption(command, assigned[1]!.slice(0, -1))
  if (target)
    return (await choices(target, target.long!, { last: assigned[2]!, before: [], values })).map(({ value }) => ({
      value: `${assigned[1]}${value}`,
    }))
  if (option && !(option.variadic && last.startsWith('-')))
    return await choices(option, option.long!, { last, before, values })
  if (last.startsWith('-')) return optionsOf(command)
  if (given.length === 0 && command.commands.length > 0) return commandsOf(command)
  const declared = command.registeredArguments
  const argument = declared[given.length] ?? (declared.at(-1)?.variadic ? declared.at(-1) : undefined)
  if (!argument) return []
  const own = given.slice(declared.indexOf(argument))
  return await choices(argument, `${command.name()} ${argument.name()}`, { last, before: own, values })
}
