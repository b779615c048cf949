import type { Command } from 'commander'

/**
 * The words after each occurrence of an option that takes several: the parser joins those of `--for export --for users` in one
 * list, as if they were `export users`.
 */
export const occurrences = (command: Command, option: string): readonly (readonly string[])[] => {
  const found: string[][] = []
  let isOpen = false
  for (const word of given(command)) {
    const isFlag = word === option
    if (isFlag) found.push([])
    else if (word.startsWith(`${option}=`)) found.push([word.slice(option.length + 1)])
    else if (isOpen && !word.startsWith('-')) found.at(-1)!.push(word)
    isOpen = isFlag || (isOpen && !word.startsWith('-'))
  }
  return found
}

/** The command line as it was given. */
const given = (command: Command): readonly string[] =>
  command.parent ? given(command.parent) : (command as Command & { readonly rawArgs: readonly string[] }).rawArgs
