import { homedir, platform, tmpdir } from 'node:os'

/** The only place that reads the process's surroundings, so that tests can give others. */
export interface Environment {
  /** A variable, or undefined when it is unset or empty. */
  variable(name: string): string | undefined
  readonly cwd: string
  readonly home: string
  readonly tmp: string
  readonly platform: NodeJS.Platform
}

/** The surroundings of this process, as they are when it is called. */
export const processEnvironment = (): Environment => ({
  variable: name => process.env[name] || undefined,
  cwd: process.cwd(),
  home: homedir(),
  tmp: tmpdir(),
  platform: platform(),
})
