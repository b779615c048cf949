import { random } from '../programs/random.ts'
import { appRoleTrials } from './app-roles.ts'
import { appTrials } from './apps.ts'
import { deviceTrials } from './devices.ts'
import { groupTrials } from './groups.ts'
import { inviteTrials } from './invites.ts'
import { memberTrials, ofGroups, ofUnits } from './members.ts'
import { perform, type Performed } from './perform.ts'
import { openStage, type Stage } from './stage.ts'
import type { Trial } from './trial.ts'
import { updateTrials } from './updates.ts'
import { userTrials } from './users.ts'

/** What a campaign changes. */
export const kinds = [
  'users',
  'invites',
  'updates',
  'members',
  'groups',
  'devices',
  'apps',
  'units',
  'app-roles',
] as const
/** One of `kinds`. */
export type CampaignKind = (typeof kinds)[number]

interface CampaignOptions {
  readonly kind: CampaignKind
  readonly rows: number
  /** Empty. */
  readonly folder: string
  readonly seed: number
  /** How often the program is killed before the undo, which is killed once. */
  readonly kills: number
}

/** Quotas refill so much faster than Graph's, and 30 s of lag are as much shorter. */
const timeScale = 100
const lagMs = 30_000 / timeScale

/** Performs the trials of a kind, and their undo, one after the other. */
export async function* campaign({ kind, rows, folder, seed, kills }: CampaignOptions): AsyncGenerator<Performed> {
  const next = random(`${kind} ${seed}`)
  const users = ['members', 'units', 'app-roles'].includes(kind) ? Math.max(2_000, Math.ceil(rows * 1.1)) : 2_000
  const stage = await openStage({ folder, users, seed, timeScale, lagMs, writeMs: 5 })
  const attempts = new Set<string>()
  const step = (trial: Trial, count = kills) =>
    perform(stage, trial, { rows, rivalShare: 0.01, kills: count, next, attempts })
  const undo = ({ run }: Performed, trial: Omit<Trial, 'args'>) => step({ ...trial, args: ['runs', 'undo', run] }, 1)
  try {
    if (kind === 'updates') {
      const trials = updateTrials(stage, rows)
      const updated = await step(trials.update)
      yield updated
      yield await undo(updated, trials.undo)
    } else if (kind === 'invites') {
      const trials = inviteTrials(stage, rows)
      const invited = await step(trials.invite)
      yield invited
      yield await undo(invited, trials.undo)
    } else if (kind === 'devices') {
      const trials = deviceTrials(stage, rows)
      const updated = await step(trials.update, Math.ceil(kills / 2))
      yield updated
      yield await undo(updated, trials.undo)
      yield await step(trials.remove, Math.ceil(kills / 2))
    } else if (kind === 'apps') {
      const trials = appTrials(stage, rows)
      const removed = await step(trials.remove)
      yield removed
      yield await undo(removed, trials.undo)
    } else if (kind === 'users' || kind === 'groups') {
      const trials = kind === 'users' ? userTrials(stage, rows) : groupTrials(stage, rows)
      const created = await step(trials.create)
      yield created
      yield await undo(created, trials.undo)
    } else {
      const half = Math.ceil(kills / 2)
      const [give, take, undoTake, undoGive] = pairOf(kind, stage, rows, next)
      const given = await step(give, half)
      yield given
      const taken = await step(take, half)
      yield taken
      yield await undo(taken, undoTake)
      yield await undo(given, undoGive)
    }
  } finally {
    await stage.close()
  }
}

/** Trials that give something and take it, and their undo. */
const pairOf = (
  kind: 'members' | 'units' | 'app-roles',
  stage: Stage,
  rows: number,
  next: () => number,
): readonly [Trial, Trial, Omit<Trial, 'args'>, Omit<Trial, 'args'>] => {
  if (kind === 'app-roles') {
    const { assign, unassign, undoUnassign, undoAssign } = appRoleTrials(stage, rows)
    return [assign, unassign, undoUnassign, undoAssign]
  }
  const { add, remove, undoRemove, undoAdd } = memberTrials(stage, kind === 'units' ? ofUnits : ofGroups, rows, next)
  return [add, remove, undoRemove, undoAdd]
}
