import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { sandboxStatus } from '../../src/sandbox/process/commands.ts'
import { runSandbox } from '../../src/sandbox/main.ts'
import type { SandboxSettings } from '../../src/sandbox/settings.ts'
import { commandsIn, type Ran } from './commands-in.ts'

/** A folder with files and a store, where commands run in this process, as `main` runs them. */
export const commandBed = async (
  t: Test,
  files: Readonly<Record<string, string>> = {},
  sandbox: SandboxSettings = { users: 300, tls: false },
) => {
  const folder = t.testdir({})
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const bed = commandsIn(folder)
  const stateDir = await bed.look(async store => store.folder.folder('sandbox'))
  await standing(t, stateDir, sandbox)
  const control = async (method: string, path: string): Promise<string> => {
    const { controlUrl, controlKey } = (await sandboxStatus(stateDir))!
    return (await fetch(`${controlUrl}${path}`, { method, headers: { 'x-sandbox-key': controlKey } })).text()
  }
  return {
    ...bed,
    /** How the sandbox is reached, for a configuration. */
    connection: async () => (await sandboxStatus(stateDir))!,
    /** Calls the sandbox's control endpoint. */
    control,
    /** What was done to objects of a kind, by the sandbox's own record. */
    truth: async (kind: string) =>
      (await control('GET', `/truth?kind=${kind}`))
        .trim()
        .split('\n')
        .filter(line => line !== '')
        .map(line => JSON.parse(line) as Readonly<Record<string, unknown>>),
  }
}

/** The sandbox of the store runs in this process. */
const standing = async (t: Test, stateDir: string, settings: SandboxSettings): Promise<void> => {
  const end = new AbortController()
  let ended: Promise<unknown> = Promise.resolve()
  await new Promise<void>((resolve, reject) => {
    ended = runSandbox({ stateDir, settings, foreground: true, signal: end.signal, onReady: () => resolve() })
    ended.catch(reject)
  })
  t.teardown(async () => {
    end.abort()
    await ended
  })
}

/** The last line of stdout with `--json`, and the id of the run apart. */
export const summaryOf = ({ stdout }: Pick<Ran, 'stdout'>) => {
  const { run, ...summary } = JSON.parse(stdout.trim().split('\n').at(-1)!) as {
    readonly run: string
    readonly counts: Readonly<Record<string, number>>
    readonly unchecked?: readonly string[]
  }
  return { run, summary }
}
