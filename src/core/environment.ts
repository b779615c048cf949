import { homedir, platform, tmpdir } from 'node:os'

/** The environment. Only this module reads that of the process, so that tests can replace it. */
export interface Environment {
  /** A variable, or undefined when it is unset or empty. */
  variable(name: string): string | undefined
  readonly cwd: string
  readonly home: string
  readonly tmp: string
  readonly platform: NodeJS.Platform
}

/** Reads the environment of this process, at the time of the call. */
export const processEnvironment = (): Environment => ({
  variable: name => process.env[name] || undefined,
  cwd: process.cwd(),
  home: homedir(),
  tmp: tmpdir(),
  platform: platform(),
})
