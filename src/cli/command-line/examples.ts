/** What stands below a command's options: commands that can be typed as they are. */
export const examples = (...commands: readonly string[]): string =>
  `\nExamples:\n${commands.map(command => `  entrapipe ${command}`).join('\n')}`
