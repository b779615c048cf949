import type { Command } from 'commander'

/** Shows in a command's help the options of another: those that it passes on, and does not take itself. */
export const showOptions = (command: Command, passedOn: Command): Command =>
  command.configureHelp({
    ...command.configureHelp(),
    visibleOptions: () => passedOn.createHelp().visibleOptions(passedOn),
  })
