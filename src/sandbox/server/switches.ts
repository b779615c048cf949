import { defaultKnobs, type Knobs } from '../resources/knobs.ts'

/** What may be switched while a sandbox runs. */
export interface Switches extends Required<Knobs> {
  /** gzip for callers that accept it. */
  readonly gzip: boolean
  /** App roles in the main app's tokens from now on; absent: those it was registered with. */
  readonly roles?: readonly string[]
}

/** The switches as they stand. */
export interface SwitchBoard {
  now(): Switches
  /** What is not named stays as it is. */
  set(changed: Partial<Switches>): void
  /** As the sandbox was started. */
  reset(): void
}

/** A board of switches. @param start what differs from Graph as it mostly is */
export const createSwitches = (start: Partial<Switches> = {}): SwitchBoard => {
  const first: Switches = { ...defaultKnobs, gzip: true, ...start }
  let now = first
  return {
    now: () => now,
    set: changed => void (now = { ...now, ...changed }),
    reset: () => void (now = first),
  }
}
