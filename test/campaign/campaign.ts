import { random } from '../programs/random.ts'
import { accountTrials } from './accounts.ts'
import { appRoleTrials } from './app-roles.ts'
import { appTrials } from './apps.ts'
import { deviceTrials } from './devices.ts'
import { groupTrials } from './groups.ts'
import { hrCampaign } from './hr/campaign.ts'
import { inviteTrials } from './invites.ts'
import { licencesOfCampaign, licenceTrials } from './licences.ts'
import { licenceMatrix } from './licence-matrix/campaign.ts'
import { groupMembers, linkTrials, ownerForms, unitMembers } from './linked.ts'
import type { pairOf } from './pair.ts'
import { onboardCampaign } from './onboard.ts'
import { perform, type Performed } from './perform.ts'
import { roleTrials } from './roles.ts'
import { openStage, type Stage } from './stage.ts'
import { syncTrials } from './sync.ts'

import type { Trial } from './trial.ts'
import { updateTrials } from './updates.ts'

import { uploadTrials } from './uploads.ts'
import { userTrials } from './users.ts'

/** What the trials of a kind have. */
interface Bench {
  readonly stage: Stage
  readonly rows: number
  readonly next: () => number
  /** Number of series that are performed, if not all are. */
  readonly most: number
  /** Performs a trial. Its process is killed for this share of the kills. */
  step(trial: Trial, share: number): Promise<Performed>
  /** Undoes one, killed once. */
  undo(performed: Performed, trial: Omit<Trial, 'args'>): Promise<Performed>
}

/** Performs one trial, which has no undo. */
async function* once({ step }: Bench, trial: Trial, share: number) {
  yield await step(trial, share)
}

type Trials = (bench: Bench) => AsyncGenerator<Performed>

/** Performs what gives and takes, and their undo, the last one first. */
async function* both({ step, undo }: Bench, pair: ReturnType<typeof pairOf>, share = 1): AsyncGenerator<Performed> {
  const given = await step(pair.give, share / 2)
  yield given
  const taken = await step(pair.take, share / 2)
  yield taken
  yield await undo(taken, pair.undoTake)
  yield await undo(given, pair.undoGive)
}

/** Performs what belongs together, one after the other: all of it, or some that are drawn. */
async function* series({ next, most }: Bench, all: readonly (() => AsyncGenerator<Performed>)[]) {
  const drawn = all.map((each, at) => ({ each, at, place: next() })).sort((one, other) => one.place - other.place)
  for (const { each } of drawn.slice(0, most).sort((one, other) => one.at - other.at)) yield* each()
}

/** Performs one trial, and its undo. */
async function* andBack({ step, undo }: Bench, trial: Trial, back: Omit<Trial, 'args'>, share = 1) {
  const performed = await step(trial, share)
  yield performed
  yield await undo(performed, back)
}

const trialsOf = {
  users: bench => {
    const { create, undo } = userTrials(bench.stage, bench.rows)
    return andBack(bench, create, undo)
  },
  invites: bench => {
    const { invite, undo } = inviteTrials(bench.stage, bench.rows)
    return andBack(bench, invite, undo)
  },
  updates: bench => {
    const { update, undo } = updateTrials(bench.stage, bench.rows)
    return andBack(bench, update, undo)
  },
  members: bench => both(bench, linkTrials(bench.stage, groupMembers, bench.rows, bench.next)),
  groups: bench => {
    const { create, undo } = groupTrials(bench.stage, bench.rows)
    return andBack(bench, create, undo)
  },
  async *devices(bench) {
    const { update, undo, remove } = deviceTrials(bench.stage, bench.rows)
    yield* andBack(bench, update, undo, 1 / 2)
    yield await bench.step(remove, 1 / 2)
  },
  apps: bench => {
    const { remove, undo } = appTrials(bench.stage, bench.rows)
    return andBack(bench, remove, undo)
  },
  units: bench => both(bench, linkTrials(bench.stage, unitMembers, bench.rows, bench.next)),
  'app-roles': bench => both(bench, appRoleTrials(bench.stage, bench.rows)),
  roles(bench) {
    const half = Math.ceil(bench.rows / 2)
    return series(
      bench,
      [true, false].map(isEligible => () => both(bench, roleTrials(bench.stage, half, isEligible), 1 / 2)),
    )
  },
  owners(bench) {
    const third = Math.ceil(bench.rows / 3)
    return series(
      bench,
      ownerForms.map(form => () => both(bench, linkTrials(bench.stage, form, third, bench.next), 1 / 3)),
    )
  },
  async *accounts(bench) {
    const { alone, undone } = await accountTrials(bench.stage, bench.rows)
    yield* series(bench, [
      ...alone.map(trial => () => once(bench, trial, 1 / 8)),
      ...undone.map(
        ({ trial, undo }) =>
          () =>
            andBack(bench, trial, undo, 1 / 8),
      ),
    ])
  },
  sync(bench) {
    return series(
      bench,
      syncTrials(bench.stage, bench.rows, bench.next).map(
        ({ trial, undo }) =>
          () =>
            undo ? andBack(bench, trial, undo, 1 / 4) : once(bench, trial, 1 / 4),
      ),
    )
  },
  async *licences(bench) {
    const { assign, undoAssign, modify, undoModify, transfer, undoTransfer, remove, undoRemove, ledger } =
      licenceTrials(bench.stage, bench.rows)
    const assigned = await bench.step(assign, 1 / 4)
    yield assigned
    yield* andBack(bench, modify, undoModify, 1 / 4)
    yield* andBack(bench, transfer, undoTransfer, 1 / 4)
    yield* andBack(bench, remove, undoRemove, 1 / 4)
    yield await bench.undo(assigned, undoAssign)
    yield await ledger()
  },
  async *uploads(bench) {
    const trials = await uploadTrials(bench.stage, bench.rows)
    yield* series(
      bench,
      trials.map(trial => () => once(bench, trial, 1 / 2)),
    )
  },
} as const satisfies Record<string, Trials>

/** What a campaign changes. */
export type CampaignKind = keyof typeof trialsOf | 'hr' | 'onboard' | 'licence-matrix'
/** All of them. */
export const kinds: readonly CampaignKind[] = [
  ...(Object.keys(trialsOf) as readonly (keyof typeof trialsOf)[]),
  'hr',
  'onboard',
  'licence-matrix',
]

/** Kinds whose rows are about users of the directory, each about another one. */
const aboutUsers: readonly CampaignKind[] = ['members', 'units', 'app-roles', 'roles', 'owners', 'sync']

interface CampaignOptions {
  readonly kind: CampaignKind
  readonly rows: number
  /** Empty. */
  readonly folder: string
  readonly seed: number
  /** How often the program is killed before the undo, which is killed once if there are at least 5. */
  readonly kills: number
  /** Share of the rows that the second writer changes, too. @default 0.01 */
  readonly rivalShare?: number
  /** Kinds with several series of trials perform this many of them, drawn by the seed. @default all */
  readonly most?: number
}

/** Quotas refill so much faster than Graph's, and 30 s of lag are as much shorter. */
const timeScale = 100
const lagMs = 30_000 / timeScale

/** Performs the trials of a kind, and their undo, one after the other. */
export async function* campaign(options: CampaignOptions): AsyncGenerator<Performed> {
  const { kind, rows, folder, seed, kills, rivalShare = 0.01, most = Infinity } = options
  if (kind === 'hr') {
    yield* hrCampaign({ rows, folder, seed, kills })
    return
  }
  if (kind === 'licence-matrix') {
    yield* licenceMatrix(folder)
    return
  }
  if (kind === 'onboard') {
    yield* onboardCampaign({ rows, folder, seed, kills })
    return
  }
  const next = random(`${kind} ${seed}`)
  const users = aboutUsers.includes(kind) ? Math.max(2_000, Math.ceil(rows * 1.1)) : 2_000
  const stage = await openStage({
    folder,
    users,
    seed,
    timeScale,
    lagMs,
    writeMs: 5,
    ...(kind === 'licences' && { licences: licencesOfCampaign(rows) }),
  })
  const attempts = new Set<string>()
  const step = (trial: Trial, count: number) =>
    perform(stage, trial, { rows, rivalShare, kills: count, next, attempts })
  const bench: Bench = {
    stage,
    rows,
    next,
    most,
    step: (trial, share) => step(trial, Math.ceil(kills * share)),
    undo: ({ run }, trial) => step({ ...trial, args: ['runs', 'undo', run] }, kills < 5 ? 0 : 1),
  }
  try {
    yield* trialsOf[kind](bench)
  } finally {
    await stage.close()
  }
}
