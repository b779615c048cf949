import { random } from '../programs/random.ts'
import { appTrials } from './apps.ts'
import { deviceTrials } from './devices.ts'
import { groupTrials } from './groups.ts'
import { memberTrials } from './members.ts'
import { perform, type Performed } from './perform.ts'
import { openStage } from './stage.ts'
import type { Trial } from './trial.ts'
import { updateTrials } from './updates.ts'
import { userTrials } from './users.ts'

/** What a campaign changes. */
export const kinds = ['users', 'updates', 'members', 'groups', 'devices', 'apps'] as const
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
  const users = kind === 'members' ? Math.ceil(rows * 1.1) : 2_000
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
    } else if (kind !== 'members') {
      const trials = kind === 'users' ? userTrials(stage, rows) : groupTrials(stage, rows)
      const created = await step(trials.create)
      yield created
      yield await undo(created, trials.undo)
    } else {
      const trials = memberTrials(stage, rows, next)
      const added = await step(trials.add, Math.ceil(kills / 2))
      yield added
      const removed = await step(trials.remove, Math.ceil(kills / 2))
      yield removed
      yield await undo(removed, trials.undoRemove)
      yield await undo(added, trials.undoAdd)
    }
  } finally {
    await stage.close()
  }
}
