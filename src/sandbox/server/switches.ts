import { defaultKnobs, type Knobs } from '../resources/knobs.ts'

/** Settings that can be changed while a sandbox runs. */
export interface Switches extends Required<Knobs> {
  /** Compresses replies for clients that accept gzip. */
  readonly gzip: boolean
  /** App roles in new tokens of the main app. Absent: the roles it is registered with. */
  readonly roles?: readonly string[]
}

/** The current switches. */
export interface SwitchBoard {
  now(): Switches
  /** Changes the given switches only. */
  set(changed: Partial<Switches>): void
  /** Restores the switches of the start. */
  reset(): void
}

/** @param start differences from Graph's usual behaviour */
export const createSwitches = (start: Partial<Switches> = {}): SwitchBoard => {
  const first: Switches = { ...defaultKnobs, gzip: true, ...start }
  let now = first
  return {
    now: () => now,
    set: changed => void (now = { ...now, ...changed }),
    reset: () => void (now = first),
  }
}
