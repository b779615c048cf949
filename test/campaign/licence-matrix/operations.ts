import type { Owned } from './desk.ts'
import { allBut, goesOn, plansOf } from './plans.ts'

/** What a user has directly: names of the plans that are off, by part number. */
export type Direct = Readonly<Partial<Record<Owned, readonly string[]>>>

/** An operation of the command line, and what it is for a user by Microsoft's documents and by what the options say. */
export interface MatrixOperation {
  readonly name: string
  readonly command: readonly string[]
  readonly flags: readonly string[]
  /** The same said by columns of the file, where flags say something else. */
  readonly columns?: { readonly header: string; readonly cells: string; readonly flags: readonly string[] }
  /** What an ordinary user has before. */
  readonly base: Direct
  /** The same with other plans. */
  readonly mixed: Direct
  /** What is kept of what is there, and what is new. */
  apply(before: Direct): Direct
  /** Products that have a row of their own, for a user with this. */
  rows(before: Direct): readonly Owned[]
  /** The product that a group gives to the users who inherit. */
  readonly given: Owned
  /** What becomes of a user who has it by a group alone. */
  readonly onlyInherited: 'unchanged' | 'skipped'
  /** Users can have it directly and by a group. */
  readonly both?: true
  /** Something is added: the user must have a usage location. */
  readonly needsLocation: boolean
  /** What users have besides that cannot stay: known to all, or to the service alone. */
  readonly excluded?: Direct | undefined
  readonly excludedUnseen?: Direct | undefined
  /** What needs something that is taken: known to all, or to the service alone. */
  readonly lacking?: Direct
  readonly lackingUnseen?: Direct
  /** It is made by `runs due`, not at once. */
  readonly isLater?: true
}

const without = (direct: Direct, ...skus: readonly Owned[]): Direct =>
  Object.fromEntries(Object.entries(direct).filter(([sku]) => !skus.includes(sku as Owned)))

const assign = (name: string, flags: readonly string[], wanted: Direct, more: Partial<MatrixOperation> = {}) => {
  const isWhole = !flags.some(flag => flag.endsWith('-plans'))
  const skus = Object.keys(wanted) as readonly Owned[]
  return {
    ...{ name, command: ['licenses', 'assign'], flags },
    base: {},
    mixed: { SPE_E3: ['YAMMER_ENTERPRISE'] },
    // Whole: who has it keeps the plans as they are.
    apply: before => ({ ...before, ...wanted, ...(isWhole ? before : {}) }),
    rows: () => skus,
    given: 'SPE_E3',
    // A direct licence turns off nothing that a group gives.
    onlyInherited: isWhole ? 'unchanged' : 'skipped',
    needsLocation: true,
    excluded: { MCOIMP: [] },
    excludedUnseen: { SPB: allBut('SPB', 'WINBIZ') },
    ...more,
  } satisfies MatrixOperation as MatrixOperation
}

const teamsOff = ['MCOSTANDARD', 'TEAMS1']
const modify: readonly MatrixOperation[] = [
  {
    ...{ name: 'turn plans on', command: ['licenses', 'modify'] },
    flags: ['--sku', 'SPE_E3', '--enable-plans', 'SWAY,WIN10_PRO_ENT_SUB'],
    columns: { header: 'LicenseSKU', cells: 'SPE_E3', flags: ['--enable-plans', 'SWAY,WIN10_PRO_ENT_SUB'] },
    base: { SPE_E3: ['SWAY', 'WIN10_PRO_ENT_SUB', 'YAMMER_ENTERPRISE'] },
    mixed: { SPE_E3: ['SWAY', 'FORMS_PLAN_E3'], POWER_BI_PRO: [] },
    apply: before => ({
      ...before,
      SPE_E3: (before.SPE_E3 ?? []).filter(plan => !['SWAY', 'WIN10_PRO_ENT_SUB'].includes(plan)),
    }),
    rows: () => ['SPE_E3'],
    given: 'SPE_E3',
    onlyInherited: 'unchanged',
    both: true,
    needsLocation: true,
    excludedUnseen: { SPB: allBut('SPB', 'WINBIZ') },
  },
  {
    ...{ name: 'turn plans off', command: ['licenses', 'modify'] },
    flags: ['--sku', 'SPE_E3', '--disable-plans', teamsOff.join()],
    columns: { header: 'LicenseSKU', cells: 'SPE_E3', flags: ['--disable-plans', teamsOff.join()] },
    base: { SPE_E3: ['SWAY'] },
    mixed: { SPE_E3: ['TEAMS1', 'YAMMER_ENTERPRISE'], POWER_BI_PRO: [] },
    apply: before => ({ ...before, SPE_E3: [...new Set([...(before.SPE_E3 ?? []), ...teamsOff])] }),
    rows: () => ['SPE_E3'],
    given: 'SPE_E3',
    onlyInherited: 'skipped',
    both: true,
    needsLocation: true,
    lacking: { MCOEV: [] },
  },
  {
    ...{ name: 'add a product', command: ['licenses', 'modify'] },
    flags: ['--sku', 'SPE_E3', '--add', 'POWER_BI_PRO'],
    base: { SPE_E3: ['SWAY'] },
    mixed: { SPE_E3: ['TEAMS1'], VISIOCLIENT: [] },
    apply: before => ({ ...before, POWER_BI_PRO: before.POWER_BI_PRO ?? [] }),
    rows: () => ['POWER_BI_PRO'],
    given: 'POWER_BI_PRO',
    onlyInherited: 'unchanged',
    needsLocation: true,
  },
]

const removal = {
  command: ['licenses', 'remove'],
  base: { SPE_E3: ['SWAY', 'YAMMER_ENTERPRISE'] },
  mixed: { SPE_E3: [], POWER_BI_PRO: [] },
  given: 'SPE_E3',
  onlyInherited: 'skipped',
  both: true,
  needsLocation: false,
} as const satisfies Partial<MatrixOperation>

const remove: readonly MatrixOperation[] = [
  {
    ...{ ...removal, name: 'remove a product', flags: ['--sku', 'SPE_E3'] },
    columns: { header: 'LicenseSKU', cells: 'Microsoft 365 E3', flags: ['--sku', 'VISIOCLIENT'] },
    apply: before => without(before, 'SPE_E3'),
    rows: () => ['SPE_E3'],
    lacking: { MCOEV: [] },
    lackingUnseen: { ATP_ENTERPRISE: [] },
  },
  {
    ...{ ...removal, name: 'remove all products', flags: ['--all'] },
    apply: () => ({}),
    rows: before => Object.keys(before) as readonly Owned[],
  },
  {
    ...{ ...removal, name: 'remove a product later', flags: ['--sku', 'SPE_E3', '--after', '30d'], isLater: true },
    apply: before => without(before, 'SPE_E3'),
    rows: () => ['SPE_E3'],
    lacking: { MCOEV: [] },
    lackingUnseen: { ATP_ENTERPRISE: [] },
  },
]

/** The new product, as the old ones had it: a service is off if it was off in all that were replaced. */
const exchanged =
  (olds: readonly Owned[], to: Owned, newPlans: 'on' | 'off') =>
  (before: Direct): Direct => {
    const held = olds.filter(sku => before[sku])
    const off = plansOf(to).filter(next => {
      const old = held.flatMap(sku =>
        plansOf(sku).flatMap(plan => (goesOn(sku, plan, to, next) ? !before[sku]!.includes(plan) : [])),
      )
      return old.length > 0 ? !old.includes(true) : newPlans === 'off'
    })
    return { ...without(before, ...olds), [to]: before[to] ?? off }
  }

const transfer = (
  olds: readonly Owned[],
  to: Owned,
  newPlans: 'on' | 'off',
  more: Pick<MatrixOperation, 'base' | 'mixed'> & Partial<MatrixOperation>,
): MatrixOperation => ({
  name: `transfer ${olds.join(' and ')} to ${to} with new plans ${newPlans}`,
  command: ['licenses', 'transfer'],
  flags: ['--sku', olds.join(), '--to', to, '--new-plans', newPlans],
  columns: {
    header: 'LicenseSKU,NewLicenseSKU',
    cells: `${olds.join(';')},${to}`,
    flags: ['--sku', 'VISIOCLIENT', '--to', 'POWER_BI_PRO', '--new-plans', newPlans],
  },
  apply: exchanged(olds, to, newPlans),
  rows: () => [to],
  given: olds[0]!,
  onlyInherited: 'skipped',
  needsLocation: true,
  ...more,
})

const transfers = (['on', 'off'] as const).flatMap(newPlans => [
  transfer(['SPE_E3'], 'SPE_E5', newPlans, {
    base: { SPE_E3: ['SWAY', 'FORMS_PLAN_E3'] },
    mixed: { SPE_E3: ['FLOW_O365_P2', 'ADALLOM_S_DISCOVERY'], POWER_BI_PRO: [] },
    both: true,
    ...(newPlans === 'on' && { excludedUnseen: { FLOW_FREE: [] } }),
  }),
  transfer(['SPB'], 'SPE_E3', newPlans, {
    base: { SPB: ['SWAY', 'FORMS_PLAN_E1'] },
    mixed: { SPB: [], POWER_BI_PRO: [] },
  }),
  transfer(['M365_F1'], 'SPE_F1', newPlans, {
    base: { M365_F1: ['YAMMER_ENTERPRISE'] },
    mixed: { M365_F1: [], POWER_BI_PRO: [] },
  }),
  transfer(['AAD_PREMIUM', 'INTUNE_A'], 'EMS', newPlans, {
    base: { AAD_PREMIUM: ['MFA_PREMIUM'], INTUNE_A: [] },
    mixed: { INTUNE_A: [] },
  }),
])

/** Everything that is done to users. */
export const operations: readonly MatrixOperation[] = [
  assign(
    'assign a product',
    ['--sku', 'SPE_E3'],
    { SPE_E3: [] },
    {
      columns: { header: 'LicenseSKU', cells: 'SPE_E3', flags: ['--sku', 'VISIOCLIENT'] },
    },
  ),
  assign(
    'assign some plans',
    ['--sku', 'SPE_E3', '--only-plans', 'TEAMS1,SWAY'],
    { SPE_E3: allBut('SPE_E3', 'TEAMS1', 'SWAY') },
    {
      excluded: undefined,
      excludedUnseen: undefined,
    },
  ),
  assign(
    'assign without plans',
    ['--sku', 'SPE_E3', '--disable-plans', 'SWAY,FORMS_PLAN_E3'],
    { SPE_E3: ['SWAY', 'FORMS_PLAN_E3'] },
    {
      columns: {
        header: 'LicenseSKU,DisabledPlans',
        cells: 'SPE_E3,SWAY;FORMS_PLAN_E3',
        flags: ['--sku', 'VISIOCLIENT'],
      },
    },
  ),
  assign('assign several products', ['--sku', 'SPE_E3,POWER_BI_PRO'], { SPE_E3: [], POWER_BI_PRO: [] }),
  ...modify,
  ...remove,
  ...transfers,
]
