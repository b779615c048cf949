/** Syntax of a shell, as far as the Azure CLI commands need it. */
export interface Shell {
  /** `APP_ID=$(az …)` */
  assign(variable: string, command: string): string
  /** `"$APP_ID"` */
  use(variable: string): string
  /** A command's output as an argument. */
  output(command: string): string
  /** One command on several lines. */
  readonly continued: string
  comment(text: string): string
  /** Writes a command's output to a file that only its owner may read. */
  keep(command: string, file: string): string
}

const upper = (variable: string) => variable.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase()

/** The supported shells. */
export const shells = {
  bash: {
    assign: (variable, command) => `${upper(variable)}=$(${command})`,
    use: variable => `"$${upper(variable)}"`,
    output: command => `$(${command})`,
    continued: ' \\\n  ',
    comment: text => `# ${text}`,
    keep: (command, file) => `(umask 077; ${command} > ${file})`,
  },
  powershell: {
    assign: (variable, command) => `$${variable} = ${command}`,
    use: variable => `$${variable}`,
    output: command => `$(${command})`,
    continued: ' `\n  ',
    comment: text => `# ${text}`,
    keep: (command, file) => `${command} | Set-Content -NoNewline ${file}`,
  },
} as const satisfies Record<string, Shell>

/** One of `shells`. */
export type ShellName = keyof typeof shells
