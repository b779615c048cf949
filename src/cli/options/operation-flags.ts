import { Option, type Command } from 'commander'

/** Options that are part of the names of operations, as of `roles assign --eligible`, with what they are for. */
const flags = {
  '--eligible': 'the operation for eligible roles',
  '--app': 'the operation for owners of applications',
  '--service-principal': 'the operation for owners of service principals',
} as const

/** Adds the options that are part of the names of operations, so that these are typed as they are listed. */
export const addOperationFlags = (command: Command): Command =>
  Object.entries(flags).reduce((one, [flag, about]) => one.addOption(new Option(flag, about)), command)

/** The name of an operation as words: those that were typed, then its options. */
export const operationWords = (words: readonly string[], command: Command): readonly string[] => [
  ...words,
  ...command.options.flatMap(option =>
    option.long && option.long in flags && command.getOptionValue(option.attributeName()) === true ? [option.long] : [],
  ),
]
