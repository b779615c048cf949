import type { Command } from 'commander'

/** Shows another command's options in the help of this command, which passes them on without parsing them. */
export const showOptions = (command: Command, passedOn: Command): Command =>
  command.configureHelp({
    ...command.configureHelp(),
    visibleOptions: () => passedOn.createHelp().visibleOptions(passedOn),
  })
