/** The shells that completion scripts are written for. */
export const completionShells = ['bash', 'zsh', 'fish', 'powershell'] as const
/** A shell that a script is printed for. */
export type CompletionShell = (typeof completionShells)[number]

/** Scripts that ask the program itself, through the hidden `__complete`, so that completions always match its version. */
const scripts: Readonly<Record<CompletionShell, (name: string) => string>> = {
  bash: name => `# bash completion for ${name}
_${name}_complete() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    [ -n "$line" ] && COMPREPLY+=("\${line%%$'\\t'*}")
  done < <(${name} __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _${name}_complete ${name}
`,
  zsh: name => `#compdef ${name}
# zsh completion for ${name}
_${name}() {
  local -a found
  local line value
  while IFS= read -r line; do
    value="\${line%%$'\\t'*}"
    found+=("\${value//:/\\\\:}:\${line#*$'\\t'}")
  done < <(${name} __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#found} )); then
    _describe '${name}' found
  else
    _files
  fi
}
if [ "$funcstack[1]" = "_${name}" ]; then
  _${name} "$@"
else
  compdef _${name} ${name}
fi
`,
  fish: name => `# fish completion for ${name}
function __${name}_complete
  set -l words (commandline -opc)
  set -e words[1]
  set -l current (commandline -ct)
  test (count $current) -gt 0; or set current ''
  ${name} __complete -- $words $current 2>/dev/null
end
complete -c ${name} -a '(__${name}_complete)'
`,
  powershell: name => `# PowerShell completion for ${name}
Register-ArgumentCompleter -Native -CommandName ${name} -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @($commandAst.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { "$_" })
  # Before 7.3 an empty argument is lost on its way to a program, unless it is quoted twice.
  $current = if ("$wordToComplete" -eq '' -and $PSVersionTable.PSVersion -lt [version]'7.3') { '""' } else { "$wordToComplete" }
  & ${name} __complete -- @words $current 2>$null | ForEach-Object {
    $value, $about = $_ -split "\`t", 2
    if (-not $about) { $about = $value }
    [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $about)
  }
}
`,
}

/** The completion script for a shell. `name` is the command that starts the program. */
export const completionScript = (shell: CompletionShell, name: string): string => scripts[shell](name)

/** How to enable completion, one line per shell. */
export const completionHint: Readonly<Record<CompletionShell, string>> = {
  bash: 'Add to ~/.bashrc:  source <(entrapipe completion bash)',
  zsh: 'Add to ~/.zshrc, after compinit:  source <(entrapipe completion zsh)',
  fish: 'Run once:  entrapipe completion fish > ~/.config/fish/completions/entrapipe.fish',
  powershell: 'Add to $PROFILE:  entrapipe completion powershell | Out-String | Invoke-Expression',
}

/** How to enable completion with npx. The script calls `entrapipe`, which this line defines as a function. */
export const npxHint = `With npx, add to ~/.bashrc:  entrapipe() { npx entrapipe "$@"; }; source <(npx entrapipe completion bash)`
