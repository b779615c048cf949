import { homedir, hostname, platform, tmpdir, userInfo } from 'node:os'

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

/** The user of this machine, and its name, for records of who did what. */
interface MachineUser {
  readonly user: string
  readonly host: string
}

/** Reads who uses this machine. A user without a name, as in a container, is named by number. */
export const machineUser = (): MachineUser => {
  const host = hostname()
  try {
    return { user: userInfo().username, host }
  } catch {
    return { user: `uid ${process.getuid?.() ?? 'unknown'}`, host }
  }
}

/** All variables of this process and others, for one that it starts. */
export const variablesWith = (
  more: Readonly<Record<string, string>>,
): Readonly<Record<string, string | undefined>> => ({
  ...process.env,
  ...more,
})
