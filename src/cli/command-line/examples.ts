/** Help text below a command's options: commands that can be run as shown. */
export const examples = (...commands: readonly string[]): string =>
  `\nExamples:\n${commands.map(command => `  entrapipe ${command}`).join('\n')}`
